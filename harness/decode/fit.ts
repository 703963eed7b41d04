/** Fits a step into a device: large matrices in parts, and as many layers as the memory holds. No GPU is needed. */

import { sum } from 'simple-statistics';
import { largestWhere } from '../../results/largest.ts';
import { maxOf } from '../../results/lists.ts';
import { MAX_STEP_DISPATCHES } from '../../results/record/bounds.ts';
import { bytesText } from '../../results/text/figures.ts';
import { type Block, type Operation, type Step, sharingLayers, sourcesOf, withBlocks } from '../../shaders/step.ts';
import {
  buffersOf,
  type Held,
  type Kernels,
  kernelOf,
  type Limits,
  maxBufferBytes,
  onceForAlike,
  refusesBuffers,
  refusesOperation,
  refusesStep,
} from './step-buffers.ts';

/** The maximum of parts of a matrix: 128 GiB in the smallest bindings that WebGPU allows. */
const MAX_PARTS = 1024;

/**
 * Returns the step with every matrix that is larger than a buffer may be divided into parts, with a dispatch for each,
 * if its kernels can work on parts. Parts are filled as the whole is. Kernels that read the same matrix divide it
 * alike.
 *
 * @throws RangeError for more parts than a step can have
 */
export function inParts(kernels: Kernels, step: Step, limits: Limits): Step {
  const maxBytes = maxBufferBytes(limits);
  const divided = onceForAlike((operation) => {
    const kernel = kernelOf(kernels, operation);
    const { params, variant } = operation;
    const whole = new Map(kernel.inputs(params, variant).map(({ name, bytes }) => [name, bytes]));
    const largest = maxOf(whole.values());
    if (kernel.parts && largest > MAX_PARTS * maxBytes) {
      throw new RangeError(
        `a matrix may have at most ${MAX_PARTS} parts, of ${bytesText(maxBytes)} on this device; that of ${operation.kernel} takes ${bytesText(largest)}`,
      );
    }
    return { whole, parts: largest > maxBytes ? (kernel.parts?.(params, maxBytes) ?? [params]) : [params] };
  });
  // They are counted before they are made: layers in parts may have too many to hold.
  let dispatches = 0;
  for (const { block } of step.sections) {
    for (const operation of block.operations) {
      dispatches += divided(operation).parts.length;
      if (dispatches > MAX_STEP_DISPATCHES) {
        throw new RangeError(`a step may take at most ${MAX_STEP_DISPATCHES} dispatches with its matrices in parts`);
      }
    }
  }
  return withBlocks(step, (block): Block => {
    const filled = { ...block.filled };
    const operations = block.operations.flatMap((operation) => {
      const { variant, buffers } = operation;
      const { whole, parts } = divided(operation);
      if (parts.length === 1) return [operation];
      const kernel = kernelOf(kernels, operation);
      return parts.map((part, i): Operation => {
        const own = kernel
          .inputs(part, variant)
          .filter(({ name, bytes }) => bytes < (whole.get(name) ?? 0))
          .map(({ name }) => {
            const buffer = buffers[name] ?? name;
            const words = block.filled[buffer];
            if (words) filled[`${buffer} part ${i}`] = words;
            delete filled[buffer];
            return [name, `${buffer} part ${i}`] as const;
          });
        return { ...operation, params: part, buffers: { ...buffers, ...Object.fromEntries(own) } };
      });
    });
    return { operations, filled };
  });
}

/** A step that fits, its buffers, and the bytes that they take. */
export interface Fitted {
  readonly step: Step;
  readonly buffers: readonly Held[];
  readonly bytes: number;
}

/** The layers that a step must have buffers for: as many as there is room for, or all. */
export type Layers = 'some' | 'all';

/**
 * Returns the step with as many distinct layers as `budgetBytes` and the device have room for. Matrices that are too
 * large for a buffer are in parts. Returns the rule and the value met, if not even the smallest step fits.
 *
 * @param make Makes the step, with all its layers.
 */
export function fitStep(
  kernels: Kernels,
  make: () => Step,
  limits: Limits,
  budgetBytes: number,
  layers: Layers = 'some',
): Fitted | string {
  try {
    const made = make();
    // Inputs of what a kernel refuses, such as a million experts for a token, may have any size.
    const why = refusesOperation(kernels, made);
    if (why !== undefined) return why;
    const undivided = buffersOf(kernels, made);
    if (refusesBuffers(undivided, limits) === undefined) {
      return fitLayers(made, [...undivided.values()], budgetBytes, layers);
    }
    const step = inParts(kernels, made, limits);
    const buffers = buffersOf(kernels, step);
    return refusesStep(kernels, step, limits, buffers) ?? fitLayers(step, [...buffers.values()], budgetBytes, layers);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/**
 * Leaves as many layers their own buffers as the budget has room for. The bytes are known without making each step that
 * is tried: a layer that uses another's buffers takes none of its own.
 */
function fitLayers(step: Step, buffers: readonly Held[], budgetBytes: number, layers: Layers): Fitted | string {
  const { total } = step.layers;
  const wholeBytes = bytesIn(buffers);
  if (wholeBytes <= budgetBytes) return { step, buffers, bytes: wholeBytes };
  const ownBytes = new Map<number, number>();
  for (const { layer, bytes } of buffers) {
    if (layer !== undefined) ownBytes.set(layer, bytes + (ownBytes.get(layer) ?? 0));
  }
  const bytesWith = (distinct: number): number =>
    sourcesOf(step, distinct).reduce(
      (bytes, source, layer) => (source === layer ? bytes : bytes - (ownBytes.get(layer) ?? 0)),
      wholeBytes,
    );
  const fewest = layers === 'all' ? total : 1;
  // More layers never take less memory.
  const most = largestWhere((distinct) => bytesWith(distinct) <= budgetBytes, fewest, total);
  if (most === undefined) {
    const { distinct } = sharingLayers(step, fewest).layers;
    return `the budget, ${bytesText(budgetBytes)}, must hold ${distinct} of ${total} layers with all else; that takes ${bytesText(bytesWith(fewest))}`;
  }
  const sources = sourcesOf(step, most);
  const kept = buffers.filter(({ layer }) => layer === undefined || sources[layer] === layer);
  return { step: sharingLayers(step, most), buffers: kept, bytes: bytesIn(kept) };
}

const bytesIn = (buffers: readonly Held[]): number => sum(buffers.map(({ bytes }) => bytes));
