/**
 * A decode step on the GPU. Its buffers are filled, each distinct kernel is compiled once, and bind groups are made
 * once. Many steps are recorded into one pass. Each depends on the one before, and nothing returns to the CPU between
 * tokens.
 */

import { bytesMoved } from '../../results/record/cases.ts';
import type { WordReader } from '../../shaders/kernel.ts';
import { hash, randomWord } from '../../shaders/random.ts';
import { filledIn, type Operation, operationsOf, type Step } from '../../shaders/step.ts';
import type { Encode } from '../clock/clock.ts';
import { type CompilerWait, WAITS_FOR_COMPILERS } from '../deadline.ts';
import { checked, type Gpu, GpuError } from '../device/device.ts';
import { allocate, type Filler, outputBuffer, readBack } from '../device/memory.ts';
import { bind, compile, dispatch, fold, type Program, type View } from '../device/program.ts';
import type { Link } from './additions.ts';
import {
  bufferSizes,
  type Kernels,
  kernelOf,
  keyOf,
  operationWork,
  tuningOf,
  type Use,
  usesOf,
} from './step-buffers.ts';

export interface Decoder {
  readonly step: Step;
  readonly dispatchesPerStep: number;
  /** The bytes of all buffers. */
  readonly bytes: number;
  /** Restores the state that a region of `steps` steps begins with. Call it before each region. */
  begin(steps: number): void;
  /**
   * Returns `steps` steps, to be run after `begin`, as up to `passes` passes that take about as long each.
   *
   * @param chain What each step is. Default: the step as it is.
   */
  encode(steps: number, passes?: number, chain?: Chain): Encode[];
  /** Makes a chain: the step with dispatches added. Call it within `checked`. */
  chain(links: readonly Link[]): Promise<Chain>;
  /** Returns the words that a buffer was filled with. */
  words(buffer: string): WordReader;
  /** Returns a buffer of the step. */
  view(buffer: string): View;
  /** Reads back what is in a buffer now. */
  read(buffer: string): Promise<Uint32Array<ArrayBuffer>>;
  destroy(): void;
}

export interface DecoderOptions {
  readonly gpu: Gpu;
  readonly filler: Filler;
  readonly kernels: Kernels;
  readonly step: Step;
  readonly seed: number;
  /**
   * A decoder whose filled buffers, weights and KV caches, this one uses as well. It is destroyed after this one. Default:
   * none; the step has buffers of its own.
   */
  readonly over?: Decoder;
  /** Default: compilers have the time that they take. */
  readonly compiled?: CompilerWait;
}

/**
 * Puts a step on the GPU. Ask `fitStep` first: it finds what can be known without a GPU.
 *
 * @throws GpuError, for example when memory runs out.
 * @throws OutOfTime if a compiler is not done in time
 */
export async function createDecoder(options: DecoderOptions): Promise<Decoder> {
  const own = new Map<string, View>();
  try {
    return await checked(options.gpu.device, () => decoderOver(options, own));
  } catch (error) {
    for (const { buffer } of own.values()) buffer.destroy();
    throw error;
  }
}

/** Dispatches that are ready to be recorded, one step after another. */
export interface Chain {
  readonly dispatches: number;
  /** Records the dispatches from `begin` up to `end`, counted through all steps. */
  record(pass: GPUComputePassEncoder, begin: number, end: number): void;
  /** The bytes of each dispatch of a step. */
  readonly bytesEach: readonly number[];
}

/** A dispatch, with its bind groups for steps of even and of odd number: swapped buffers change places between them. */
interface Recorded {
  readonly program: Program;
  readonly groups: readonly [GPUBindGroup, GPUBindGroup];
}

/** Makes a decoder. Every buffer that it makes is added to `own` at once, so that a failure leaks none. */
async function decoderOver(options: DecoderOptions, own: Map<string, View>): Promise<Decoder> {
  const { gpu, filler, kernels, step, seed, over, compiled = WAITS_FOR_COMPILERS } = options;
  const { device } = gpu;
  const sizes = bufferSizes(kernels, step);
  const filled = filledIn(step);
  const operations = operationsOf(step);
  const seeds = new Map(Object.keys(filled).map((name, i) => [name, hash(i, seed)]));
  const fixed = givenOnly(kernels, operations, new Set([...Object.keys(filled), ...Object.keys(step.state(1))]));
  for (const [name, bytes] of sizes) {
    const words = filled[name];
    if (!words) {
      const view = await outputBuffer(device, bytes / 4);
      own.set(name, view);
      const data = fixed.get(name);
      if (data) device.queue.writeBuffer(view.buffer, 0, data());
      continue;
    }
    if (over) continue;
    const buffer = await allocate(device, bytes);
    if (!buffer) throw new GpuError(`out of memory: the device refused the ${bytes} bytes of ${name}`, true);
    own.set(name, { buffer, offset: 0, bytes });
    await filler.fill({ buffer, offset: 0, bytes }, seeds.get(name) ?? seed, words);
  }

  const partners = new Map(step.swapped.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  const viewOf = (name: string): View => own.get(name) ?? (over?.view(name) as View);
  const programOf = programsOf(gpu, kernels);
  // Chains of one step have most bind groups in common, and drivers have room for some tens of thousands.
  const known = new Map<string, Recorded['groups']>();
  const chainOf = async (links: readonly Link[]): Promise<Chain> => {
    const programs = await compiled(Promise.all(links.map(programOf)));
    const recorded = links.map(({ operation, added }, i): Recorded => {
      const program = programs[i] as Program;
      const key = JSON.stringify([added === 'unread', keyOf(operation), operation.buffers]);
      const before = known.get(key);
      if (before) return { program, groups: before };
      const uses = usesOf(kernels, operation);
      const group = (place: (use: Use) => string) =>
        bind(
          gpu,
          program,
          uses.map((use) => {
            const view = viewOf(place(use));
            const isUnread = added === 'unread' && use.input?.kind === 'streamed';
            return isUnread ? { ...view, bytes: Math.min(view.bytes, UNREAD_BYTES) } : view;
          }),
        );
      const even = group(({ buffer }) => buffer);
      const swaps = uses.some(({ buffer }) => partners.has(buffer));
      const groups = [even, swaps ? group(({ buffer }) => partners.get(buffer) ?? buffer) : even] as const;
      known.set(key, groups);
      return { program, groups };
    });
    return {
      dispatches: recorded.length,
      bytesEach: links.map(({ operation }) => bytesMoved(operationWork(kernels, operation))),
      record(pass, begin, end) {
        for (let i = begin; i < end; i++) {
          const { program, groups } = recorded[i % recorded.length] as Recorded;
          dispatch(pass, program, groups[Math.floor(i / recorded.length) % 2 === 0 ? 0 : 1]);
        }
      },
    };
  };
  const plain = await chainOf(operations.map((operation) => ({ operation })));
  return {
    step,
    dispatchesPerStep: plain.dispatches,
    bytes: [...sizes.keys()].reduce((sum, name) => sum + viewOf(name).bytes, 0),
    begin(steps) {
      for (const [name, words] of Object.entries(step.state(steps))) {
        device.queue.writeBuffer(viewOf(name).buffer, 0, words);
      }
    },
    encode: (steps, passes = 1, chain = plain) =>
      partsOf(steps, chain.bytesEach, passes).map(
        ({ begin, end }) =>
          (pass) =>
            chain.record(pass, begin, end),
      ),
    async chain(links) {
      // What is added may write to a buffer that the step has not.
      for (const { operation } of links) {
        for (const { buffer, bytes } of usesOf(kernels, operation)) {
          if (!sizes.has(buffer) && !own.has(buffer)) own.set(buffer, await outputBuffer(device, bytes / 4));
        }
      }
      return chainOf(links);
    },
    words(name) {
      if (over) return over.words(name);
      const words = filled[name];
      const ofBuffer = seeds.get(name);
      if (!words || ofBuffer === undefined) throw new RangeError(`the step fills no buffer ${name}`);
      return (index) => randomWord(index, ofBuffer, words);
    },
    view: viewOf,
    read: (name) => readBack(gpu, { ...viewOf(name), bytes: sizes.get(name) ?? 0 }),
    destroy() {
      for (const { buffer } of own.values()) buffer.destroy();
    },
  };
}

/**
 * Divides the dispatches of `steps` steps into up to `parts` consecutive parts of about as many bytes each.
 *
 * @param bytesEach The bytes of each dispatch of a step.
 * @returns The dispatches from `begin` up to `end` of each part, counted through all steps.
 */
export function partsOf(
  steps: number,
  bytesEach: readonly number[],
  parts: number,
): { readonly begin: number; readonly end: number }[] {
  const all = steps * bytesEach.reduce((sum, bytes) => sum + bytes, 0);
  const dispatches = steps * bytesEach.length;
  const ends: number[] = [];
  let [bytes, next] = [0, 1];
  for (let i = 0; i < dispatches; i++) {
    bytes += bytesEach[i % bytesEach.length] as number;
    if (bytes < (all * next) / parts && i < dispatches - 1) continue;
    ends.push(i + 1);
    // One dispatch may hold more than a part.
    while ((all * next) / parts <= bytes) next++;
  }
  return ends.map((end, i) => ({ begin: ends[i - 1] ?? 0, end }));
}

/**
 * Returns the content of each buffer that no operation writes and that is not `held` already: the data that the kernel
 * which reads it declares as given.
 */
function givenOnly(
  kernels: Kernels,
  operations: readonly Operation[],
  held: ReadonlySet<string>,
): Map<string, () => Uint32Array<ArrayBuffer>> {
  const uses = operations.flatMap((operation) => usesOf(kernels, operation));
  const written = new Set(uses.filter((use) => use.written).map(({ buffer }) => buffer));
  const given = new Map<string, () => Uint32Array<ArrayBuffer>>();
  for (const { buffer, input } of uses) {
    if (!input || written.has(buffer) || held.has(buffer)) continue;
    if (input.kind !== 'given')
      throw new Error(`the step must fill ${buffer}, write it or give it; it does none of these`);
    given.set(buffer, () => input.data);
  }
  return given;
}

/**
 * The bytes of a streamed input that are bound where nothing of it is to come from memory: a few cache lines. WebGPU's
 * smallest binding of an array is one element, of 16 bytes at most.
 */
const UNREAD_BYTES = 256;

/** Compiles the programs of dispatches. Those that differ in their buffers only share one. */
function programsOf(gpu: Gpu, kernels: Kernels): (link: Link) => Promise<Program> {
  const known = new Map<string, Promise<Program>>();
  return async ({ operation, added }) => {
    const kernel = kernelOf(kernels, operation);
    const { variant, params } = operation;
    const tuning = tuningOf(kernel, operation);
    const key = JSON.stringify([kernel.id, variant, params, tuning]);
    const compiling = known.get(key) ?? compile(gpu, { kernel, variant, params, tuning });
    known.set(key, compiling);
    const program = await compiling;
    if (added !== 'half') return program;
    const half = Math.floor(kernel.workgroups(params, tuning) / 2);
    return { ...program, workgroups: fold(half, gpu.device.limits.maxComputeWorkgroupsPerDimension) };
  };
}
