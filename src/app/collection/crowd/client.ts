/** The worker of the collection as a page sees it. */

import { wrap } from 'comlink';
import { routeUrl } from '../../shell/routes.ts';
import { orFailed, started } from '../../shell/started-worker.ts';
import type { Crowd, StandingAnswer, ViewAnswer } from './api.ts';
import type { CrowdOn } from './worker.ts';

/** @throws Error in calls for lines and files, if the worker could not be loaded; the others say so in their answers */
export function startCrowd(): Crowd {
  const on = started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-crowd' }));
  const remote = wrap<CrowdOn>(on.worker);
  const orBroken = orFailed(on, (why): never => {
    throw new Error(`What reads the collection stopped (${why}): reload the page.`);
  });
  const whyOf = (error: unknown) => ({
    ok: false as const,
    why: error instanceof Error ? error.message : String(error),
    needsName: false,
  });
  const told = remote.start(routeUrl('bench'));
  told.catch(() => {});
  return {
    sources: () => orBroken(remote.sources()).catch((error) => ({ sources: [], problems: [whyOf(error).why] })),
    quick: (query) => orBroken(remote.quick(query)).catch(() => undefined),
    view: (query) => orBroken<ViewAnswer>(remote.view(query)).catch(whyOf),
    lines: (query, from, to) => orBroken(remote.lines(query, from, to)),
    file: (query, ending) => orBroken(remote.file(query, ending)),
    standing: (record, gpu) => orBroken<StandingAnswer>(remote.standing(record, gpu)).catch(whyOf),
  };
}
