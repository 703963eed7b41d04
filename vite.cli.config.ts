/**
 * Builds the command line tool: `src/cli/hbmark.ts` → `dist/cli/hbmark.js`. Dependencies are bundled, except those that
 * are native, or large and imported only where they are used.
 */

import { defineConfig } from 'vite';
import { defines } from './vite.defines.ts';

export default defineConfig({
  define: defines,
  publicDir: false,
  ssr: {
    noExternal: true,
    external: ['webgpu', 'playwright', 'puppeteer-core', 'fastify', '@fastify/static', '@fastify/helmet'],
  },
  build: { ssr: 'src/cli/hbmark.ts', outDir: 'dist/cli', emptyOutDir: true, target: 'node20' },
});
