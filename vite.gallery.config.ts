/**
 * The gallery of the page's parts: served by `npm run gallery`, and built by its test. It is no part of the product.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import page from './vite.config.ts';

// The page's own entries are no part of the gallery, whose one entry is the index.html of its root.
const { build, ...shared } = page;
const outDir = fileURLToPath(new URL('test-artefacts/gallery', import.meta.url));

export default mergeConfig(
  shared,
  defineConfig({
    root: fileURLToPath(new URL('src/app/gallery', import.meta.url)),
    build: { ...build, outDir, rolldownOptions: {} },
  }),
);
