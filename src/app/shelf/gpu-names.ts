/**
 * The names that a person gave to GPUs after their runs, by the keys of the runs. They are kept beside the records, which
 * stay as they were measured: a record’s id is that of its content.
 */

import type { DBSchema } from 'idb';
import type { RecordBody } from '../../../results/record/schema.ts';
import { openOf, type StorageTrouble, tryDatabase } from '../engine/kept/database.ts';

const NAMES = 'names';

const VERSION = 1;

interface Schema extends DBSchema {
  [NAMES]: { key: string; value: string };
}

const database = () => openOf<Schema>('hbmark-gpu-names', VERSION, [NAMES]);

/** The name of a run’s GPU. Empty: none was given, or the browser keeps nothing. */
export async function gpuNameOf(key: string): Promise<string> {
  const outcome = await tryDatabase(database, (db) => db.get(NAMES, key));
  const name: unknown = 'value' in outcome ? outcome.value : undefined;
  return typeof name === 'string' ? name : '';
}

/** Keeps the name of a run’s GPU; an empty one is deleted. Returns what kept the browser from it. */
export async function keepGpuName(key: string, name: string): Promise<StorageTrouble | null> {
  const outcome = await tryDatabase(database, async (db) => {
    if (name === '') await db.delete(NAMES, key);
    else await db.put(NAMES, name, key);
  });
  return 'trouble' in outcome ? outcome.trouble : null;
}

/** Drops the names of runs that are gone. */
export async function dropGpuNames(isGone: (key: string) => boolean): Promise<void> {
  await tryDatabase(database, async (db) => {
    for (const key of await db.getAllKeys(NAMES)) if (isGone(key)) await db.delete(NAMES, key);
  });
}

/** A run with the name that its GPU got later. Its id, if it has one, stays. */
export const withGpu = <T extends Pick<RecordBody, 'reported'>>(run: T, name: string): T =>
  name === '' ? run : { ...run, reported: { ...run.reported, gpu: name } };
