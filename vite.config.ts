/** Builds the page: `src/app/pages` → `dist/app`. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { dataset } from './vite.dataset.ts';
import { defines } from './vite.defines.ts';
import { gpuTable } from './vite.gpus.ts';
import { licences } from './vite.licences.ts';
import { offline } from './vite.offline.ts';
import { pages } from './vite.pages.ts';
import { presets } from './vite.presets.ts';

/** The headers that isolate the page, so that `performance.now` advances in steps of 5 µs instead of 100 µs. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const notices = licences();

/** The pages, each at the address of its folder. */
const PAGES = ['.', 'what-if', 'compare', 'history', 'crowd', 'method', 'privacy', 'result'];

/** The scripts that run before the rest of their pages. */
const FIRST = ['result/first.ts'];

const app = (path: string): string => fileURLToPath(new URL(`src/app/pages/${path}`, import.meta.url));

const jsx = { runtime: 'automatic', importSource: 'preact' } as const;

export default defineConfig({
  root: app(''),
  // Addresses within the site are relative, so that it can lie in any folder of any host.
  base: './',
  define: defines,
  // The Content-Security-Policy allows nothing inline, so assets stay files.
  build: {
    ...{ outDir: '../../../dist/app', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
    rolldownOptions: {
      // What nearly all pages load is one file: on a slow phone, each file of a few hundred bytes costs as much as kilobytes.
      // What a page's `first.ts` needs stays apart, so that it waits for nothing.
      output: { codeSplitting: { groups: [{ name: 'base', minShareCount: 7, test: /^(?!.*started-worker)/ }] } },
      input: [...PAGES.map((page) => `${page}/index.html`), ...FIRST].map(app).filter((file) => existsSync(file)),
    },
  },
  plugins: [gpuTable(), presets(), pages(), dataset(), notices.bundle, offline()],
  worker: { format: 'es', plugins: () => [gpuTable(), presets(), notices.worker] },
  oxc: { jsx },
  // The dev server's scan for dependencies reads JSX options from here alone, and would look for React without them
  // (Vite 8.3.8; see vitejs/vite#22340). Delete this once the scan reads `oxc`.
  optimizeDeps: { rolldownOptions: { transform: { jsx } } },
  server: { headers },
  preview: { headers },
});
