/** Keeps the page's scripts small: of the table of GPUs they hold what names, memory and peaks need. */

import type { Plugin } from 'vite';

/** The rest, such as power, prices and sources, is read by the terminal. */
const KEPT = ['name', 'memoryGB', 'memoryMiB', 'gbps', 'shared', 'sizesGB', 'gpuCores', 'architecture', 'alsoCalled'];

export const gpuTable = (): Plugin => ({
  name: 'hbmark:gpus',
  enforce: 'pre',
  transform: {
    filter: { id: /\/results\/data\/reference\/gpus\.json$/ },
    handler: (code) => ({
      code: JSON.stringify(JSON.parse(code), (key, value) => (isKept(key) ? value : undefined)),
      map: null,
    }),
  },
});

/** Keys of lists are numbers, and that of the whole is empty. */
const isKept = (key: string): boolean => KEPT.includes(key) || /^\d*$/.test(key);
