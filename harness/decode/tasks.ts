/** The decode steps of a run: as they are asked for, and as a device has room for them. */

import type { DecodeCase } from '../../results/schema.ts';
import type { Operation, Room, Step } from '../../shaders/step.ts';
import type { TuningsOf } from '../sampling/plan.ts';
import { fitStep, type Kernels, kernelOf, type Limits } from './step-buffers.ts';

/** A step to be timed. */
export interface DecodeTask {
  readonly case: DecodeCase;
  /** Nobody asked for its lengths but the profile, which has so much time for these and no more. */
  readonly ofProfile?: true;
  /** With so many layers of its own at the most. @throws RangeError where there is no such step: the rule, the value met. */
  make(distinctLayers: number): Step;
}

export interface DecodeOptions {
  readonly kernels: Kernels;
  /** Once the device is known, and with it how much fits. */
  readonly tasks: (room: Room) => readonly DecodeTask[];
  /** Most GPU memory for one step: weights, KV caches and all else. */
  readonly budgetBytes: number;
}

/** The same on a device. */
export interface DecodePlan extends Omit<DecodeOptions, 'tasks'> {
  readonly tasks: readonly DecodeTask[];
  /** The tunings to run each kernel with; default: their own. */
  readonly tuningsOf: TuningsOf | undefined;
}

export function planSteps(options: DecodeOptions, limits: Limits, tuningsOf: TuningsOf | undefined): DecodePlan {
  const { kernels, budgetBytes } = options;
  const fitted = (make: () => Step, bytes: number) =>
    fitStep(kernels, () => tunedStep(kernels, make(), tuningsOf), limits, bytes);
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
  return { kernels, budgetBytes, tuningsOf, tasks: options.tasks(room) };
}

/** With the best tunings known. */
export const tunedStep = (kernels: Kernels, step: Step, tuningsOf: TuningsOf | undefined): Step =>
  tuningsOf ? { ...step, operations: step.operations.map((o) => tunedOperation(kernels, o, tuningsOf)) } : step;

/** With the best tuning known, but for tunables that the rest of the step depends on. */
function tunedOperation(kernels: Kernels, operation: Operation, tuningsOf: TuningsOf): Operation {
  const kernel = kernelOf(kernels, operation);
  const { variant, params } = operation;
  const tuning = { ...tuningsOf(kernel, variant, params)[0], ...operation.tuning };
  const fits = kernel.refuses(params, { ...kernel.defaults, ...tuning }) === undefined;
  return fits ? { ...operation, tuning } : operation;
}
