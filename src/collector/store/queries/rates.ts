/** Counters of what submitters do, shared by all replicas: a window begins with the first action of a submitter. */

import type { Kysely } from 'kysely';
import { groupBy } from '../../../../results/lists.ts';
import type { Tables } from '../tables.ts';

export interface Action {
  readonly action: string;
  readonly submitter: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly nowMs: number;
}

/**
 * Counts actions, in the order of their keys, and all in one statement. Those of one key come in the order given.
 * @returns for each the ms to wait; 0 if it is allowed
 */
export async function countActions(db: Kysely<Tables>, actions: readonly Action[]): Promise<number[]> {
  const byKey = groupBy(actions, keyOf);
  const counted = await countGroups(db, [...byKey.values()]);
  const ends = new Map(counted.map((row) => [keyOf(row), row]));
  const before = new Map<string, number>();
  return actions.map((action) => {
    const key = keyOf(action);
    const earlier = before.get(key) ?? 0;
    before.set(key, earlier + 1);
    const { n = 0, ends_ms = 0 } = ends.get(key) ?? {};
    const own = n - (byKey.get(key)?.length ?? 0) + earlier + 1;
    return own <= action.limit ? 0 : Math.min(Math.max(1, ends_ms - action.nowMs), action.windowMs);
  });
}

const keyOf = ({ action, submitter }: Pick<Action, 'action' | 'submitter'>): string => `${action}\0${submitter}`;

function countGroups(db: Kysely<Tables>, groups: readonly (readonly Action[])[]) {
  const rows = groups.flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const { action, submitter, nowMs, windowMs } = first;
    return [{ action, submitter, ends_ms: nowMs + windowMs, n: group.length, nowMs }];
  });
  // They come within a transaction of each other.
  const nowMs = Math.max(...rows.map((row) => row.nowMs));
  return db
    .insertInto('rates')
    .values(rows.map(({ nowMs: _, ...row }) => row).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
    .onConflict((on) =>
      on.columns(['action', 'submitter']).doUpdateSet((eb) => ({
        n: eb
          .case()
          .when('rates.ends_ms', '<=', nowMs)
          .then(eb.ref('excluded.n'))
          .else(eb('rates.n', '+', eb.ref('excluded.n')))
          .end(),
        ends_ms: eb
          .case()
          .when('rates.ends_ms', '<=', nowMs)
          .then(eb.ref('excluded.ends_ms'))
          .else(eb.ref('rates.ends_ms'))
          .end(),
      })),
    )
    .returning(['action', 'submitter', 'n', 'ends_ms'])
    .execute();
}

/** Forgets the windows that have ended. */
export async function pruneActions(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db.deleteFrom('rates').where('ends_ms', '<=', nowMs).execute();
}
