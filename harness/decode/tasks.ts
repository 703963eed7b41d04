/** The decode steps of a run: as they are asked for, and, once the device is known, as it has room for them. */

import { MAX_DECODE_STEPS } from '../../results/record/bounds.ts';
import type { DecodeCase } from '../../results/record/schema.ts';
import { defaultTuning } from '../../shaders/kernel.ts';
import { type Operation, type Room, type Step, type StepWay, withBlocks } from '../../shaders/step.ts';
import type { TuningOf } from '../sampling/plan.ts';
import type { EmptyKernel } from './additions.ts';
import { fitStep } from './fit.ts';
import { type Kernels, kernelOf, type Limits } from './step-buffers.ts';

/** A step to be timed. */
export interface DecodeTask {
  readonly case: DecodeCase;
  /** Whether the profile chose the step's lengths. All such steps share the profile's time for them. */
  readonly ofProfile?: true;
  /**
   * Makes the step, with all its layers.
   *
   * @throws RangeError with the rule and the value met, if there is no such step.
   */
  make(): Step;
  /** Other ways to compute it, of which the fastest on the device is timed. Default: none. */
  readonly ways?: readonly StepWay[];
}

export interface DecodeOptions {
  readonly kernels: Kernels;
  /** Makes the tasks once the device is known, and with it how much fits. */
  readonly tasks: (room: Room) => readonly DecodeTask[];
  /** The GPU memory that one step may take, in bytes: weights, KV caches and all else. */
  readonly budgetBytes: number;
  /** Explains steps, by empty dispatches of this kernel. Default: none is explained. */
  readonly explain?: EmptyKernel | undefined;
}

/**
 * The places of the tasks to be explained: those that a person asked for. Of the lengths that a profile chose, it is the
 * first in each model and formats.
 */
export function explainedTasks(tasks: readonly DecodeTask[]): ReadonlySet<number> {
  const known = new Set<string>();
  const places = tasks.flatMap(({ case: { model, weights, kv, experiment }, ofProfile }, place) => {
    const key = JSON.stringify([model, weights, kv]);
    if (experiment || (ofProfile && known.has(key))) return [];
    known.add(key);
    return [place];
  });
  return new Set(places);
}

/** The decode steps of a run on a device. */
export interface DecodePlan extends Omit<DecodeOptions, 'tasks'> {
  readonly tasks: readonly DecodeTask[];
  /** The tuning to run each kernel with. */
  readonly tuningOf: TuningOf;
}

/** Why a run does not time so many decode steps: its record could not hold them. Undefined: it can. */
export const tooManySteps = (steps: number): string | undefined =>
  steps > MAX_DECODE_STEPS
    ? `A run times at most ${MAX_DECODE_STEPS} decode steps, and these would be ${steps}: give it fewer models, formats, contexts or batches.`
    : undefined;

export function planSteps(options: DecodeOptions, limits: Limits, tuningOf: TuningOf): DecodePlan {
  const { kernels, budgetBytes, explain } = options;
  const fitted = (make: () => Step, bytes: number) =>
    fitStep(kernels, () => tunedStep(kernels, make(), tuningOf), limits, bytes, 'all');
  const room: Room = {
    left(make) {
      const whole = fitted(make, Number.POSITIVE_INFINITY);
      return typeof whole === 'string' ? Number.NEGATIVE_INFINITY : budgetBytes - whole.bytes;
    },
    refuses(make) {
      const whole = fitted(make, budgetBytes);
      return typeof whole === 'string' ? whole : undefined;
    },
  };
  return { kernels, budgetBytes, explain, tuningOf, tasks: options.tasks(room) };
}

/** Returns the step with the best tunings known. */
export const tunedStep = (kernels: Kernels, step: Step, tuningOf: TuningOf): Step =>
  withBlocks(step, ({ operations, filled }) => ({
    operations: operations.map((operation) => tunedOperation(kernels, operation, tuningOf)),
    filled,
  }));

/** Returns the operation with the best tuning known. Tunables that the rest of the step depends on stay. */
function tunedOperation(kernels: Kernels, operation: Operation, tuningOf: TuningOf): Operation {
  const kernel = kernelOf(kernels, operation);
  const { variant, params } = operation;
  const tuning = { ...tuningOf(kernel, variant, params), ...operation.tuning };
  const fits = kernel.refuses(params, { ...defaultTuning(kernel, variant, params), ...tuning }) === undefined;
  return fits ? { ...operation, tuning } : operation;
}
