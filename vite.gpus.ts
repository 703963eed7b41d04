/**
 * Keeps the page's scripts small: of the table of GPUs they hold what names, memory and bandwidth need. Operations per
 * second, which a page asks for once it is drawn (`results/gpus/tflops.ts`), are a table of their own. The terminal
 * reads the rest.
 */

import type { Plugin } from 'vite';
import table from './results/data/reference/gpus.json' with { type: 'json' };

const NAMED = ['name', 'memoryGB', 'memoryMiB', 'gbps', 'shared', 'sizesGB', 'gpuCores', 'architecture', 'alsoCalled'];

const TFLOPS = ['name', 'tflops', 'f16', 'f32'];

const TFLOPS_ID = '\0hbmark:tflops';

export const gpuTable = (): Plugin => ({
  name: 'hbmark:gpus',
  enforce: 'pre',
  resolveId: {
    filter: { id: /\/gpus\.json$/ },
    handler: (_, importer) => (importer?.endsWith('/results/gpus/tflops.ts') ? TFLOPS_ID : undefined),
  },
  load: {
    filter: { id: new RegExp(`^${TFLOPS_ID}$`) },
    handler: () => `export default ${only(TFLOPS)}`,
  },
  transform: {
    filter: { id: /\/results\/data\/reference\/gpus\.json$/ },
    handler: () => ({ code: only(NAMED), map: null }),
  },
});

/** The table with these columns, as JSON. Keys of lists are numbers, and that of the whole is empty. */
const only = (columns: readonly string[]): string =>
  JSON.stringify(table, (key, value) => (columns.includes(key) || /^\d*$/.test(key) ? value : undefined));
