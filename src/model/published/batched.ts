/**
 * Validates the law on published steps over batch and context, timed on one machine: fitted to 70 % of them, it
 * predicts the rest, for several random splits.
 */

import { mean } from 'simple-statistics';
import { maxOf } from '../../../results/lists.ts';
import type { BatchedTable } from '../../../results/reference/published.ts';
import { randomSource } from '../../../results/statistics.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { fitLaw, type Law, mape, predictHeldOut } from '../law/fit-law.ts';
import { LAW_FORMS } from '../law/form.ts';
import type { LawPoint } from '../law/point.ts';
import { ROUTING, stepWork, windowBytesRead } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';

type PublishedModel = BatchedTable['models'][number];

export interface BatchedResult {
  readonly model: string;
  readonly quantisation: string;
  readonly experts: boolean;
  readonly points: readonly LawPoint[];
  /** The law of all points. */
  readonly law: Law;
  /** Mean absolute relative error of held-out points, over all seeds. */
  readonly heldOutMape: number;
  /** Mean absolute relative error of held-out points, for the worst seed. */
  readonly worstMape: number;
}

/** The steps of a published model as points, at the mean context over the generated tokens. */
export function batchedPoints(
  { generated, kv }: BatchedTable,
  { model: id, quantisation, head, rows }: PublishedModel,
  routing: number = ROUTING,
): LawPoint[] {
  const model = modelById(id);
  const tensors = quantisedTensors(model, quantisation, head);
  return rows.map(({ prompt, batch, seconds }): LawPoint => {
    const context = prompt + Math.ceil(generated / 2);
    const work = stepWork(model, tensors, { batch, context, kv }, routing);
    return {
      name: `batch ${batch}, context ${prompt}`,
      ms: { value: (1000 * seconds) / generated, ci95: null },
      ...{ steps: 1, dispatches: dispatchesOf(model), batch },
      weightBytes: { [quantisation]: work.weightBytes },
      windowBytes: batch * windowBytesRead(model, context, kv),
      ...{ kvBytes: work.kvBytes, weightFlops: work.weightFlops, kvFlops: work.kvFlops },
    };
  });
}

/** Seeds that are drawn: of seeds in a row the first draws hardly differ, and the same steps would be held out. */
function drawnSeeds(count: number): number[] {
  const random = randomSource(1);
  return Array.from({ length: count }, () => random.below(2 ** 31));
}

/** The result of each model in a table, each with its own law. `seeds` is the number of splits. */
export function batchedResults(table: BatchedTable, seeds: number): BatchedResult[] {
  return table.models.flatMap((published) => {
    const points = batchedPoints(table, published);
    const law = fitLaw(points, 1, LAW_FORMS);
    if (!law) return [];
    const errors = drawnSeeds(seeds).map((seed) => mape(predictHeldOut(points, seed, LAW_FORMS)));
    return {
      ...{ model: published.model, quantisation: published.quantisation },
      experts: modelById(published.model).layers.some(({ mlp }) => mlp.kind === 'experts'),
      ...{ points, law, heldOutMape: mean(errors), worstMape: maxOf(errors) },
    };
  });
}
