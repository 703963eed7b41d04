/** The page: `src/app` → `dist/app`. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { defines } from './vite.defines.ts';

/** Cross-origin isolation gives `performance.now` its 5 µs step; without it the step is 100 µs. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: fileURLToPath(new URL('src/app', import.meta.url)),
  define: defines,
  // The Content-Security-Policy allows no inline anything, so assets stay files.
  build: { outDir: '../../dist/app', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { headers },
  preview: { headers },
});
