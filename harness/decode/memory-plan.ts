/** A memory plan says where a step's memory would go. It sums over the step's buffers and needs no GPU. */

import type { Step } from '../../shaders/step.ts';
import { bufferSizes, fitStep, type Kernels, type Limits, stepWork, usesIn } from './step-buffers.ts';

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
 * Plans the step with as many distinct layers as the budget and the device have room for. `make` makes the step with at
 * most the given number of distinct layers. Returns the rule and the value met, if not even the smallest step fits.
 */
export function planMemory(
  kernels: Kernels,
  make: (distinctLayers: number) => Step,
  limits: Limits,
  budgetBytes: number,
): MemoryPlan | string {
  const fitted = fitStep(kernels, make, limits, budgetBytes);
  if (typeof fitted === 'string') return fitted;
  const { step } = fitted;
  const uses = usesIn(kernels, step.operations).flat();
  const written = new Set(uses.filter(({ input }) => !input).map(({ buffer }) => buffer));
  let [weightBytes, cacheBytes, scratchBytes] = [0, 0, 0];
  for (const [name, bytes] of bufferSizes(kernels, step)) {
    if (!(name in step.filled)) scratchBytes += bytes;
    else if (written.has(name)) cacheBytes += bytes;
    else weightBytes += bytes;
  }
  const { bytesRead, bytesWritten } = stepWork(kernels, step);
  return {
    ...{ weightBytes, cacheBytes, scratchBytes },
    layers: step.layers,
    dispatches: step.operations.length,
    stepBytes: bytesRead + bytesWritten,
  };
}
