/**
 * The summary: for each part its read ceiling, and each decode step that was measured on it. It is changed in the
 * transaction that changes what it counts, and reading it reads one row for each group, however many runs there are.
 */

import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { groupBy } from '../../../../results/lists.ts';
import type { Row } from '../../../crowd/row.ts';
import { type Bucket, bucketOf, isCountable, type Quartiles, quartilesOf } from '../histogram.ts';
import { type Filter, MAX_GROUPS, type SummaryRow } from '../store.ts';
import { type SummaryGroupsTable, searchable, type Tables } from '../tables.ts';
import { partsOf } from './parts.ts';

/** What the figures of a group have in common. */
type Group = Pick<SummaryRow, 'part' | 'software' | 'step'>;

/** What a transaction changes of one group. */
interface Change {
  readonly id: string;
  readonly group: Group;
  readonly buckets: Map<number, { n: number; total: number }>;
}

/** What a transaction changes of the summary: figures that come, and figures that go. */
export class Changes {
  readonly #changes = new Map<string, Change>();

  /** Counts the figures of a run, or with −1 counts them no longer. A step that is named twice counts once. */
  count(row: Row, sign: 1 | -1): void {
    const seen = new Set<string>();
    for (const [group, figure] of figuresOf(row)) {
      const id = idOf(group);
      if (seen.has(id) || !isCountable(figure)) continue;
      seen.add(id);
      const change: Change = this.#changes.get(id) ?? { id, group, buckets: new Map() };
      this.#changes.set(id, change);
      const bucket = bucketOf(figure);
      const { n, total } = change.buckets.get(bucket) ?? { n: 0, total: 0 };
      change.buckets.set(bucket, { n: n + sign, total: total + sign * figure });
    }
  }

  /**
   * Makes the changes, within a transaction. Groups are taken in the order of their ids, so that two transactions never
   * wait for each other.
   */
  async apply(trx: Kysely<Tables>): Promise<void> {
    const sorted = [...this.#changes.values()].filter(isChange).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (let from = 0; from < sorted.length; from += GROUPS) await applySome(trx, sorted.slice(from, from + GROUPS));
  }
}

/** Groups that are changed by the same statements: few enough for the 32,766 parameters of SQLite. */
const GROUPS = 100;

/** Whether it changes anything: a figure that came and went in one transaction does not. */
const isChange = ({ buckets }: Change): boolean => [...buckets.values()].some(({ n, total }) => n !== 0 || total !== 0);

function figuresOf({ part, software, gbps, steps }: Row): [Group, number][] {
  const about = { part: { name: part.name, memoryGB: part.memoryGB, count: part.count }, software };
  return [
    ...(gbps === null ? [] : [[{ ...about, step: null }, gbps] satisfies [Group, number]]),
    ...steps.map(({ model, weights, kv, context, batch, bytes, tokensPerSecond }): [Group, number] => [
      { ...about, step: { model, weights, kv, context, batch, bytes } },
      tokensPerSecond,
    ]),
  ];
}

/** The keys of a group are always in the order of `figuresOf`. */
const textOf = (group: Group): string => JSON.stringify(group);

const idOf = (group: Group): string => createHash('sha256').update(textOf(group)).digest('hex');

async function applySome(trx: Kysely<Tables>, changes: readonly Change[]): Promise<void> {
  const ids = changes.map(({ id }) => id);
  const buckets = changes.flatMap(({ id, buckets }) =>
    [...buckets].sort(([a], [b]) => a - b).map(([bucket, { n, total }]) => ({ group_id: id, bucket, n, total })),
  );
  // Besides making new groups, this locks them: of two transactions the second waits here, and then reads what the
  // first wrote.
  await trx
    .insertInto('summary_groups')
    .values(changes.map((change) => rowOf(change, { n: 0, lower: 0, median: 0, upper: 0 })))
    .onConflict((on) => on.column('id').doUpdateSet((eb) => ({ n: eb.ref('summary_groups.n') })))
    .execute();
  // A transaction can change many buckets of one group.
  for (const some of partsOf(buckets)) {
    await trx
      .insertInto('summary_counts')
      .values(some)
      .onConflict((on) =>
        on.columns(['group_id', 'bucket']).doUpdateSet((eb) => ({
          n: eb('summary_counts.n', '+', eb.ref('excluded.n')),
          total: eb('summary_counts.total', '+', eb.ref('excluded.total')),
        })),
      )
      .execute();
  }
  if (buckets.some(({ n }) => n <= 0)) {
    await trx.deleteFrom('summary_counts').where('group_id', 'in', ids).where('n', '<=', 0).execute();
  }
  const left = await trx.selectFrom('summary_counts').selectAll().where('group_id', 'in', ids).execute();
  const byGroup = groupBy(left, ({ group_id }) => group_id);
  const rows = changes.flatMap((change) => {
    const counts: readonly Bucket[] | undefined = byGroup.get(change.id);
    return counts === undefined ? [] : [rowOf(change, quartilesOf(counts))];
  });
  const empty = ids.filter((id) => !byGroup.has(id));
  if (empty.length > 0) await trx.deleteFrom('summary_groups').where('id', 'in', empty).execute();
  if (rows.length === 0) return;
  await trx
    .insertInto('summary_groups')
    .values(rows)
    .onConflict((on) =>
      on.column('id').doUpdateSet((eb) => ({
        n: eb.ref('excluded.n'),
        lower: eb.ref('excluded.lower'),
        median: eb.ref('excluded.median'),
        upper: eb.ref('excluded.upper'),
      })),
    )
    .execute();
}

const rowOf = ({ id, group }: Change, quartiles: Quartiles): SummaryGroupsTable => ({
  id,
  part: searchable(group.part.name),
  model: searchable(group.step?.model ?? ''),
  software: group.software ? 1 : 0,
  about: textOf(group),
  ...quartiles,
});

/** The groups that pass a filter, sorted by part and model. Of too many, those with the most runs. */
export async function readSummary(
  db: Kysely<Tables>,
  { part, model, software }: Pick<Filter, 'part' | 'model' | 'software'>,
): Promise<SummaryRow[]> {
  let query = db.selectFrom('summary_groups').select(['about', 'part', 'model', 'id', 'n', 'lower', 'median', 'upper']);
  if (part !== undefined) query = query.where('part', '=', searchable(part));
  if (model !== undefined) query = query.where('model', '=', searchable(model));
  if (software !== undefined) query = query.where('software', '=', software ? 1 : 0);
  const groups = await query.orderBy('n', 'desc').orderBy('id').limit(MAX_GROUPS).execute();
  return groups
    .map(({ about, n, lower, median, upper, ...key }) => {
      const { part, software, step }: Group = JSON.parse(about);
      const row: SummaryRow = { part, software, step, n, median, quartiles: [lower, upper] };
      return { row, key: `${key.part}\0${key.model}\0${key.id}` };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}
