/**
 * The weights-only decode estimate: what one token would cost if a decode step were its projections alone, each at
 * the fitted T = a + bytes/β. No KV cache, no attention, no norms: an upper bound on tokens/s at batch 1, called
 * just that until whole decode steps are measured.
 */

import { type Estimate, estimate, mapEstimate } from '../../results/statistics.ts';
import { matrixLayout } from '../../shaders/formats/format.ts';
import { formatById } from '../../shaders/formats/index.ts';
import type { AffineFit } from './fit.ts';
import type { Model } from './models/model.ts';

export interface WeightsOnlyEstimate {
  readonly model: Model;
  readonly format: string;
  /** Weight bytes that one step reads. */
  readonly weightBytes: number;
  readonly dispatches: number;
  readonly stepMs: Estimate;
  readonly tokensPerSecond: Estimate;
}

interface Projection {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Times per step. */
  readonly count: number;
}

/** The projections of one decode step, q/k/v fused in one and gate/up in one, as engines run them. */
export function projections(model: Model): Projection[] {
  const { layers, hidden, queryHeads, kvHeads, headDim, ffn, vocabulary } = model;
  return [
    { name: 'qkv', rows: (queryHeads + 2 * kvHeads) * headDim, columns: hidden, count: layers },
    { name: 'output', rows: hidden, columns: queryHeads * headDim, count: layers },
    { name: 'gate and up', rows: 2 * ffn, columns: hidden, count: layers },
    { name: 'down', rows: hidden, columns: ffn, count: layers },
    { name: 'head', rows: vocabulary, columns: hidden, count: 1 },
  ];
}

/** Weights that one step reads, at batch 1. */
export function weightsPerStep(model: Model): number {
  return projections(model).reduce((total, { rows, columns, count }) => total + rows * columns * count, 0);
}

/** One step of `model` with weights in `format`, by a fit of GEMVs in that format. */
export function weightsOnlyEstimate(fit: AffineFit, model: Model, formatId: string): WeightsOnlyEstimate {
  const format = formatById(formatId);
  const bytesOf = ({ rows, columns }: Projection): number => {
    const { quantBytes, scaleBytes } = matrixLayout(format, rows, columns);
    return quantBytes + scaleBytes;
  };
  const sizes = projections(model).map((p) => ({ count: p.count, bytes: bytesOf(p) }));
  const perSize = sizes.map(({ count, bytes }) => mapEstimate(fit.predictMs(bytes), (ms) => ms * count));
  const sum = (pick: (e: Estimate) => number) => perSize.reduce((total, e) => total + pick(e), 0);
  const replicates = (perSize[0]?.replicates ?? []).map((_, i) => sum((e) => e.replicates[i] ?? Number.NaN));
  const stepMs = estimate(
    sum((e) => e.value),
    replicates,
    fit.points.length,
  );
  return {
    model,
    format: formatId,
    weightBytes: sizes.reduce((total, { count, bytes }) => total + count * bytes, 0),
    dispatches: sizes.reduce((total, { count }) => total + count, 0),
    stepMs,
    tokensPerSecond: mapEstimate(stepMs, (ms) => 1000 / ms),
  };
}
