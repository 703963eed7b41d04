/** The memory and the work of a step, by sums over what its kernels declare. No GPU is needed. */

import { bytesText } from '../../results/text/figures.ts';
import {
  buffersOf as buffersOfKernel,
  defaultTuning,
  type Input,
  type Kernel,
  type Tuning,
  type Work,
} from '../../shaders/kernel.ts';
import { type Block, bufferIn, layerIn, type Operation, operationsOf, type Step } from '../../shaders/step.ts';

/** The kernels by id. */
export type Kernels = ReadonlyMap<string, Kernel>;

export function kernelOf(kernels: Kernels, { kernel: id }: Operation): Kernel {
  const kernel = kernels.get(id);
  if (!kernel) throw new Error(`a step must name kernels that exist; there is no ${id}`);
  return kernel;
}

export const tuningOf = (kernel: Kernel, { variant, params, tuning }: Operation): Tuning => ({
  ...defaultTuning(kernel, variant, params),
  ...tuning,
});

/** A use of a buffer by an operation. */
export interface Use {
  readonly buffer: string;
  readonly bytes: number;
  /** The kernel's input; undefined for an output. */
  readonly input: Input | undefined;
  /** Whether it is an output, or an input that is written in place. */
  readonly written: boolean;
}

/** A use of a buffer, by the name that the kernel gives the buffer. */
type Need = Omit<Use, 'buffer'> & { readonly name: string };

function needsOf(kernels: Kernels, operation: Operation): Need[] {
  const kernel = kernelOf(kernels, operation);
  const { params, variant } = operation;
  return buffersOfKernel(kernel, params, variant, tuningOf(kernel, operation)).map(
    ({ name, bytes, input, output }) => ({
      ...{ name, bytes, input },
      written: output !== undefined,
    }),
  );
}

/**
 * Returns the operation's uses of buffers, in binding order.
 *
 * @throws Error if the step names no buffer for one of them.
 */
export function usesOf(kernels: Kernels, operation: Operation, needs = needsOf(kernels, operation)): Use[] {
  return needs.map(({ name, ...need }) => {
    const buffer = operation.buffers[name];
    if (buffer === undefined)
      throw new Error(`a step must name every buffer of its kernels; ${operation.kernel} has none for ${name}`);
    return { buffer, ...need };
  });
}

/**
 * Memoises `of`: operations that differ in their buffers only share one call. The layers of a model differ so, and
 * kernels take time to answer.
 */
export function onceForAlike<T>(of: (operation: Operation) => T): (operation: Operation) => T {
  const known = new Map<string, T>();
  return (operation) => {
    const key = keyOf(operation);
    const value = known.has(key) ? (known.get(key) as T) : of(operation);
    known.set(key, value);
    return value;
  };
}

/** What operations that are alike have in common. A step is asked for many things, and an operation never changes. */
export function keyOf(operation: Operation): string {
  const known = knownKeys.get(operation);
  if (known !== undefined) return known;
  const { buffers: _, ...alike } = operation;
  const key = JSON.stringify(alike);
  knownKeys.set(operation, key);
  return key;
}

const knownKeys = new WeakMap<Operation, string>();

/** Returns the uses of buffers of each operation, in order. */
function usesIn(kernels: Kernels, operations: readonly Operation[]): Use[][] {
  const needs = onceForAlike((operation) => needsOf(kernels, operation));
  return operations.map((operation) => usesOf(kernels, operation, needs(operation)));
}

/** A buffer of a step. */
export interface Held {
  /** The bytes of its largest use. */
  bytes: number;
  /** The layer that it belongs to; undefined for a buffer of all layers. */
  readonly layer: number | undefined;
  readonly filled: boolean;
  /** Whether an operation writes to it. */
  written: boolean;
}

/** Returns the buffers of the step by name, in the order of their first uses. */
export function buffersOf(kernels: Kernels, step: Step): Map<string, Held> {
  const needs = onceForAlike((operation) => needsOf(kernels, operation));
  const known = new Map<Block, readonly Kept[]>();
  const held = new Map<string, Held>();
  for (const section of step.sections) {
    const kept = known.get(section.block) ?? keptBy(kernels, section.block, needs);
    known.set(section.block, kept);
    for (const { name, bytes, filled, written } of kept) {
      const buffer = bufferIn(section, name);
      const before = held.get(buffer);
      if (!before) held.set(buffer, { bytes, layer: layerIn(section, name), filled, written });
      else {
        before.bytes = Math.max(before.bytes, bytes);
        before.written ||= written;
      }
    }
  }
  for (const [a, b] of step.swapped) {
    const pair = [held.get(a), held.get(b)].filter((one) => one !== undefined);
    const bytes = Math.max(...pair.map((one) => one.bytes));
    for (const one of pair) one.bytes = bytes;
  }
  return held;
}

/** A buffer of a block, by its name there. */
type Kept = Omit<Held, 'layer'> & { readonly name: string };

function keptBy(kernels: Kernels, block: Block, needs: (operation: Operation) => Need[]): Kept[] {
  const kept = new Map<string, Kept>();
  for (const operation of block.operations) {
    for (const { buffer: name, bytes, written } of usesOf(kernels, operation, needs(operation))) {
      const before = kept.get(name);
      kept.set(name, {
        ...{ name, filled: name in block.filled },
        bytes: Math.max(bytes, before?.bytes ?? 0),
        written: written || before?.written === true,
      });
    }
  }
  return [...kept.values()];
}

/** Returns the bytes of every buffer of the step: those of its largest use. */
export const bufferSizes = (kernels: Kernels, step: Step): Map<string, number> =>
  new Map([...buffersOf(kernels, step)].map(([name, { bytes }]) => [name, bytes]));

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
  for (const { block } of step.sections) {
    for (const operation of block.operations) {
      const work = workOf(operation);
      sum.bytesRead += work.bytesRead;
      sum.bytesWritten += work.bytesWritten;
      sum.flops += work.flops;
    }
  }
  return sum;
}

/** The rotation of a step, while step follows step. */
export const stepRotationBytes = (kernels: Kernels, step: Step): number => rotationBytes(kernels, operationsOf(step));

/**
 * Returns the fewest bytes that are streamed from one use of a streamed buffer to the next, while the operations are
 * repeated; 0 if they stream nothing. A cache can serve the buffer only if it holds that many bytes. Weights and KV caches
 * are streamed.
 *
 * @param counts Whether two uses count, by the places of their operations. Default: all do
 */
export function rotationBytes(
  kernels: Kernels,
  operations: readonly Operation[],
  counts: (before: number, after: number) => boolean = () => true,
): number {
  const lastUse = new Map<string, { readonly place: number; readonly at: number }>();
  let [streamed, fewest] = [0, Number.POSITIVE_INFINITY];
  const once = [...usesIn(kernels, operations).entries()];
  for (const [place, all] of [...once, ...once]) {
    const uses = all.filter(({ input }) => input?.kind === 'streamed');
    for (const { buffer } of uses) {
      const last = lastUse.get(buffer);
      if (last && counts(last.place, place)) fewest = Math.min(fewest, streamed - last.at);
    }
    for (const { bytes } of uses) streamed += bytes;
    for (const { buffer } of uses) lastUse.set(buffer, { place, at: streamed });
  }
  return Number.isFinite(fewest) ? fewest : 0;
}

/** The limits of a device that a step can run into. */
export type Limits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

/** Returns why a kernel cannot run its part of the step (the rule and the value met), or undefined. */
export function refusesOperation(kernels: Kernels, step: Step): string | undefined {
  const refusal = onceForAlike((operation) => {
    const kernel = kernelOf(kernels, operation);
    return kernel.refuses(operation.params, tuningOf(kernel, operation));
  });
  for (const block of new Set(step.sections.map((section) => section.block))) {
    for (const operation of block.operations) {
      const why = refusal(operation);
      if (why !== undefined) return `${operation.kernel}: ${why}`;
    }
  }
  return undefined;
}

/** Returns why the step cannot run (the rule and the value met), or undefined. `buffers` are its own, if known. */
export const refusesStep = (
  kernels: Kernels,
  step: Step,
  limits: Limits,
  buffers?: ReadonlyMap<string, Held>,
): string | undefined => refusesOperation(kernels, step) ?? refusesBuffers(buffers ?? buffersOf(kernels, step), limits);

/** Returns why the device cannot hold one of the buffers (the rule and the value met), or undefined. */
export function refusesBuffers(buffers: ReadonlyMap<string, Held>, limits: Limits): string | undefined {
  const maxBytes = maxBufferBytes(limits);
  for (const [name, { bytes }] of buffers) {
    if (bytes > maxBytes) {
      return `a buffer may take ${bytesText(maxBytes)} on this device; “${name}” takes ${bytesText(bytes)}`;
    }
  }
  return undefined;
}

/** Returns the bytes that one buffer may take. */
export const maxBufferBytes = ({ maxBufferSize, maxStorageBufferBindingSize }: Limits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);
