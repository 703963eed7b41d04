/**
 * The time of a decode step, in seconds:
 *
 *     T = a + n·t_d + b·B + onset·[B > 1] + ‖W_r(B)/β_w, f_w·B/F‖ + ‖ρ·c·B/β_kv, f_a·B/F‖
 *
 * The overhead is a for the step, t_d for each of n dispatches, b for each of B sequences, and the onset for
 * more than one. The step reads W_r(B)
 * bytes of weights at β_w and ρ·c·B bytes of KV cache at β_kv, and computes f_w·B and f_a·B operations at F. ‖x, y‖ is
 * the p-norm: memory and compute follow each other at p = 1, and fully overlap at p = ∞.
 *
 * Source: "theoretical step time" of jax-ml/scaling-book, inference.md, with p = ∞ and without overhead and operations
 * of attention; S. Williams et al., "Roofline", CACM 52(4), 2009. The law does not hold where weights or KV caches are
 * read from a cache of the GPU, where a sequence's memory traffic depends on the others (imbalance, paging), or where
 * several GPUs wait for each other.
 */

import type { StepWork } from '../models/accounting.ts';

/** The costs of a machine. */
export interface StepCosts {
  /** a: overhead of a step. */
  readonly fixedSeconds: number;
  /** t_d: overhead of a dispatch. */
  readonly dispatchSeconds: number;
  /** b: overhead of a sequence. */
  readonly sequenceSeconds: number;
  /** The onset: overhead of a step of several sequences, for which engines have other kernels. Default: 0. */
  readonly onsetSeconds?: number;
  /** β_w: bytes/s of weights read. */
  readonly weightBytesPerSecond: number;
  /** β_kv: bytes/s of KV cache read. */
  readonly kvBytesPerSecond: number;
  /** F: operations/s. Infinity leaves compute out. */
  readonly flopsPerSecond: number;
  /** p of the norm, from 1 to Infinity. */
  readonly overlap: number;
}

/** The costs of a machine at its peaks, without overhead: a step cannot take less time. */
export const atPeak = (bytesPerSecond: number, flopsPerSecond = Number.POSITIVE_INFINITY): StepCosts => ({
  ...{ fixedSeconds: 0, dispatchSeconds: 0, sequenceSeconds: 0 },
  ...{ weightBytesPerSecond: bytesPerSecond, kvBytesPerSecond: bytesPerSecond },
  ...{ flopsPerSecond, overlap: Number.POSITIVE_INFINITY },
});

/** The resource that most of a step's time goes to. */
export type Resource = 'bandwidth' | 'compute' | 'overhead';

export interface StepTime {
  /** T. */
  readonly seconds: number;
  /** The overhead: a + n·t_d + b·B, and the onset. */
  readonly overheadSeconds: number;
  readonly weightSeconds: number;
  readonly kvSeconds: number;
  /** Seconds that go to each resource. Weights and KV caches each count for the longer of bandwidth and compute. */
  readonly spent: Readonly<Record<Resource, number>>;
  /** The resource with the largest share. */
  readonly bound: Resource;
}

/** T and its terms, for a step of `dispatches` dispatches. */
export function stepTime(work: StepWork, costs: StepCosts, dispatches = 0): StepTime {
  const { fixedSeconds, dispatchSeconds, sequenceSeconds, onsetSeconds = 0, flopsPerSecond, overlap } = costs;
  const onset = work.batch > 1 ? onsetSeconds : 0;
  const overheadSeconds = fixedSeconds + dispatches * dispatchSeconds + work.batch * sequenceSeconds + onset;
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
    ...{ overheadSeconds, weightSeconds, kvSeconds, spent },
    bound: (Object.keys(spent) as Resource[]).reduce((top, one) => (spent[one] > spent[top] ? one : top)),
  };
}

/** ‖x, y‖ for x, y ≥ 0, scaled so that powers do not underflow. */
function norm(x: number, y: number, p: number): number {
  const [more, less] = [Math.max(x, y), Math.min(x, y)];
  return p === Number.POSITIVE_INFINITY || less === 0 ? more : more * (1 + (less / more) ** p) ** (1 / p);
}

/**
 * The ridge batch: the smallest batch at which the operations with the weights take as long as reading them, f_w·B/F ≥
 * W_r(B)/β_w. Below it, the projections of a further sequence are free. For dense weights it is F · bytes of a weight /
 * (2·β_w). Experts raise it, since more of them are read as B grows. Attention has no ridge: its bytes and operations
 * both grow with B. Source: jax-ml/scaling-book, inference.md, "B_crit".
 *
 * @param bytesAt W_r(B); W_r(B)/B must not rise
 * @returns undefined where compute does not bind at any batch up to 2^30
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
  // Compute binds at `above`, and does not at `below`.
  for (let below = 0; above - below > 1; ) {
    const middle = Math.floor((below + above) / 2);
    if (computes(middle)) above = middle;
    else below = middle;
  }
  return above;
}
