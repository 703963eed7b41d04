/** The worker of submissions as a page sees it. It is started when somebody first needs it. */

import { wrap } from 'comlink';
import { routeUrl } from '../../shell/routes.ts';
import { orFailed, started } from '../../shell/started-worker.ts';
import type { Submissions } from './api.ts';
import type { SubmissionsOn } from './worker.ts';

/** The name of the database in which `submission-store.ts` keeps submissions. */
const DATABASE = 'hbmark-submissions';

/** @throws Error in every call, if the worker could not be loaded */
export function startSubmissions(): Submissions {
  let begun: ReturnType<typeof begin> | undefined;
  const answered = <T>(ask: (remote: Remote) => Promise<T>): Promise<T> => {
    begun ??= begin();
    const { remote, orBroken } = begun;
    return orBroken(ask(remote));
  };
  const site = routeUrl('bench');
  return {
    prepare: (record, gpu) => answered((remote) => remote.prepare(record, gpu)),
    suggestions: (record) => answered((remote) => remote.suggestions(record)),
    collector: () => answered((remote) => remote.collector(site)),
    submit: (prepared, key) => answered((remote) => remote.submit(site, prepared, key)),
    list: async () => ((await areKept()) ? answered((remote) => remote.list()) : []),
    sendAgain: (id) => answered((remote) => remote.sendAgain(site, id)),
    remove: (id) => answered((remote) => remote.remove(site, id)),
    forget: (id) => answered((remote) => remote.forget(id)),
  };
}

type Remote = Pick<SubmissionsOn, keyof SubmissionsOn>;

function begin() {
  const on = started(
    new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-submissions' }),
  );
  const orBroken = orFailed(on, (why): never => {
    throw new Error(`what submits runs stopped (${why})`);
  });
  return { remote: wrap<SubmissionsOn>(on.worker), orBroken };
}

/** Whether anything may be kept: most people submit nothing, and need no worker to learn that. */
async function areKept(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  } catch {
    return false;
  }
}
