/** A case on the GPU: compiled, with its buffers, and with a place in the pools for each of its dispatches. */

import { groupBy } from '../../results/lists.ts';
import { MAX_DISPATCHES } from '../../results/record/bounds.ts';
import type { Spots } from '../../results/record/schema.ts';
import type { RandomSource } from '../../results/statistics.ts';
import type { Input, Output, WordReader } from '../../shaders/kernel.ts';
import { TAME_FLOATS } from '../../shaders/random.ts';
import { type Encode, inPasses, type Workload } from '../clock/clock.ts';
import { checked, type Gpu } from '../device/device.ts';
import { type Filler, inputBuffer, outputBuffer, readPieces } from '../device/memory.ts';
import type { Pool, Pools } from '../device/pools.ts';
import { bind, compile, dispatch, type KernelCase, type Program, type View } from '../device/program.ts';
import { inputSeed } from '../device/seeds.ts';
import { Checksum } from './checksum.ts';
import { caseRecord } from './plan.ts';
import { spotsIn } from './spots.ts';
import { type Comparison, readers } from './verify.ts';

/** The number of output elements that are compared with the reference after every visit but the first. */
const SPOT_CHECKS = 8;

/**
 * The number of output elements that are compared with the reference after the first visit. The error is relative to
 * what was compared, so a few outputs that all lie near zero would look wrong.
 */
const FIRST_SPOT_CHECKS = 32;

/** A case on the GPU. Its dispatches stream through one region of the pools after the other. */
export interface Prepared extends Workload {
  /** The bytes that are streamed until a region comes up again. */
  readonly rotationBytes: number;
  /** Whether the kernel limits its rotation to a part of the pool on purpose. */
  readonly isWorkingSet: boolean;
  /** Returns the passes of `dispatches` dispatches over the next regions. */
  encode(dispatches: number, dispatchMs?: number): readonly Encode[];
  /**
   * Reads back the output of the last dispatch, adds some of its elements to `comparison`, and hashes all of it. It
   * then clears streamed outputs, so that the next check finds only what has been written since.
   */
  check(random: RandomSource, comparison: Comparison): Promise<Check>;
  destroy(): void;
}

/** What a check found. */
interface Check {
  readonly region: number;
  readonly checksum: string;
  /** The outputs that a record keeps, which were compared with the others. Only the first check of a comparison has them. */
  readonly spots?: Spots | undefined;
}

export interface PrepareOptions {
  readonly gpu: Gpu;
  readonly filler: Filler;
  readonly memory: Pools;
  readonly seed: number;
  readonly kernelCase: KernelCase;
  /** The compiled case; default: it is compiled here. */
  readonly program?: Program | undefined;
}

/** A buffer of the case, by the name that its kernel gives it. */
interface Bound {
  readonly name: string;
  readonly view: View;
}

interface BoundInput extends Bound {
  readonly words: WordReader;
}

/** A buffer in a region of a pool. */
interface Streamed extends BoundInput {
  /** The number of the slab, and the first byte in it. */
  readonly place: [number, number];
}

/** Compiles a case, unless it is compiled already, and gives it its buffers. @throws GpuError */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const own: Bound[] = [];
  try {
    return await checked(options.gpu.device, () => prepareOver(options, own));
  } catch (error) {
    for (const { view } of own) view.buffer.destroy();
    throw error;
  }
}

/** Prepares a case. Every buffer that it makes is added to `own` at once, so that a failure leaks none. */
async function prepareOver(options: PrepareOptions, own: Bound[]): Promise<Prepared> {
  const { gpu, filler, seed, kernelCase } = options;
  const { kernel, variant, params, tuning } = kernelCase;
  const program = options.program ?? (await compile(gpu, kernelCase));
  const inputs = kernel.inputs(params, variant);
  const outputs = kernel.outputs(params, tuning);
  const turns = streamedTurns(options, inputs, outputs);
  const ownInputs: BoundInput[] = [];
  for (const [i, input] of inputs.entries()) {
    if (input.kind === 'streamed') continue;
    ownInputs.push({ name: input.name, ...(await inputBuffer(gpu, filler, input, inputSeed(i, seed))) });
    own.push(...ownInputs.slice(-1));
  }
  for (const { name, elements, streamed } of outputs) {
    if (!streamed) own.push({ name, view: await outputBuffer(gpu.device, elements) });
  }
  const groups = turns.map((turn) => {
    const bound = [...own, ...turn];
    // Bindings follow the order in which the kernel declares its buffers.
    const views = [...inputs, ...outputs].flatMap(({ name }) => bound.filter((b) => b.name === name));
    return bind(
      gpu,
      program,
      views.map(({ view }) => view),
    );
  });

  let next = 0;
  const passOf =
    (dispatches: number): Encode =>
    (pass) => {
      for (let i = 0; i < dispatches; i++) {
        dispatch(pass, program, groups[next] as GPUBindGroup);
        next = (next + 1) % groups.length;
      }
    };
  return {
    rotationBytes: turns.length * streamedBytes(kernelCase),
    isWorkingSet: inputs.some((input) => input.kind === 'streamed' && input.workingSetBytes !== undefined),
    maxUnits: MAX_DISPATCHES,
    encode: (dispatches, dispatchMs) => inPasses(dispatches, dispatchMs, passOf),
    preRoll: (dispatches, dispatchMs) => ({ passes: inPasses(dispatches, dispatchMs, passOf) }),
    async check(random, comparison) {
      const region = (next + groups.length - 1) % groups.length;
      const turn = turns[region] ?? [];
      const isFirst = comparison.outputs === 0;
      const spotChecks = isFirst ? FIRST_SPOT_CHECKS : SPOT_CHECKS;
      const kept: number[] = [];
      const reference = kernel.reference(params, readers([...ownInputs, ...turn]), tuning, variant);
      const cleared = gpu.device.createCommandEncoder();
      const checksum = new Checksum();
      for (const output of outputs) {
        const { elements, streamed } = output;
        const { view } = [...own, ...turn].find(({ name }) => name === output.name) as Bound;
        const spots = Array.from({ length: spotChecks }, () => random.below(elements));
        spots.push(elements - 1);
        const keeps = isFirst ? spotsIn(seed, caseRecord(kernelCase), output) : [];
        for await (const { firstWord, words } of readPieces(gpu, view)) {
          const isHere = (spot: number) => spot >= firstWord && spot < firstWord + words.length;
          comparison.add(output, words, reference, [...spots, ...keeps].filter(isHere), firstWord);
          kept.push(...keeps.filter(isHere).map((spot) => words[spot - firstWord] ?? 0));
          checksum.add(words.subarray(0, Math.max(0, elements - firstWord)));
        }
        if (streamed) cleared.clearBuffer(view.buffer, view.offset, view.bytes);
      }
      gpu.device.queue.submit([cleared.finish()]);
      const inputPlaces = inputs.flatMap(({ name }) => turn.filter((one) => one.name === name));
      const spots = isFirst ? { places: inputPlaces.map(({ place }) => place), words: kept } : undefined;
      return { region, checksum: checksum.text, spots };
    },
    destroy() {
      for (const { view } of own) view.buffer.destroy();
    },
  };
}

/**
 * Returns the bytes of the pools that one dispatch touches. A kernel that picks from its inputs, as those of experts
 * do, reads less than all of them.
 */
function streamedBytes({ kernel, variant, params, tuning }: KernelCase): number {
  const { bytesRead, bytesWritten } = kernel.work(params, tuning, variant);
  const inputs = kernel
    .inputs(params, variant)
    .reduce((sum, { kind, bytes }) => sum + (kind === 'streamed' ? bytes : 0), 0);
  const outputs = kernel
    .outputs(params, tuning)
    .reduce((sum, { streamed, elements }) => sum + (streamed ? 4 * elements : 0), 0);
  return Math.min(inputs, bytesRead) + Math.min(outputs, bytesWritten);
}

/**
 * Returns where the streamed inputs and outputs lie, dispatch by dispatch. Buffers of one pool lie side by side in one
 * region of it. A kernel that streams nothing has one turn, without buffers.
 */
function streamedTurns(
  { gpu, memory, kernelCase: { withinBytes } }: PrepareOptions,
  inputs: readonly Input[],
  outputs: readonly Output[],
): Streamed[][] {
  const { minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  const streamed: { name: string; bytes: number; pool: Pool; within?: number | undefined }[] = [];
  for (const input of inputs) {
    if (input.kind !== 'streamed') continue;
    const { name, bytes, pool: words = TAME_FLOATS, workingSetBytes: within = withinBytes } = input;
    streamed.push({ name, bytes, pool: memory.poolOf(words), within });
  }
  for (const { name, elements, streamed: rotates } of outputs) {
    if (rotates) streamed.push({ name, bytes: 4 * elements, pool: memory.written(), within: withinBytes });
  }
  const perPool: Streamed[][][] = [];
  for (const [pool, sharing] of groupBy(streamed, (s) => s.pool)) {
    const offsets = [0];
    for (const { bytes } of sharing) offsets.push(Math.ceil(((offsets.at(-1) ?? 0) + bytes) / alignment) * alignment);
    const bytes = offsets.at(-1) ?? 0;
    const regions = pool.regions(bytes, sharing[0]?.within);
    if (regions.length === 0) throw new Error(noRoom(pool, bytes));
    perPool.push(
      regions.map(({ view, slab, words }) =>
        sharing.map(({ name, bytes }, i) => {
          const offset = offsets[i] ?? 0;
          return {
            name,
            view: { buffer: view.buffer, offset: view.offset + offset, bytes },
            place: [slab, view.offset + offset],
            words: (index: number) => words(offset / 4 + index),
          };
        }),
      ),
    );
  }
  const turns = Math.min(...perPool.map((regions) => regions.length));
  return perPool.length === 0
    ? [[]]
    : Array.from({ length: turns }, (_, i) => perPool.flatMap((regions) => regions[i] ?? []));
}

function noRoom({ bytes, askedBytes, slabBytes }: Pool, needed: number): string {
  return bytes === 0
    ? `out of memory: the device gave none of the ${askedBytes} bytes of a pool to stream through`
    : `a dispatch must stream from one slab of ${slabBytes} bytes; it takes ${needed}`;
}
