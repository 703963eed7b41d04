/**
 * The weights-only bound: the time of a token if a decode step were its projections alone, each at the fitted
 * T = a + bytes/β. It leaves out KV cache, attention and norms, so it is an upper bound on tokens/s at batch 1.
 */

import { type Estimate, estimate, mapEstimate } from '../../../results/statistics.ts';
import { matrixLayout } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import type { Model } from '../models/model.ts';
import type { AffineFit } from './line.ts';
import { dispatchesOf, type MatrixUse, matrixUses } from './matrix-uses.ts';

export interface WeightsOnlyEstimate {
  readonly model: Model;
  readonly format: string;
  /** Weight bytes that one step reads. */
  readonly weightBytes: number;
  readonly dispatches: number;
  readonly stepMs: Estimate;
  readonly tokensPerSecond: Estimate;
}

/** Estimates a step of `model` with weights in format `formatId`, by a fit of GEMVs in that format. */
export function weightsOnlyEstimate(fit: AffineFit, model: Model, formatId: string): WeightsOnlyEstimate {
  const format = formatById(formatId);
  const bytesOf = ({ rows, columns }: MatrixUse): number => {
    const { quantBytes, scaleBytes } = matrixLayout(format, rows, columns);
    return quantBytes + scaleBytes;
  };
  const sizes = matrixUses(model).map((p) => ({ count: p.count, bytes: bytesOf(p) }));
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
    dispatches: dispatchesOf(model),
    stepMs,
    tokensPerSecond: mapEstimate(stepMs, (ms) => 1000 / ms),
  };
}
