/**
 * Builds the command line tool, `src/cli/hbmark.ts` → `dist/cli/hbmark.js`, and beside it the engine that it starts in
 * Deno and the worker of its collector. Dependencies are bundled, except those that are native, or large and imported only
 * where they are used.
 */

import { defineConfig } from 'vite';
import { defines } from './vite.defines.ts';
import { licences } from './vite.licences.ts';

export default defineConfig({
  define: defines,
  publicDir: false,
  plugins: [licences().bundle],
  ssr: {
    noExternal: true,
    external: ['webgpu', 'playwright', 'puppeteer-core', 'fastify', 'helmet', 'libsql', 'pg'],
  },
  build: {
    ssr: true,
    rolldownOptions: {
      input: ['src/cli/hbmark.ts', 'src/cli/hosts/deno/deno-engine.ts', 'src/collector/checking/record-worker.ts'],
      // All beside each other: the page, the engine and the worker are found from where their file is.
      output: { chunkFileNames: '[name]-[hash].js' },
    },
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
  },
});
