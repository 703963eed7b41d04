/** What everybody may see of a run, as JSON. The whole of it is made in a worker: a record may be megabytes. */

import { publicRecord } from '../../crowd/public-record.ts';
import type { StoredRun } from '../store/store.ts';

/** A run without its record. */
export function publicRow({ row, status, reasons, receivedMs }: Omit<StoredRun, 'canonical'>) {
  // The fingerprint is for finding copies: whoever knew it could try how to make one that is not found.
  const { id, claimed, fingerprint: _, ...rest } = row;
  return { id, status, reasons, received: new Date(receivedMs).toISOString(), claimed, ...rest };
}

export interface PublicRunInput {
  readonly run: StoredRun;
  /** Whether the GPU's name was typed alike by others. */
  readonly isAlike: boolean;
}

/** A run with its record, as JSON in one line. @throws TypeError if what is stored is no record */
export function publicRunText({ run, isAlike }: PublicRunInput): string {
  const record: unknown = JSON.parse(run.canonical);
  if (typeof record !== 'object' || record === null) throw new TypeError(`${run.row.id} is stored without its record`);
  return JSON.stringify({ ...publicRow(run), ...publicRecord({ ...record }, isAlike) });
}
