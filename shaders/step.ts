/**
 * The Step contract: the description of a decode step for whatever runs it. As a kernel's parameters describe one
 * dispatch, a step describes many: kernels by id, over buffers by name. A step knows no GPU, and what runs it knows
 * nothing of transformers.
 */

import type { Params, Tuning, WordMask } from './kernel.ts';

/** One dispatch. */
export interface Operation {
  /** The kernel's id. */
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  /** The values of those tunables of the kernel that other operations depend on. */
  readonly tuning?: Tuning;
  /**
   * The parameters that `work` counts, if they differ from `params`: those have room for sequences to grow, these have
   * the step's nominal lengths.
   */
  readonly counted?: Params;
  /** The names of the buffers, by the names that the kernel gives its inputs and outputs. */
  readonly buffers: Readonly<Record<string, string>>;
}

/**
 * A decode step. At first a buffer in `filled` holds seeded words, and one in `state` holds what that returns. Any
 * other buffer that no operation writes holds the data that its kernel declares as given; the rest are written before
 * they are read. A buffer is as large as its largest use.
 */
export interface Step {
  /** The dispatches, in order. Each may read what those before it wrote. */
  readonly operations: readonly Operation[];
  /** The words of buffers that are filled: weights, and KV caches up to the first step's context. */
  readonly filled: Readonly<Record<string, WordMask>>;
  /** Pairs of buffers that change places after every step: one is written now, and read in the next step. */
  readonly swapped: readonly (readonly [string, string])[];
  /** The contents to put into buffers before a region of `steps` steps, so that this step is the region's mean. */
  state(steps: number): Readonly<Record<string, Uint32Array<ArrayBuffer>>>;
  /** The buffers with the results of a step, and the type of their elements. */
  readonly results: Readonly<Record<string, 'f32' | 'u32'>>;
  /** The maximum number of steps in a region, for which the KV caches have room. */
  readonly maxSteps: number;
  /** The number of layers. `distinct` layers have buffers of their own, which the others of `total` use again. */
  readonly layers: { readonly distinct: number; readonly total: number };
}

/**
 * The room of a device for steps. A `make` throws a RangeError, with the rule and the value met, if there is no such
 * step.
 */
export interface Room {
  /** Returns the bytes that a step with all its layers leaves free: below 0 if it needs more, −∞ if it cannot run. */
  left(make: () => Step): number;
  /** Returns why the device has no room (the rule and the value met), or undefined if it has. */
  refuses(make: () => Step): string | undefined;
}
