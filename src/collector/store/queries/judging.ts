/** What becomes of runs: taken to be looked at, judged, removed. The summary follows in the same transaction. */

import type { Transaction } from 'kysely';
import { isCounted, type Reason, type Row, type Status } from '../../../crowd/row.ts';
import { type KeptRun, MODERATOR, type Premise } from '../store.ts';
import { searchable, type Tables } from '../tables.ts';
import { COLUMNS, removeRest, withRecords } from './runs.ts';
import { Changes } from './summary.ts';

/** How long a replica has the runs that it took to itself, in ms. */
export const LEASE_MS = 60_000;

/** The lease of a run that was judged: nobody takes it again. So a lease that has ended says that a run waits. */
const FOR_GOOD_MS = Number.MAX_SAFE_INTEGER;

/** Takes the oldest runs that wait and that nobody has. */
export async function takeWaiting(trx: Transaction<Tables>, limit: number, nowMs: number): Promise<KeptRun[]> {
  const taken = await trx
    .updateTable('runs')
    .set({ leased_until_ms: nowMs + LEASE_MS })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('runs as oldest')
        .select('oldest.id')
        .where('oldest.leased_until_ms', '<=', nowMs)
        .orderBy('oldest.received_ms')
        .orderBy('oldest.id')
        .limit(limit),
    )
    // Said again: a replica that waited for another's lock on a run looks at it anew, and then it is taken.
    .where('leased_until_ms', '<=', nowMs)
    .returning(COLUMNS)
    .execute();
  const sorted = taken.sort((a, b) => a.received_ms - b.received_ms || (a.id < b.id ? -1 : 1));
  return withRecords(trx, sorted);
}

export interface Judgement {
  readonly id: string;
  readonly status: Status;
  readonly reasons: readonly Reason[];
  /** Undefined: the judgement holds whatever became of the run. */
  readonly premise?: Premise | undefined;
}

/** Judges runs, in the order of their ids: two transactions that judge the same runs wait in one direction. */
export async function judgeRuns(trx: Transaction<Tables>, judgements: readonly Judgement[]): Promise<void> {
  const changes = new Changes();
  const sorted = [...judgements].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const { id, status, reasons, premise } of sorted) {
    const judged = await trx
      .updateTable('runs')
      .set({ status, reasons: JSON.stringify(reasons), leased_until_ms: FOR_GOOD_MS })
      .where('id', '=', id)
      .$if(premise === 'waiting', (query) => query.where('leased_until_ms', '<', FOR_GOOD_MS))
      .$if(premise === 'found-plausible', (query) =>
        query.where('status', '=', 'plausible').where('reasons', 'not like', `%"rule":"${MODERATOR}"%`),
      )
      .returning(['counted', 'row'])
      .executeTakeFirst();
    if (judged === undefined || (judged.counted === 1) === isCounted(status)) continue;
    await trx
      .updateTable('runs')
      .set({ counted: 1 - judged.counted })
      .where('id', '=', id)
      .execute();
    const row: Row = JSON.parse(judged.row);
    changes.count(row, judged.counted === 1 ? -1 : 1);
  }
  await changes.apply(trx);
}

/** Removes a run: with `tokenHash`, only if that is its own. @returns whether there was such a run */
export async function removeRun(trx: Transaction<Tables>, id: string, tokenHash?: string): Promise<boolean> {
  const query = trx.deleteFrom('runs').where('id', '=', searchable(id));
  const removed = await (tokenHash === undefined ? query : query.where('token_hash', '=', tokenHash))
    .returning(['id', 'received_ms', 'row', 'counted'])
    .executeTakeFirst();
  if (removed === undefined) return false;
  await removeRest(trx, removed);
  if (removed.counted === 1) {
    const row: Row = JSON.parse(removed.row);
    const changes = new Changes();
    changes.count(row, -1);
    await changes.apply(trx);
  }
  return true;
}
