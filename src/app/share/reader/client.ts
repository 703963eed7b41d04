/** The reader as the page sees it: a worker that never fails without a word. */

import { wrap } from 'comlink';
import type { Added } from '../../shelf/api.ts';
import { routeUrl } from '../../shell/routes.ts';
import type { StartedWorker } from '../../shell/started-worker.ts';
import { stopped } from '../problems.ts';
import type { Read, ReaderApi } from './api.ts';
import type { ReaderOn } from './reader.ts';

export function readerIn({ worker, failed }: StartedWorker): ReaderApi {
  const remote = wrap<ReaderOn>(worker);
  // A worker that cannot start never answers, and the page would wait for ever.
  const broken = failed.then((message) => refused(message || 'its worker could not be loaded'));
  const orBroken = <T>(answer: Promise<T>): Promise<T | Refused> =>
    Promise.race([answer.catch((error) => refused(String(error))), broken]);
  return {
    link: (fragment) => orBroken<Read>(remote.link(fragment)),
    file: (file) => orBroken<Read>(remote.file(file)),
    kept: (key) => orBroken<Read>(remote.kept(key, routeUrl('bench'))),
    keep: (text, name) => orBroken<Added>(remote.keep(text, name)),
    nameGpu: (key, name) => Promise.race([remote.nameGpu(key, name), broken.then(() => 'denied' as const)]),
  };
}

/** A refusal, as an answer to each question. */
type Refused = ReturnType<typeof refused>;

const refused = (why: string) => ({ ok: false as const, kind: 'refusal' as const, refusal: stopped(why) });
