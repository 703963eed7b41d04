/** Starts the analyst's worker. What it needs is small, so that it can come before the rest of a page. */

import { type StartedWorker, started } from '../started-worker.ts';

export const startAnalystWorker = (): StartedWorker =>
  started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-analyst' }));
