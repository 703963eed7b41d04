/**
 * The first script of the page, which the browser runs as soon as it is there (vite.pages.ts). It starts the workers that
 * read a record and work out its figures: theirs are the largest scripts, and wait for nothing of the page.
 */

import { startAnalystWorker } from '../../analysis/start.ts';
import { started } from '../../started-worker.ts';

export const reader = started(
  new Worker(new URL('../../share/reader/worker.ts', import.meta.url), { type: 'module', name: 'hbmark-reader' }),
);

/** Undefined: the address has nothing to show. */
export const analyst = location.hash || location.search ? startAnalystWorker() : undefined;
