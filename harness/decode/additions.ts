/**
 * Dispatches that are added to a step, to see how much longer it takes. They stand in the step's own chain, right before
 * the dispatch that they repeat, and write what that one overwrites: so they wait for what it waits for, and it for them.
 * No GPU is needed.
 */

import { groupBy } from '../../results/lists.ts';
import { MAX_STEP_KERNELS } from '../../results/record/bounds.ts';
import { bytesMoved } from '../../results/record/cases.ts';
import type { Work } from '../../shaders/kernel.ts';
import { type Operation, operationsOf, type Step } from '../../shaders/step.ts';
import { type Kernels, kernelOf, keyOf, operationWork, rotationBytes, tuningOf, usesOf } from './step-buffers.ts';

/**
 * How an added dispatch differs from the one that it repeats. `whole`: in the memory that it streams alone. `half`: it
 * has half the workgroups as well. `unread`: its streamed inputs are bound as a few bytes. WGSL keeps a load within what is
 * bound, so every load is made, and none goes to memory.
 */
export type Added = 'whole' | 'half' | 'unread';

/** A dispatch of a chain: one of the step's own, or one that was added. */
export interface Link {
  readonly operation: Operation;
  readonly added?: Added;
}

/** A kernel of a step in one shape, with the places of its dispatches. */
export interface StepKernel {
  readonly operation: Operation;
  readonly places: readonly number[];
  readonly workgroups: number;
  /** Whether it streams weights or a KV cache. */
  readonly streams: boolean;
  /** The work of all its dispatches in a step. */
  readonly work: Work;
}

/** The kernels of a step, those that move the most bytes first. There are at most MAX_STEP_KERNELS. */
export function stepKernels(kernels: Kernels, step: Step): StepKernel[] {
  const found = new Map<string, { operation: Operation; places: number[] }>();
  for (const [place, operation] of operationsOf(step).entries()) {
    const key = keyOf(operation);
    const known = found.get(key) ?? { operation, places: [] };
    known.places.push(place);
    found.set(key, known);
  }
  return [...found.values()]
    .map(({ operation, places }): StepKernel => {
      const kernel = kernelOf(kernels, operation);
      const { bytesRead, bytesWritten, flops } = operationWork(kernels, operation);
      const n = places.length;
      return {
        ...{ operation, places },
        workgroups: kernel.workgroups(operation.params, tuningOf(kernel, operation)),
        streams: streamedIn(kernels, operation).length > 0,
        work: { bytesRead: n * bytesRead, bytesWritten: n * bytesWritten, flops: n * flops },
      };
    })
    .sort((a, b) => bytesMoved(b.work) - bytesMoved(a.work))
    .slice(0, MAX_STEP_KERNELS);
}

/** The names that the kernel of an operation gives to the inputs that it streams. */
const streamedIn = (kernels: Kernels, { kernel: id, params, variant }: Operation): string[] =>
  (kernels.get(id)?.inputs(params, variant) ?? []).flatMap(({ kind, name }) => (kind === 'streamed' ? [name] : []));

/**
 * The chain of a step with `times` dispatches added beside each dispatch of a kernel.
 *
 * An added dispatch streams the memory of another dispatch of its kind, the one that is farthest away in the step, so
 * that a cache helps it no more than it has to. A kernel with one dispatch alone is added half a step away, if nothing
 * there needs what it overwrites.
 */
export function chainWith(kernels: Kernels, step: Step, kernel: StepKernel, added: Added, times: number): Link[] {
  const operations = operationsOf(step);
  const { places } = kernel;
  const streamed = streamedIn(kernels, kernel.operation);
  const before = new Map<number, Link[]>();
  const memoryOf = (place: number) => streamed.map((name) => operations[place]?.buffers[name]).join();
  const sources = [...groupBy(places, memoryOf).values()].flatMap(([first]) => first ?? []);
  for (const [i, place] of places.entries()) {
    const own = readingOnly(kernels, operations[place] as Operation);
    const links = Array.from({ length: times }, (_, nth): Link => {
      // The first is half of all away, and the others lie between.
      const away = Math.floor((sources.length * (nth + 1)) / (times + 1));
      const from = operations[sources[(i + away) % sources.length] as number] as Operation;
      const buffers = Object.fromEntries(streamed.map((name) => [name, from.buffers[name] as string]));
      return { operation: { ...own, buffers: { ...own.buffers, ...buffers } }, added };
    });
    const at = places.length === 1 && kernel.streams ? farPlace(kernels, step, operations, place) : place;
    before.set(at, links);
  }
  return operations.flatMap((operation, place) => [...(before.get(place) ?? []), { operation }]);
}

/**
 * The operation without what it writes into the memory that it streams, which may be that of another layer: a new position of
 * a KV cache.
 */
function readingOnly(kernels: Kernels, operation: Operation): Operation {
  const { params, counted, buffers } = operation;
  const kernel = kernelOf(kernels, operation);
  const reading = kernel.reading?.(params);
  if (!reading) return operation;
  const lengths = counted && kernel.reading?.(counted).params;
  const served = Object.entries(reading.inputs).map(([name, by]) => [name, buffers[by] as string]);
  return {
    ...operation,
    params: reading.params,
    ...(lengths && { counted: lengths }),
    buffers: { ...buffers, ...Object.fromEntries(served) },
  };
}

/**
 * The place nearest to half a step away from `place` at which whatever the operation writes is written again before it
 * is read; `place` itself if there is none.
 */
function farPlace(kernels: Kernels, step: Step, operations: readonly Operation[], place: number): number {
  const n = operations.length;
  const swapped = new Set(step.swapped.flat());
  const outputs = usesOf(kernels, operations[place] as Operation).flatMap(({ input, buffer }) =>
    input ? [] : [buffer],
  );
  if (outputs.some((buffer) => swapped.has(buffer))) return place;
  const half = Math.floor(n / 2);
  for (let away = half; away < n; away++) {
    // As many dispatches before the operation. Fewer than half are as near to it on the other side.
    const at = (place - (n - away) + n) % n;
    const next = Array.from({ length: n - away }, (_, i) => operations[(at + i) % n] as Operation);
    const isFree = outputs.every((buffer) => {
      const user = next.find((operation) => Object.values(operation.buffers).includes(buffer));
      return user === undefined || usesOf(kernels, user).every((use) => use.buffer !== buffer || !use.input);
    });
    if (isFree) return at;
  }
  return place;
}

/** The kernel of an empty dispatch. It is handed in, since the engine knows no kernel by name. */
export type EmptyKernel = Pick<Operation, 'kernel' | 'variant' | 'params'>;

/** The buffer that empty dispatches write to. No step has one of this name. */
const EMPTY_BUFFER = '(empty)';

/** The chain of a step with an empty dispatch before each of its own. */
export function chainWithEmpty(kernels: Kernels, step: Step, empty: EmptyKernel): Link[] {
  const kernel = kernelOf(kernels, { ...empty, buffers: {} });
  const names = kernel.outputs(empty.params, kernel.defaults).map(({ name }) => name);
  const operation = { ...empty, buffers: Object.fromEntries(names.map((name) => [name, EMPTY_BUFFER])) };
  return operationsOf(step).flatMap((own): Link[] => [{ operation, added: 'whole' }, { operation: own }]);
}

/**
 * The fewest bytes that are streamed between two reads of the same byte by the added dispatches of a chain that is
 * repeated, or by those that follow them; 0 if they stream nothing.
 */
export function addedRotationBytes(kernels: Kernels, chain: readonly Link[]): number {
  const operations = chain.map(({ operation }) => operation);
  const isAdded = (place: number) => chain[place]?.added !== undefined;
  return rotationBytes(kernels, operations, (before, after) => isAdded(before) || isAdded(after));
}
