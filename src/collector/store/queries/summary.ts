/**
 * The summary: for each part its read ceiling, and each decode step that was measured on it. It is changed in the
 * transaction that changes what it counts, and reading it reads one row for each group, however many runs there are.
 */

import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Row, Status } from '../../../crowd/row.ts';
import { type Bucket, bucketOf, isCountable, quartilesOf } from '../histogram.ts';
import { type Filter, MAX_GROUPS, type SummaryRow } from '../store.ts';
import { searchable, type Tables } from '../tables.ts';

/** What the figures of a group have in common. */
type Group = Pick<SummaryRow, 'part' | 'software' | 'step'>;

/** Whether the summary counts runs of a status. */
export const isCounted = (status: Status): boolean => status === 'plausible' || status === 'reproduced';

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

  /** Makes the changes, within a transaction. Groups are taken in the order of their ids, so that two transactions never wait for each other. */
  async apply(trx: Kysely<Tables>): Promise<void> {
    const sorted = [...this.#changes.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const change of sorted) await applyOne(trx, change);
  }
}

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

async function applyOne(trx: Kysely<Tables>, { id, group, buckets }: Change): Promise<void> {
  const changed = [...buckets].filter(([, { n, total }]) => n !== 0 || total !== 0).sort(([a], [b]) => a - b);
  if (changed.length === 0) return;
  const added = changed.reduce((sum, [, { n }]) => sum + n, 0);
  // Besides counting, this locks the group: of two transactions the second waits here, and reads what the first wrote.
  await trx
    .insertInto('summary_groups')
    .values({
      id,
      part: searchable(group.part.name),
      model: searchable(group.step?.model ?? ''),
      software: group.software ? 1 : 0,
      about: textOf(group),
      n: added,
      lower: 0,
      median: 0,
      upper: 0,
    })
    .onConflict((on) => on.column('id').doUpdateSet((eb) => ({ n: eb('summary_groups.n', '+', added) })))
    .execute();
  for (const [bucket, { n, total }] of changed) {
    await trx
      .insertInto('summary_counts')
      .values({ group_id: id, bucket, n, total })
      .onConflict((on) =>
        on.columns(['group_id', 'bucket']).doUpdateSet((eb) => ({
          n: eb('summary_counts.n', '+', n),
          total: eb('summary_counts.total', '+', total),
        })),
      )
      .execute();
  }
  if (changed.some(([, { n }]) => n <= 0)) {
    await trx.deleteFrom('summary_counts').where('group_id', '=', id).where('n', '<=', 0).execute();
  }
  const left: Bucket[] = await trx
    .selectFrom('summary_counts')
    .select(['bucket', 'n', 'total'])
    .where('group_id', '=', id)
    .execute();
  if (left.length === 0) {
    await trx.deleteFrom('summary_groups').where('id', '=', id).execute();
    return;
  }
  const quartiles = quartilesOf(left);
  await trx
    .updateTable('summary_groups')
    .set({ ...quartiles })
    .where('id', '=', id)
    .execute();
}

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
