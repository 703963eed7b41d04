/** Runs that are compared with a new one: those that may be copies of it, and those of the same part. */

import type { Kysely, Transaction } from 'kysely';
import type { KnownRun } from '../../../crowd/checks/rule.ts';
import { partKey } from '../../../crowd/part.ts';
import { isCounted, type Row, STATUSES } from '../../../crowd/row.ts';
import type { JudgedRun } from '../store.ts';
import { searchable, type Tables } from '../tables.ts';
import { partsOf } from './parts.ts';
import { statusOf } from './status.ts';

/** Keeps the fingerprints of runs, by which copies of them are found. */
export async function addFingerprints(trx: Transaction<Tables>, rows: readonly Row[]): Promise<void> {
  const hashes = rows.flatMap(({ id, fingerprint }) =>
    [...new Set(fingerprint.map(searchable))].map((hash) => ({ hash, id })),
  );
  for (const some of partsOf(hashes)) await trx.insertInto('fingerprints').values(some).execute();
}

export async function removeFingerprint(trx: Transaction<Tables>, id: string): Promise<void> {
  await trx.deleteFrom('fingerprints').where('id', '=', id).execute();
}

/** Other runs that share a hash with this one, the first that came first: a copy comes after what it was made of. */
export async function neighboursOf(db: Kysely<Tables>, { id, fingerprint }: Row, limit: number): Promise<KnownRun[]> {
  if (fingerprint.length === 0) return [];
  const found = await db
    .selectFrom('runs')
    .select(['row', 'submitter'])
    .where('runs.id', 'in', (eb) =>
      eb.selectFrom('fingerprints').select('fingerprints.id').where('hash', 'in', fingerprint.map(searchable)),
    )
    .where('runs.id', '!=', id)
    .orderBy('received_ms')
    .orderBy('runs.id')
    .limit(limit)
    .execute();
  return found.map(known);
}

/** Runs of the same part that statistics use, the latest first. */
export async function runsOfPart(db: Kysely<Tables>, { id, part, software }: Row, limit: number): Promise<JudgedRun[]> {
  // Without a name, nothing says that two runs are of one part.
  if (part.name === '') return [];
  const found = await db
    .selectFrom('runs')
    .select(['row', 'submitter', 'status'])
    .where('part', '=', searchable(part.name))
    .where('software', '=', software ? 1 : 0)
    .where('status', 'in', STATUSES.filter(isCounted))
    .where('id', '!=', id)
    .orderBy('received_ms', 'desc')
    .limit(limit)
    .execute();
  return found
    .map((run) => ({ ...known(run), status: statusOf(run.status) }))
    .filter(({ row }) => partKey(row.part) === partKey(part));
}

const known = ({ row, submitter }: { readonly row: string; readonly submitter: string }): KnownRun => {
  const parsed: Row = JSON.parse(row);
  return { row: parsed, submitter };
};
