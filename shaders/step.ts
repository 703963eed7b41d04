/**
 * The Step contract: what a decode step asks of whoever runs it. To many dispatches it is what a kernel's parameters are
 * to one: kernels by id, over buffers by name. It knows no GPU, and who runs it knows nothing of transformers.
 */

import type { Params, Tuning, WordMask } from './kernel.ts';

/** One dispatch. */
export interface Operation {
  /** Its id. */
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  /** Of the kernel's tunables, those that others of the step depend on. */
  readonly tuning?: Tuning;
  /** The same at the lengths that the step is said to have, where room is left to grow: what `work` counts. */
  readonly counted?: Params;
  /** Names of buffers, by the names that the kernel gives its inputs and outputs. */
  readonly buffers: Readonly<Record<string, string>>;
}

/**
 * What each buffer holds at first: seeded words, if it is `filled`; what `state` says; what the kernel that reads it is
 * given, if no operation writes it; nothing that anyone reads, otherwise. It is as large as its largest use.
 */
export interface Step {
  /** In order; each may read what those before it wrote. */
  readonly operations: readonly Operation[];
  /** Weights, and KV caches up to the first step's context. */
  readonly filled: Readonly<Record<string, WordMask>>;
  /** Pairs of buffers that change places after every step: what is written now and read in the next. */
  readonly swapped: readonly (readonly [string, string])[];
  /** What is to be put back before a region of so many steps, of which this step is the mean. */
  state(steps: number): Readonly<Record<string, Uint32Array<ArrayBuffer>>>;
  /** Buffers with what a step leaves, and what they hold. */
  readonly results: Readonly<Record<string, 'f32' | 'u32'>>;
  /** Most steps of a region: what there is room for. */
  readonly mostSteps: number;
  /** Layers that have buffers of their own; beyond them, they are used again. */
  readonly layers: { readonly distinct: number; readonly total: number };
}

/** What a device has room for. A `make` throws a RangeError where there is no such step: the rule, and the value met. */
export interface Room {
  /** Bytes that a step with all its layers leaves, below 0 where it needs more; −∞ where it cannot run. */
  left(make: () => Step): number;
  /** Why it has no room (the rule and the value met); undefined where it has. */
  refuses(make: () => Step): string | undefined;
}
