/**
 * What the engine runs on, handed in: it knows neither DOM nor Node. The page's worker and the terminal each make
 * one; so does any test.
 */

import type { HostInfo } from '../results/schema.ts';

export interface Host {
  readonly gpu: GPU;
  readonly info: HostInfo;
  /** Monotonic wall clock in ms, as fine as the host has it. */
  now(): number;
  /** Now, ISO 8601 in UTC. */
  date(): string;
}

/** The part of an `AbortSignal` that the engine needs. */
export interface Cancellation {
  readonly aborted: boolean;
}
