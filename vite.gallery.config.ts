/**
 * The gallery of the page's parts: served by `npm run gallery`, and built by its test. It is no part of the product.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import page from './vite.config.ts';

export default mergeConfig(
  page,
  defineConfig({
    root: fileURLToPath(new URL('src/app/gallery', import.meta.url)),
    build: { outDir: fileURLToPath(new URL('test-artefacts/gallery', import.meta.url)) },
  }),
);
