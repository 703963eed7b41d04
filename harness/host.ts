/**
 * A host is what the engine runs on. It is handed in, since the engine knows neither DOM nor Node: the page's worker,
 * the terminal and the tests each make one.
 */

import type { HostInfo } from '../results/record/schema.ts';

export interface Host {
  readonly gpu: GPU;
  readonly info: HostInfo;
  /** The GPU's name by WebGL, where the host has WebGL: a browser hides the names that WebGPU has. */
  readonly renderer?: string | undefined;
  /** The monotonic wall clock in ms, as fine as the host has it. */
  now(): number;
  /** The time now, as ISO 8601 in UTC. */
  date(): string;
  /** Resolves after about `ms` milliseconds, as soon as the host can. Absent where there is no timer. */
  readonly pause?: (ms: number) => Promise<void>;
  /** The machine's main memory in bytes; undefined where the host does not tell. */
  readonly systemMemoryBytes?: number | undefined;
  /** The visibility of the tab that the engine runs in; undefined outside a tab. */
  readonly visibility?: Visibility;
}

/** The visibility of a tab. Browsers slow down a hidden tab, and the GPU's clocks fall while it waits. */
export interface Visibility {
  readonly hidden: boolean;
  /** Whether a person has paused the session. What is being timed meanwhile still counts. Default: nobody can. */
  readonly pausedByPerson?: boolean;
  /** The number of times that it has been hidden. */
  readonly timesHidden: number;
  /** Resolves once the visibility has changed, or the session is cancelled. */
  changed(): Promise<void>;
}

/** The part of an `AbortSignal` that the engine needs. */
export interface Cancellation {
  readonly aborted: boolean;
}
