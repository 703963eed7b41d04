/**
 * How long a decode step takes, in seconds:
 *
 *     T = a + n·t_d + b·B + ‖W_r(B)/β_w, f_w·B/F‖ + ‖ρ·c·B/β_kv, f_a·B/F‖
 *
 * where a, n·t_d and b·B are paid for asking (once, to each of n dispatches, to each of B sequences), W_r(B) and ρ·c·B
 * are the bytes of weights and KV cache that the step reads at β_w and β_kv, and f_w·B and f_a·B its operations at F.
 * ‖x, y‖ is the p-norm: memory and compute one after the other at p = 1, wholly at once at p = ∞.
 *
 * Source: "theoretical step time" of jax-ml/scaling-book, inference.md, which has p = ∞, no cost of asking and no
 * operations of attention; S. Williams et al., "Roofline", CACM 52(4), 2009. It stops being true where weights or
 * caches are read from a cache of the GPU, where a sequence's share of the memory traffic depends on the others
 * (imbalance, paging), and where several GPUs wait for each other.
 */

import type { StepWork } from '../models/accounting.ts';

/** What a machine takes for its work. */
export interface StepCosts {
  /** a, of a step. */
  readonly fixedSeconds: number;
  /** t_d, of a dispatch. */
  readonly dispatchSeconds: number;
  /** b, of a sequence. */
  readonly sequenceSeconds: number;
  /** β_w: bytes/s of weights. */
  readonly weightBytesPerSecond: number;
  /** β_kv: bytes/s of KV cache. */
  readonly kvBytesPerSecond: number;
  /** F; Infinity where compute is left out. */
  readonly flopsPerSecond: number;
  /** p, from 1 to Infinity. */
  readonly overlap: number;
}

/** A machine of which only its peaks are known: the least time that a step can take there. */
export const atPeak = (bytesPerSecond: number, flopsPerSecond = Number.POSITIVE_INFINITY): StepCosts => ({
  ...{ fixedSeconds: 0, dispatchSeconds: 0, sequenceSeconds: 0 },
  ...{ weightBytesPerSecond: bytesPerSecond, kvBytesPerSecond: bytesPerSecond },
  ...{ flopsPerSecond, overlap: Number.POSITIVE_INFINITY },
});

/** What most of a step is spent on. */
export type Resource = 'bandwidth' | 'compute' | 'overhead';

export interface StepTime {
  /** T. */
  readonly seconds: number;
  /** a + n·t_d + b·B. */
  readonly overheadSeconds: number;
  readonly weightSeconds: number;
  readonly kvSeconds: number;
  /** The resource with the largest share: weights and caches count for bandwidth or for compute, whichever is longer. */
  readonly bound: Resource;
}

/** T and its terms, of a step of `dispatches`. */
export function stepTime(work: StepWork, costs: StepCosts, dispatches = 0): StepTime {
  const { fixedSeconds, dispatchSeconds, sequenceSeconds, flopsPerSecond, overlap } = costs;
  const overheadSeconds = fixedSeconds + dispatches * dispatchSeconds + work.batch * sequenceSeconds;
  const parts = [
    { memory: work.weightBytes / costs.weightBytesPerSecond, compute: work.weightFlops / flopsPerSecond },
    { memory: work.kvBytes / costs.kvBytesPerSecond, compute: work.kvFlops / flopsPerSecond },
  ];
  const [weightSeconds = 0, kvSeconds = 0] = parts.map(({ memory, compute }) => norm(memory, compute, overlap));
  const spent: Record<Resource, number> = { bandwidth: 0, compute: 0, overhead: overheadSeconds };
  for (const { memory, compute } of parts) {
    spent[compute > memory ? 'compute' : 'bandwidth'] += norm(memory, compute, overlap);
  }
  return {
    seconds: overheadSeconds + weightSeconds + kvSeconds,
    ...{ overheadSeconds, weightSeconds, kvSeconds },
    bound: (Object.keys(spent) as Resource[]).reduce((most, one) => (spent[one] > spent[most] ? one : most)),
  };
}

/** ‖x, y‖ for x, y ≥ 0, without the powers of small numbers. */
function norm(x: number, y: number, p: number): number {
  const [more, less] = [Math.max(x, y), Math.min(x, y)];
  return p === Number.POSITIVE_INFINITY || less === 0 ? more : more * (1 + (less / more) ** p) ** (1 / p);
}

/**
 * The ridge batch: the smallest at which the operations with the weights take as long as reading them,
 * f_w·B/F ≥ W_r(B)/β_w. Below it a further sequence has its projections for nothing. For dense weights
 * F · bytes of a weight / (2·β_w); experts put it off, since more of them are read as B grows. Attention has none: its
 * bytes and its operations both grow with B. Source: jax-ml/scaling-book, inference.md, "B_crit".
 *
 * @param bytesAt W_r(B), of which W_r(B)/B must not rise
 * @returns undefined where compute never binds, at no batch up to 2^30
 */
export function ridgeBatch(
  bytesAt: (batch: number) => number,
  flopsPerToken: number,
  { weightBytesPerSecond, flopsPerSecond }: StepCosts,
): number | undefined {
  const computes = (batch: number): boolean =>
    (flopsPerToken * batch) / flopsPerSecond >= bytesAt(batch) / weightBytesPerSecond;
  let above = 2 ** 30;
  if (!computes(above)) return undefined;
  // At `above` compute binds, at `below` it does not.
  for (let below = 0; above - below > 1; ) {
    const middle = Math.floor((below + above) / 2);
    if (computes(middle)) above = middle;
    else below = middle;
  }
  return above;
}
