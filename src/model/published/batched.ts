/**
 * The law against steps over batch and context that others have timed on one machine: fitted to 70 % of them, it
 * predicts the rest, again and again.
 */

import { mean } from 'simple-statistics';
import type { BatchedTable } from '../../../results/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { dispatchesOf } from '../gemv-line/weights-only.ts';
import { fitLaw, type Law, mape, predictHeldOut } from '../law/fit-law.ts';
import { ENGINE_FORMS } from '../law/form.ts';
import type { LawPoint } from '../law/point.ts';
import { stepWork, windowBytesRead } from '../models/accounting.ts';
import { modelById } from '../models/index.ts';

type PublishedModel = BatchedTable['models'][number];

export interface BatchedResult {
  readonly model: string;
  readonly quantisation: string;
  readonly experts: boolean;
  readonly points: readonly LawPoint[];
  /** Of all points. */
  readonly law: Law;
  /** Mean absolute error of points that were held out, relative, over all seeds. */
  readonly heldOutMape: number;
  /** The same of the worst seed. */
  readonly worstMape: number;
}

/** The steps of a published model as points; context is the mean over the tokens that were made. */
export function batchedPoints(
  { generated, kv }: BatchedTable,
  { model: id, quantisation, head, rows }: PublishedModel,
): LawPoint[] {
  const model = modelById(id);
  const tensors = quantisedTensors(model, quantisation, head);
  return rows.map(({ prompt, batch, seconds }): LawPoint => {
    const context = prompt + Math.ceil(generated / 2);
    const work = stepWork(model, tensors, { batch, context, kv });
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

/** Each model of `table`, each with a law of its own; `seeds` ways to hold points out. */
export function batchedResults(table: BatchedTable, seeds: number): BatchedResult[] {
  return table.models.flatMap((published) => {
    const points = batchedPoints(table, published);
    const law = fitLaw(points, 1, ENGINE_FORMS);
    if (!law) return [];
    const errors = Array.from({ length: seeds }, (_, i) => mape(predictHeldOut(points, i + 1, ENGINE_FORMS)));
    return {
      ...{ model: published.model, quantisation: published.quantisation },
      experts: modelById(published.model).layers.some(({ mlp }) => mlp.kind === 'experts'),
      ...{ points, law, heldOutMape: mean(errors), worstMape: Math.max(...errors) },
    };
  });
}
