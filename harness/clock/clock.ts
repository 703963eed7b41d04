/** A clock times one compute pass. There are two, and which one a run believes is decided by check.ts. */

import type { ClockKind, Reading } from '../../results/schema.ts';

/** What a timed pass does; called once. */
export type Encode = (pass: GPUComputePassEncoder) => void;

export interface Clock {
  readonly kind: ClockKind;
  /** Submits one pass of `dispatches` dispatches and waits until it is done. */
  time(dispatches: number, encode: Encode): Promise<Reading>;
  destroy(): void;
}
