/** What a law is fitted to: pieces of decoding, each with its work and the time it took. */

import type { Figure } from '../../../results/figures.ts';

/** Work as the law sees it. Bytes are those that are read, operations those of all sequences together. */
export interface LawWork {
  /** 1 for a whole decode step, which pays a; 0 for a dispatch by itself. */
  readonly steps: 0 | 1;
  /** n, which pay t_d each. */
  readonly dispatches: number;
  /** B, which pay b each; 0 for a dispatch by itself. */
  readonly batch: number;
  /** W_r(B), by number format. */
  readonly weightBytes: Readonly<Record<string, number>>;
  /** ρ·c·B. */
  readonly kvBytes: number;
  /** Of these, what layers with a sliding window read; absent: none. */
  readonly windowBytes?: number;
  /** f_w·B. */
  readonly weightFlops: number;
  /** f_a·B. */
  readonly kvFlops: number;
}

export interface LawPoint extends LawWork {
  /** What a reader calls it. */
  readonly name: string;
  /** Measured. Without an interval it counts as known to `MIN_ERROR` (`fit-law.ts`). */
  readonly ms: Figure;
}

/** Bytes of weights in all formats together. */
export const weightBytesOf = ({ weightBytes }: LawWork): number =>
  Object.values(weightBytes).reduce((total, bytes) => total + bytes, 0);
