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
  /** Of the tab that it runs in; undefined where there is nothing to hide. */
  readonly visibility?: Visibility;
}

/** Is the tab seen? Browsers slow down one that is not, and the GPU's clocks fall while it waits. */
export interface Visibility {
  readonly hidden: boolean;
  /** How often it has been hidden by now. */
  readonly timesHidden: number;
  /** Resolves once any of this has changed, or the session is cancelled. */
  changed(): Promise<void>;
}

/** The part of an `AbortSignal` that the engine needs. */
export interface Cancellation {
  readonly aborted: boolean;
}
