/** A memory plan says where a step's memory would go. It sums over the step's buffers and needs no GPU. */

import { bytesMoved } from '../../results/record/cases.ts';
import { dispatchesIn, type Step } from '../../shaders/step.ts';
import { fitStep } from './fit.ts';
import { type Kernels, type Limits, stepWork } from './step-buffers.ts';

export interface MemoryPlan {
  /** The bytes of buffers that are filled, and then only read. */
  readonly weightBytes: number;
  /** The bytes of the KV caches, with room for the steps of a region: filled, and written to as sequences grow. */
  readonly cacheBytes: number;
  /** The bytes of all else: activations, tables, partial sums. */
  readonly scratchBytes: number;
  readonly layers: Step['layers'];
  /** The number of dispatches of one step. */
  readonly dispatches: number;
  /** The fewest bytes that one step reads and writes. */
  readonly stepBytes: number;
}

/**
 * Plans the step with as many distinct layers as the budget and the device have room for. `make` makes it with all its
 * layers. Returns the rule and the value met, if not even the smallest step fits.
 */
export function planMemory(
  kernels: Kernels,
  make: () => Step,
  limits: Limits,
  budgetBytes: number,
): MemoryPlan | string {
  const fitted = fitStep(kernels, make, limits, budgetBytes);
  if (typeof fitted === 'string') return fitted;
  const { step, buffers } = fitted;
  let [weightBytes, cacheBytes, scratchBytes] = [0, 0, 0];
  for (const { bytes, filled, written } of buffers) {
    if (!filled) scratchBytes += bytes;
    else if (written) cacheBytes += bytes;
    else weightBytes += bytes;
  }
  return {
    ...{ weightBytes, cacheBytes, scratchBytes },
    layers: step.layers,
    dispatches: dispatchesIn(step),
    stepBytes: bytesMoved(stepWork(kernels, step)),
  };
}
