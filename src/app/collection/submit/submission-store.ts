/**
 * The submissions that this browser keeps, in an IndexedDB of their own: with each its token, without which it cannot be
 * deleted from the collection, and the JSON of those that are not sent yet.
 */

import type { DBSchema } from 'idb';
import { z } from 'zod';
import { openOf, type StorageTrouble, tryDatabase } from '../../engine/kept/database.ts';
import type { Submission } from './api.ts';

const SUBMISSIONS = 'submissions';
/** Kept apart, so that listing does not read megabytes. */
const UNSENT = 'unsent';

/** A database of another version loses its content. This one must stay: no token can be had again. */
const VERSION = 1;

const submissionSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  machine: z.string(),
  created: z.string(),
  at: z.string(),
  state: z.enum(['waiting', 'refused', 'added', 'known']),
  reason: z.string(),
  token: z.string(),
});

interface Schema extends DBSchema {
  [SUBMISSIONS]: { key: string; value: Submission };
  [UNSENT]: { key: string; value: string };
}

const database = () => openOf<Schema>('hbmark-submissions', VERSION, [SUBMISSIONS, UNSENT]);

export interface SubmissionStore {
  /** The newest first. */
  all(): Promise<readonly Submission[]>;
  /** The JSON of one that is not sent yet. Undefined: it is sent, or not kept. */
  unsent(id: string): Promise<string | undefined>;
  /**
   * Keeps a submission in place of what was kept of it before.
   * @param json what is still to be sent; undefined where nothing is
   * @returns what kept the browser from it
   */
  keep(submission: Submission, json: string | undefined): Promise<StorageTrouble | null>;
  forget(id: string): Promise<void>;
}

export const submissionStore: SubmissionStore = {
  async all() {
    const outcome = await tryDatabase(database, (db) => db.getAll(SUBMISSIONS));
    const kept = 'value' in outcome ? outcome.value : [];
    return kept
      .flatMap((value) => submissionSchema.safeParse(value).data ?? [])
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  },

  async unsent(id) {
    const outcome = await tryDatabase(database, (db) => db.get(UNSENT, id));
    const json: unknown = 'value' in outcome ? outcome.value : undefined;
    return typeof json === 'string' ? json : undefined;
  },

  async keep(submission, json) {
    const outcome = await tryDatabase(database, async (db) => {
      const transaction = db.transaction([SUBMISSIONS, UNSENT], 'readwrite');
      const unsent = transaction.objectStore(UNSENT);
      const puts = Promise.all([
        transaction.objectStore(SUBMISSIONS).put(submission, submission.id),
        json === undefined ? unsent.delete(submission.id) : unsent.put(json, submission.id),
      ]);
      // The transaction's own error says that there is no room. Both are awaited, so that no rejection goes unheard.
      const [transacted, put] = await Promise.allSettled([transaction.done, puts]);
      for (const one of [transacted, put]) if (one.status === 'rejected') throw one.reason;
    });
    return 'trouble' in outcome ? outcome.trouble : null;
  },

  async forget(id) {
    await tryDatabase(database, (db) => Promise.all([db.delete(SUBMISSIONS, id), db.delete(UNSENT, id)]));
  },
};
