/**
 * The page's tunings, by machine, in this browser's IndexedDB (schema: harness/tuning/store.ts). A browser without
 * storage, as in some private windows, keeps them until the page is closed.
 */

import type { DBSchema } from 'idb';
import { type MachineTunings, machineTunings, TUNINGS_VERSION } from '../../../../harness/tuning/store.ts';
import { openOf, withDatabase } from './database.ts';

const STORE = 'machines';

interface Schema extends DBSchema {
  [STORE]: { key: string; value: MachineTunings };
}

/** Tunings by machine, in a browser without storage. */
const unsaved = new Map<string, MachineTunings>();

const database = () => openOf<Schema>('hbmark-tunings', TUNINGS_VERSION, [STORE]);

/** @param machine the `machineDigest` of adapter and host */
export async function readMachine(machine: string): Promise<MachineTunings | undefined> {
  const kept = await withDatabase(database, (db) => db.get(STORE, machine));
  return machineTunings.safeParse(kept ?? unsaved.get(machine)).data;
}

export async function writeMachine(machine: string, tunings: MachineTunings): Promise<void> {
  const key = await withDatabase(database, (db) => db.put(STORE, tunings, machine));
  if (key === undefined) unsaved.set(machine, tunings);
}

export async function forgetMachine(machine: string): Promise<void> {
  unsaved.delete(machine);
  await withDatabase(database, (db) => db.delete(STORE, machine));
}
