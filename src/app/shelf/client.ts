/** The shelf as a page sees it: a worker, called as if it were here. */

import { wrap } from 'comlink';
import { routeUrl } from '../shell/routes.ts';
import { orFailed, started } from '../shell/started-worker.ts';
import type { Added, ShelfApi } from './api.ts';
import type { ShelfOn } from './shelf.ts';

/** @throws Error in every call, if the worker could not be loaded */
export function startShelf(): ShelfApi {
  const on = started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-shelf' }));
  const remote = wrap<ShelfOn>(on.worker);
  const orBroken = orFailed(on, (why): never => {
    throw new Error(`The worker that reads runs stopped (${why}).`);
  });
  return {
    list: () => orBroken(remote.list()),
    facts: (key) => orBroken(remote.facts(key)),
    between: () => orBroken(remote.between()),
    add: (file) => orBroken<Added>(remote.add(file)),
    rename: (key, name) => orBroken(remote.rename(key, name)),
    remove: (key) => orBroken(remote.remove(key)),
    restore: (key) => orBroken(remote.restore(key)),
    compare: (keys) => orBroken(remote.compare(keys, routeUrl('bench'))),
  };
}
