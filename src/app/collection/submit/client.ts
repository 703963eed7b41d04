/** The worker of submissions as a page sees it. It is started when somebody first needs it. */

import { wrap } from 'comlink';
import { routeUrl } from '../../shell/routes.ts';
import type { Submissions } from './api.ts';
import type { SubmissionsOn } from './worker.ts';

/** The name of the database in which `submission-store.ts` keeps submissions. */
const DATABASE = 'hbmark-submissions';

/** @throws Error in every call, if the worker could not be loaded */
export function startSubmissions(): Submissions {
  let started: Started | undefined;
  const answered = <T>(ask: (remote: Remote) => Promise<T>): Promise<T> => {
    started ??= start();
    const { remote, broken } = started;
    return Promise.race([ask(remote), broken]);
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

interface Started {
  readonly remote: Remote;
  /** Rejects if the worker stops. One that cannot start never answers, and the page would wait for ever. */
  readonly broken: Promise<never>;
}

function start(): Started {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-submissions' });
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(`what submits runs stopped (${message || 'it could not be loaded'})`));
    });
  });
  broken.catch(() => {});
  return { remote: wrap<SubmissionsOn>(worker), broken };
}

/** Whether anything may be kept: most people submit nothing, and need no worker to learn that. */
async function areKept(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  } catch {
    return false;
  }
}
