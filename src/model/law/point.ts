/** Points of a law: pieces of decoding, each with its work and the time it took. */

import type { Figure } from '../../../results/text/figures.ts';

/** Work as the law sees it: bytes read, and operations of all sequences together. */
export interface LawWork {
  /** 1 for a whole decode step, which pays a; 0 for a single dispatch. */
  readonly steps: 0 | 1;
  /** n: dispatches, which pay t_d each. */
  readonly dispatches: number;
  /** B: sequences, which pay b each; 0 for a single dispatch. */
  readonly batch: number;
  /** W_r(B): bytes of weights read, by number format. */
  readonly weightBytes: Readonly<Record<string, number>>;
  /** ρ·c·B: bytes of KV cache read. */
  readonly kvBytes: number;
  /** The part of `kvBytes` that layers with a sliding window read. Default: 0. */
  readonly windowBytes?: number;
  /** f_w·B: operations with weights. */
  readonly weightFlops: number;
  /** f_a·B: operations of attention. */
  readonly kvFlops: number;
}

export interface LawPoint extends LawWork {
  /** Name of the point for readers. */
  readonly name: string;
  /** Measured time. Without an interval, it counts as known to `MIN_ERROR` (`fit-law.ts`). */
  readonly ms: Figure;
}

/** Bytes of weights in all formats together. */
export const weightBytesOf = ({ weightBytes }: LawWork): number =>
  Object.values(weightBytes).reduce((total, bytes) => total + bytes, 0);
