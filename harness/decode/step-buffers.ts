/** The memory and the work of a step, by sums over what its kernels declare. No GPU is needed. */

import { sum } from 'simple-statistics';
import { MAX_STEP_DISPATCHES } from '../../results/bounds.ts';
import { bytesText } from '../../results/figures.ts';
import { largestWhere } from '../../results/largest.ts';
import { maxOf } from '../../results/statistics.ts';
import type { Input, Kernel, Tuning, Work } from '../../shaders/kernel.ts';
import type { Operation, Step } from '../../shaders/step.ts';

/** The kernels by id. */
export type Kernels = ReadonlyMap<string, Kernel>;

export function kernelOf(kernels: Kernels, { kernel: id }: Operation): Kernel {
  const kernel = kernels.get(id);
  if (!kernel) throw new Error(`a step must name kernels that exist; there is no ${id}`);
  return kernel;
}

export const tuningOf = (kernel: Kernel, { tuning }: Operation): Tuning => ({ ...kernel.defaults, ...tuning });

/** A use of a buffer by an operation. */
export interface Use {
  readonly buffer: string;
  readonly bytes: number;
  /** The kernel's input; undefined for an output. */
  readonly input: Input | undefined;
}

/** A use of a buffer, by the name that the kernel gives the buffer. */
type Need = Omit<Use, 'buffer'> & { readonly name: string };

function needsOf(kernels: Kernels, operation: Operation): Need[] {
  const kernel = kernelOf(kernels, operation);
  const { params, variant } = operation;
  return [
    ...kernel.inputs(params, variant).map((input) => ({ name: input.name, bytes: input.bytes, input })),
    ...kernel
      .outputs(params, tuningOf(kernel, operation))
      .map(({ name, elements }) => ({ name, bytes: Math.ceil(elements / 4) * 16, input: undefined })),
  ];
}

/**
 * Returns the operation's uses of buffers, in binding order.
 *
 * @throws Error if the step names no buffer for one of them.
 */
export function usesOf(kernels: Kernels, operation: Operation, needs = needsOf(kernels, operation)): Use[] {
  return needs.map(({ name, bytes, input }) => {
    const buffer = operation.buffers[name];
    if (buffer === undefined)
      throw new Error(`a step must name every buffer of its kernels; ${operation.kernel} has none for ${name}`);
    return { buffer, bytes, input };
  });
}

/**
 * Memoises `of`: operations that differ in their buffers only share one call. The layers of a model differ so, and
 * kernels take time to answer.
 */
function onceForAlike<T>(of: (operation: Operation) => T): (operation: Operation) => T {
  const known = new Map<string, T>();
  return (operation) => {
    const key = keyOf(operation);
    const value = known.has(key) ? (known.get(key) as T) : of(operation);
    known.set(key, value);
    return value;
  };
}

/** What operations that are alike have in common. A step is asked for many things, and an operation never changes. */
function keyOf(operation: Operation): string {
  const known = knownKeys.get(operation);
  if (known !== undefined) return known;
  const { buffers: _, ...alike } = operation;
  const key = JSON.stringify(alike);
  knownKeys.set(operation, key);
  return key;
}

const knownKeys = new WeakMap<Operation, string>();

/** Returns the uses of buffers of each operation, in order. */
export function usesIn(kernels: Kernels, operations: readonly Operation[]): Use[][] {
  const needs = onceForAlike((operation) => needsOf(kernels, operation));
  return operations.map((operation) => usesOf(kernels, operation, needs(operation)));
}

/** Returns the bytes of every buffer of the step: those of its largest use. */
export function bufferSizes(kernels: Kernels, step: Step): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { buffer, bytes } of usesIn(kernels, step.operations).flat()) {
    sizes.set(buffer, Math.max(bytes, sizes.get(buffer) ?? 0));
  }
  for (const [a, b] of step.swapped) {
    const bytes = Math.max(sizes.get(a) ?? 0, sizes.get(b) ?? 0);
    sizes.set(a, bytes).set(b, bytes);
  }
  return sizes;
}

/** Returns the bytes and operations of one dispatch, at the step's own lengths. */
export function operationWork(kernels: Kernels, operation: Operation): Work {
  const kernel = kernelOf(kernels, operation);
  const { params, counted = params, variant } = operation;
  return kernel.work(counted, tuningOf(kernel, operation), variant);
}

/** Returns the bytes and operations of one step, at its own lengths. */
export function stepWork(kernels: Kernels, step: Step): Work {
  const sum = { bytesRead: 0, bytesWritten: 0, flops: 0 };
  const workOf = onceForAlike((operation) => operationWork(kernels, operation));
  for (const operation of step.operations) {
    const work = workOf(operation);
    sum.bytesRead += work.bytesRead;
    sum.bytesWritten += work.bytesWritten;
    sum.flops += work.flops;
  }
  return sum;
}

/**
 * Returns the fewest bytes that are streamed from one use of a streamed buffer to the next, while step follows step. A
 * cache can serve the buffer only if it holds that many bytes. Weights and KV caches are streamed.
 */
export function stepRotationBytes(kernels: Kernels, step: Step): number {
  const lastUse = new Map<string, number>();
  let [streamed, fewest] = [0, Number.POSITIVE_INFINITY];
  const once = usesIn(kernels, step.operations);
  for (const all of [...once, ...once]) {
    const uses = all.filter(({ input }) => input?.kind === 'streamed');
    for (const { buffer } of uses)
      fewest = Math.min(fewest, streamed - (lastUse.get(buffer) ?? Number.NEGATIVE_INFINITY));
    for (const { bytes } of uses) streamed += bytes;
    for (const { buffer } of uses) lastUse.set(buffer, streamed);
  }
  return Number.isFinite(fewest) ? fewest : 0;
}

/** The limits of a device that a step can run into. */
export type Limits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

/** Returns why a kernel cannot run its part of the step (the rule and the value met), or undefined. */
function refusesOperation(kernels: Kernels, step: Step): string | undefined {
  const refusal = onceForAlike((operation) => {
    const kernel = kernelOf(kernels, operation);
    return kernel.refuses(operation.params, tuningOf(kernel, operation));
  });
  for (const operation of step.operations) {
    const why = refusal(operation);
    if (why !== undefined) return `${operation.kernel}: ${why}`;
  }
  return undefined;
}

/** Returns why the step cannot run (the rule and the value met), or undefined. */
export function refusesStep(kernels: Kernels, step: Step, limits: Limits): string | undefined {
  const why = refusesOperation(kernels, step);
  if (why !== undefined) return why;
  const maxBytes = maxBufferBytes(limits);
  const tooLarge = [...bufferSizes(kernels, step)].find(([, bytes]) => bytes > maxBytes);
  return (
    tooLarge &&
    `a buffer may take ${bytesText(maxBytes)} on this device; “${tooLarge[0]}” takes ${bytesText(tooLarge[1])}`
  );
}

/** The maximum of parts of a matrix: 128 GiB in the smallest bindings that WebGPU allows. */
const MAX_PARTS = 1024;

/** Returns the bytes that one buffer may take. */
const maxBufferBytes = ({ maxBufferSize, maxStorageBufferBindingSize }: Limits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);

/**
 * Returns the step with every matrix that is larger than a buffer may be divided into parts, with a dispatch for each,
 * if its kernels can work on parts. Parts are filled as the whole is. Kernels that read the same matrix divide it
 * alike.
 *
 * @throws RangeError for more parts than a step can have
 */
export function inParts(kernels: Kernels, step: Step, limits: Limits): Step {
  const maxBytes = maxBufferBytes(limits);
  const filled = { ...step.filled };
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
  let dispatches = 0;
  const operations = step.operations.flatMap((operation) => {
    const kernel = kernelOf(kernels, operation);
    const { variant, buffers } = operation;
    const { whole, parts } = divided(operation);
    dispatches += parts.length;
    if (dispatches > MAX_STEP_DISPATCHES) {
      throw new RangeError(`a step may take at most ${MAX_STEP_DISPATCHES} dispatches with its matrices in parts`);
    }
    if (parts.length === 1) return [operation];
    return parts.map((part, i): Operation => {
      const own = kernel
        .inputs(part, variant)
        .filter(({ name, bytes }) => bytes < (whole.get(name) ?? 0))
        .map(({ name }) => {
          const buffer = buffers[name] ?? name;
          const words = step.filled[buffer];
          if (words) filled[`${buffer} part ${i}`] = words;
          delete filled[buffer];
          return [name, `${buffer} part ${i}`] as const;
        });
      return { ...operation, params: part, buffers: { ...buffers, ...Object.fromEntries(own) } };
    });
  });
  return { ...step, operations, filled };
}

/** A step that fits, and the bytes that it takes. */
export interface Fitted {
  readonly step: Step;
  readonly bytes: number;
}

/**
 * Returns the step with as many distinct layers as `budgetBytes` and the device have room for. Matrices that are too
 * large for a buffer are in parts. Returns the rule and the value met, if not even the smallest step fits.
 *
 * @param make Makes the step with at most `distinctLayers` layers of its own.
 */
export function fitStep(
  kernels: Kernels,
  make: (distinctLayers: number) => Step,
  limits: Limits,
  budgetBytes: number,
): Fitted | string {
  try {
    return fitMade(kernels, make, limits, budgetBytes);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** Fits a step, see `fitStep`. @throws RangeError if `make` does. */
function fitMade(
  kernels: Kernels,
  make: (distinctLayers: number) => Step,
  limits: Limits,
  budgetBytes: number,
): Fitted | string {
  const fittingOf = (distinctLayers: number, made = make(distinctLayers)): Fitted => {
    const step = inParts(kernels, made, limits);
    return { step, bytes: sum([...bufferSizes(kernels, step).values()]) };
  };
  const made = make(Number.MAX_SAFE_INTEGER);
  // Inputs of what a kernel refuses, such as a million experts for a token, may have any size.
  const why = refusesOperation(kernels, made);
  if (why !== undefined) return why;
  const whole = fittingOf(Number.MAX_SAFE_INTEGER, made);
  const refusal = refusesStep(kernels, whole.step, limits);
  if (refusal !== undefined) return refusal;
  if (whole.bytes <= budgetBytes) return whole;
  let fitting = fittingOf(1);
  const { distinct, total } = fitting.step.layers;
  if (fitting.bytes > budgetBytes) {
    return `the budget, ${bytesText(budgetBytes)}, must hold ${distinct} of ${total} layers with all else; that takes ${bytesText(fitting.bytes)}`;
  }
  const fits = (layers: number) => {
    const more = fittingOf(layers);
    if (more.bytes > budgetBytes) return false;
    fitting = more;
    return true;
  };
  // Layers that are alike take equally much, so that mostly this many fit, and one more does not.
  const likely =
    distinct + Math.floor(((total - distinct) * (budgetBytes - fitting.bytes)) / (whole.bytes - fitting.bytes));
  const [least, most] = [Math.max(2, likely), total - 1];
  if (least > most || !fits(least)) largestWhere(fits, 2, Math.min(most, least - 1));
  // More layers never take less memory: if a number of them does not fit, no larger number does.
  else if (least < most && fits(least + 1)) largestWhere(fits, least + 2, most);
  return fitting;
}
