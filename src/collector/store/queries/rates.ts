/** Counters of what submitters do, shared by all replicas: a window begins with the first action of a submitter. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';

export interface Action {
  readonly action: string;
  readonly submitter: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly nowMs: number;
}

/** Counts actions, in the order of their keys. @returns for each the ms to wait; 0 if it is allowed */
export async function countActions(trx: Transaction<Tables>, actions: readonly Action[]): Promise<number[]> {
  const waits = actions.map(() => 0);
  const sorted = [...actions.entries()].sort(([, a], [, b]) =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0,
  );
  for (const [index, action] of sorted) waits[index] = await countAction(trx, action);
  return waits;
}

const keyOf = ({ action, submitter }: Action): string => `${action}\0${submitter}`;

async function countAction(trx: Transaction<Tables>, action: Action): Promise<number> {
  const { limit, windowMs, nowMs } = action;
  const ends_ms = nowMs + windowMs;
  const counted = await trx
    .insertInto('rates')
    .values({ action: action.action, submitter: action.submitter, ends_ms, n: 1 })
    .onConflict((on) =>
      on.columns(['action', 'submitter']).doUpdateSet((eb) => ({
        n: eb
          .case()
          .when('rates.ends_ms', '<=', nowMs)
          .then(sql<number>`1`)
          .else(eb('rates.n', '+', 1))
          .end(),
        ends_ms: eb
          .case()
          .when('rates.ends_ms', '<=', nowMs)
          .then(eb.ref('excluded.ends_ms'))
          .else(eb.ref('rates.ends_ms'))
          .end(),
      })),
    )
    .returning(['n', 'ends_ms'])
    .executeTakeFirstOrThrow();
  return counted.n <= limit ? 0 : Math.min(Math.max(1, counted.ends_ms - nowMs), windowMs);
}

/** Forgets the windows that have ended. */
export async function pruneActions(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db.deleteFrom('rates').where('ends_ms', '<=', nowMs).execute();
}
