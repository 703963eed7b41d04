/**
 * The Step contract: what a decode step asks of whatever runs it. As a kernel's parameters describe one dispatch, a
 * step describes many: kernels by id, over buffers by name. A step knows no GPU, and what runs it knows nothing of
 * transformers.
 */

import type { Params, Tuning, WordMask } from './kernel.ts';

/** One dispatch. */
export interface Operation {
  /** The kernel's id. */
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  /** Values for those of the kernel's tunables that other operations depend on. */
  readonly tuning?: Tuning;
  /**
   * The parameters that `work` counts, where they differ: `params` have room for sequences to grow, these the lengths
   * that the step is said to have.
   */
  readonly counted?: Params;
  /** Names of buffers, by the names that the kernel gives its inputs and outputs. */
  readonly buffers: Readonly<Record<string, string>>;
}

/**
 * A decode step. At first, each of its buffers holds seeded words if it is `filled`, else what `state` says. A buffer
 * that no operation writes holds what its kernel's input is given; nobody reads what the others hold. A buffer is as
 * large as its largest use.
 */
export interface Step {
  /** The dispatches, in order. Each may read what those before it wrote. */
  readonly operations: readonly Operation[];
  /** Weights, and KV caches up to the first step's context. */
  readonly filled: Readonly<Record<string, WordMask>>;
  /** Pairs of buffers that change places after every step: one is written now, and read in the next step. */
  readonly swapped: readonly (readonly [string, string])[];
  /** The contents to put into buffers before a region of `steps` steps, so that this step is the region's mean. */
  state(steps: number): Readonly<Record<string, Uint32Array<ArrayBuffer>>>;
  /** Buffers with the results of a step, and the type of their elements. */
  readonly results: Readonly<Record<string, 'f32' | 'u32'>>;
  /** The maximum of steps in a region: what there is room for. */
  readonly maxSteps: number;
  /** `distinct` layers have buffers of their own. Where there are more in `total`, these are used again. */
  readonly layers: { readonly distinct: number; readonly total: number };
}

/**
 * What a device has room for. A `make` throws a RangeError, with the rule and the value met, where there is no such
 * step.
 */
export interface Room {
  /** Bytes that a step with all its layers leaves free: below 0 where it needs more, −∞ where it cannot run. */
  left(make: () => Step): number;
  /** Why the device has no room (the rule and the value met), or undefined where it has. */
  refuses(make: () => Step): string | undefined;
}
