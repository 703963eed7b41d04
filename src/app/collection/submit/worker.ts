/** Submits runs, in a worker of its own: checking, hashing and compressing a record would stall the page. */

import '../../text/locale.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import { collectorAt } from '../../../session/collector.ts';
import type { CollectorState, Prepared, Removed, Submissions, Submitted } from './api.ts';
import { collectorState } from './collector.ts';
import { prepare, suggestions } from './prepare.ts';
import { submissionStore } from './submission-store.ts';
import { createSubmissions } from './submissions.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

/** The same as `Submissions`, told on which site: a worker does not know where the page is that started it. */
export interface SubmissionsOn extends Pick<Submissions, 'prepare' | 'suggestions' | 'list' | 'forget'> {
  collector(site: string): Promise<CollectorState>;
  submit(site: string, prepared: Prepared, key: string): Promise<Submitted>;
  sendAgain(site: string, id: string): Promise<Submitted | undefined>;
  remove(site: string, id: string): Promise<Removed>;
}

const on = (site: string) => createSubmissions(collectorAt(new URL(site)), submissionStore);

const worker: SubmissionsOn = {
  prepare,
  suggestions,
  collector: (site) => collectorState(site),
  submit: (site, prepared, key) => on(site).submit(prepared, key),
  list: () => submissionStore.all(),
  sendAgain: (site, id) => on(site).sendAgain(id),
  remove: (site, id) => on(site).remove(id),
  forget: (id) => submissionStore.forget(id),
};

expose(worker);
