/**
 * What this browser keeps beside its own runs, in an IndexedDB of its own: records out of files, as they were written,
 * and the names that a person gave to runs.
 */

import type { DBSchema } from 'idb';
import { z } from 'zod';
import { openOf, type PutBack, type StorageTrouble, tryDatabase } from '../engine/kept/database.ts';
import { summarySchema } from '../engine/kept/run-store.ts';

const TEXTS = 'texts';
/** Summaries are kept apart from the records, so that listing them does not read megabytes of samples. */
const SUMMARIES = 'summaries';
const NAMES = 'names';

const VERSION = 1;

/**
 * The maximum of imported records. One more is refused: unlike a run of this machine, nobody expects that the oldest
 * goes by itself.
 */
export const MAX_IMPORTED = 50;

const importedSchema = summarySchema.extend({
  /** The name of the file. */
  file: z.string(),
});

export type ImportedSummary = z.infer<typeof importedSchema>;

interface Schema extends DBSchema {
  [TEXTS]: { key: string; value: string };
  [SUMMARIES]: { key: string; value: ImportedSummary };
  [NAMES]: { key: string; value: string };
}

const database = () => openOf<Schema>('hbmark-shelf', VERSION, [TEXTS, SUMMARIES, NAMES]);

export interface Kept {
  readonly imported: readonly ImportedSummary[];
  /** The names of runs by their keys. */
  readonly names: ReadonlyMap<string, string>;
}

/** Everything but the records' texts, or what is wrong with the browser's storage. */
export function readKept() {
  return tryDatabase(database, async (db): Promise<Kept> => {
    const [all, keys, names] = await Promise.all([db.getAll(SUMMARIES), db.getAllKeys(NAMES), db.getAll(NAMES)]);
    return {
      imported: all.flatMap((value) => importedSchema.safeParse(value).data ?? []),
      names: new Map(keys.map((key, i) => [key, String(names[i] ?? '')])),
    };
  });
}

/** The text of an imported record. Undefined: there is none with this key. */
export async function importedText(key: string): Promise<string | undefined> {
  const outcome = await tryDatabase(database, (db) => db.get(TEXTS, key));
  const text: unknown = 'value' in outcome ? outcome.value : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Returns what kept the browser from keeping the record. */
export async function keepImported(summary: ImportedSummary, text: string): Promise<StorageTrouble | null> {
  const outcome = await tryDatabase(database, async (db) => {
    const transaction = db.transaction([TEXTS, SUMMARIES], 'readwrite');
    const puts = Promise.all([
      transaction.objectStore(TEXTS).put(text, summary.key),
      transaction.objectStore(SUMMARIES).put(summary, summary.key),
    ]);
    // The transaction's own error says that there is no room. Both are awaited, so that no rejection goes unheard.
    const [transacted, put] = await Promise.allSettled([transaction.done, puts]);
    for (const one of [transacted, put]) if (one.status === 'rejected') throw one.reason;
  });
  return 'trouble' in outcome ? outcome.trouble : null;
}

/** Deletes an imported record. Returns what puts it back, or what kept the browser from deleting it. */
export async function takeImported(summary: ImportedSummary): Promise<PutBack | StorageTrouble> {
  const { key } = summary;
  const taken = await tryDatabase(database, async (db) => {
    // Who cannot read it cannot put it back.
    const text = await db.get(TEXTS, key);
    await Promise.all([db.delete(TEXTS, key), db.delete(SUMMARIES, key)]);
    return text ?? '';
  });
  return 'trouble' in taken ? taken.trouble : () => keepImported(summary, taken.value);
}

/** Keeps the name of a run; an empty one is deleted. Returns what kept the browser from it. */
export async function keepName(key: string, name: string): Promise<StorageTrouble | null> {
  const outcome = await tryDatabase(database, async (db) => {
    if (name === '') await db.delete(NAMES, key);
    else await db.put(NAMES, name, key);
  });
  return 'trouble' in outcome ? outcome.trouble : null;
}
