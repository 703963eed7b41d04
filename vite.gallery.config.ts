/**
 * The gallery of the page's parts: served by `npm run gallery`, and built by its test. It is no part of the product.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import page from './vite.config.ts';

// The site's own entries, and what is written for the site, are no part of the gallery, whose one entry is the index.html
// of its root.
const { build, plugins: _, ...shared } = page;
const outDir = fileURLToPath(new URL('test-artefacts/gallery', import.meta.url));

export default mergeConfig(
  shared,
  defineConfig({
    root: fileURLToPath(new URL('src/app/gallery', import.meta.url)),
    build: { ...build, outDir, rolldownOptions: {} },
  }),
);
