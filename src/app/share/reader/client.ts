/** The reader as the page sees it: a worker that never fails without a word. */

import { wrap } from 'comlink';
import type { Added } from '../../shelf/api.ts';
import { routeUrl } from '../../shell/routes.ts';
import { orFailed, type StartedWorker } from '../../shell/started-worker.ts';
import { stopped } from '../problems.ts';
import type { Read, ReaderApi } from './api.ts';
import type { ReaderOn } from './reader.ts';

export function readerIn(on: StartedWorker): ReaderApi {
  const remote = wrap<ReaderOn>(on.worker);
  const orRefused = orFailed(on, (why) => refused(`its worker stopped (${why})`));
  const orBroken = <T>(answer: Promise<T>) => orRefused(answer.catch((error) => refused(String(error))));
  return {
    link: (fragment) => orBroken<Read>(remote.link(fragment)),
    file: (file) => orBroken<Read>(remote.file(file)),
    kept: (key) => orBroken<Read>(remote.kept(key, routeUrl('bench'))),
    keep: (text, name) => orBroken<Added>(remote.keep(text, name)),
    nameGpu: (key, name) => orFailed(on, () => 'denied' as const)(remote.nameGpu(key, name)),
  };
}

/** A refusal, as an answer to each question. */
const refused = (why: string) => ({ ok: false as const, kind: 'refusal' as const, refusal: stopped(why) });
