/**
 * The first script of the page, which the browser runs as soon as it is there (vite.pages.ts). It starts the worker that
 * reads a record and works out its figures: it is the largest script, and waits for nothing of the page.
 */

import { started } from '../../shell/started-worker.ts';

export const worker = started(
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-result' }),
);
