/** A record as it is handed in, to a collector or as a file. */

import { seal } from '../../results/digest.ts';
import type { RunRecord } from '../../results/schema.ts';

/**
 * A record without the note, which is nobody else's. What a record says is its id, so one that had a
 * note gets another. One without is handed in as it was written.
 *
 * @param written the record's JSON as it was parsed
 */
export function asHandedIn(record: RunRecord, written: unknown): { readonly id: string; readonly json: unknown } {
  if (record.reported.note === undefined) return { id: record.id, json: written };
  const { id: _, ...body } = record;
  const { note: __, ...reported } = body.reported;
  const sealed = seal({ ...body, reported });
  return { id: sealed.id, json: sealed };
}
