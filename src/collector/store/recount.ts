/** Counts all runs anew: the summary as it follows from the runs alone. */

import { type Kysely, sql } from 'kysely';
import type { Row } from '../../crowd/row.ts';
import { Changes } from './queries/summary.ts';
import type { Tables } from './tables.ts';

/** Runs that are read at a time. */
const PAGE = 500;

/** Empties the summary and fills it again, in a transaction beside which nothing writes. */
export async function recount(trx: Kysely<Tables>): Promise<void> {
  await trx.deleteFrom('summary_counts').execute();
  await trx.deleteFrom('summary_groups').execute();
  await trx
    .updateTable('runs')
    .set({ counted: sql`case when status in ('plausible', 'reproduced') then 1 else 0 end` })
    .execute();
  for (let last = ''; ; ) {
    const page = await trx
      .selectFrom('runs')
      .select(['id', 'row'])
      .where('counted', '=', 1)
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const changes = new Changes();
    for (const { row } of page) {
      const parsed: Row = JSON.parse(row);
      changes.count(parsed, 1);
    }
    await changes.apply(trx);
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}
