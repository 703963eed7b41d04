/** The runs that storage did not take since the page was opened, each as far as it came. */

import { seal } from '../../../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../../../results/record/schema.ts';
import type { StorageTrouble } from './database.ts';
import { tellStorage } from './storage.ts';

/** By when they began. */
const unkept = new Map<string, RecordBody>();

/** Why storage did not take the last of them. */
let lastTrouble: StorageTrouble | undefined;

/** Holds a run that storage did not take. @param trouble undefined: storage has the run, and it is held no more */
export function hold(body: RecordBody, trouble: StorageTrouble | undefined): void {
  if (trouble) {
    unkept.set(body.created, body);
    lastTrouble = trouble;
  } else unkept.delete(body.created);
  tell();
}

/** Hands the runs over as records, and holds them no more. */
export function takeUnkept(): RunRecord[] {
  const records = [...unkept.values()].map(seal);
  unkept.clear();
  tell();
  return records;
}

/** A run that storage takes does not make up for another that it did not. */
const tell = (): void => tellStorage(unkept.size > 0 ? lastTrouble : undefined);
