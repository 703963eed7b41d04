/**
 * Buffers and what is in them. Streamed inputs and outputs rotate through pools, in slabs as large as the adapter
 * binds; all is filled on the GPU with seeded words that the CPU can compute one by one.
 */

import { COLD_ROTATION_BYTES } from '../../results/caches.ts';
import type { Input, Kernel, WordMask, WordReader } from '../../shaders/kernel.ts';
import { ANY_BITS, hash, POISON, randomWord, TAME_FLOATS } from '../../shaders/random.ts';
import { HarnessError } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import { checked, type Gpu, GpuError } from './device.ts';
import { bind, compile, type Program, submit, type View } from './program.ts';

/** Poison after the end of a buffer of its own. */
export const TAIL_BYTES = 256;

/** Bytes filled per submission: below 100 ms even at the 1 GB/s of a software adapter. */
const FILL_BYTES = 32 * 2 ** 20;

/**
 * A bind group each, and drivers have room for so many: lavapipe (Mesa 25.0) crashes at tens of thousands. At 1 MiB,
 * the smallest size of a profile, they span 1 GiB, which no cache holds.
 */
const MOST_REGIONS = 1024;

/** Adapters that have no room for even this much in one piece have none for a benchmark. */
const SMALLEST_SLAB = 32 * 2 ** 20;

/** A slab no larger than this: drivers bind 2 GiB at the most, and no matrix of a plan is larger. */
const LARGEST_SLAB = 2 ** 30;

/** Writes seeded words into buffers; compiled once per device. */
export interface Filler {
  /** Fills `view` with the sequence of `seed`. */
  fill(view: View, seed: number, words: WordMask): Promise<void>;
}

export async function createFiller(gpu: Gpu, kernel: Kernel): Promise<Filler> {
  const { device } = gpu;
  const { defaults: tuning } = kernel;
  const programs = new Map<number, Program>();
  return {
    fill: (view, seed, words) =>
      checked(device, async () => {
        for (let done = 0; done < view.bytes; done += FILL_BYTES) {
          const bytes = Math.min(FILL_BYTES, view.bytes - done);
          const params = { bytes, firstWord: done / 4, seed, ...words };
          const program = programs.get(bytes) ?? (await compile(gpu, { kernel, variant: 'portable', tuning, params }));
          programs.set(bytes, program);
          const settings: View[] = [];
          for (const input of kernel.inputs(params, 'portable')) settings.push(await givenBuffer(device, input));
          submit(gpu, program, bind(gpu, program, [...settings, { ...view, offset: view.offset + done, bytes }]));
          await device.queue.onSubmittedWorkDone();
          for (const { buffer } of settings) buffer.destroy();
        }
      }),
  };
}

/** An input buffer of its own, with a poisoned tail that is bound as well, and a reader that knows its words. */
export async function inputBuffer(
  gpu: Gpu,
  filler: Filler,
  input: Input,
  seed: number,
): Promise<{ view: View; words: WordReader }> {
  if (input.kind === 'given') {
    const { data } = input;
    return { view: await givenBuffer(gpu.device, input), words: (index) => data[index] ?? POISON };
  }
  const { words } = input;
  const view = await tailedBuffer(gpu.device, input.bytes);
  await filler.fill({ ...view, bytes: input.bytes }, seed, words);
  return { view, words: (index) => randomWord(index, seed, words) };
}

async function givenBuffer(device: GPUDevice, input: Input): Promise<View> {
  if (input.kind !== 'given') throw new TypeError(`input ${input.name} is not given but ${input.kind}`);
  const view = await tailedBuffer(device, input.bytes);
  device.queue.writeBuffer(view.buffer, 0, input.data);
  return view;
}

/** An output buffer of `elements` words, all poison, its tail included in the view. */
export function outputBuffer(device: GPUDevice, elements: number): Promise<View> {
  return tailedBuffer(device, Math.ceil(elements / 4) * 16);
}

async function tailedBuffer(device: GPUDevice, bytes: number): Promise<View> {
  const size = bytes + TAIL_BYTES;
  const buffer = await allocate(device, size);
  if (!buffer) throw new GpuError(`out of memory: the device refused a buffer of ${size} bytes`, true);
  device.queue.writeBuffer(buffer, 0, new Uint32Array(size / 4).fill(POISON));
  return { buffer, offset: 0, bytes: size };
}

/** Reads a view back as 32-bit words. */
export async function readBack(device: GPUDevice, { buffer, offset, bytes }: View): Promise<Uint32Array<ArrayBuffer>> {
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return words;
}

/** Bytes of an output that are on the host at a time: streamed ones reach half a gigabyte. */
const PIECE_BYTES = 32 * 2 ** 20;

/**
 * Reads a view back in pieces that are no burden to the host; `firstWord` is where in the view a piece begins. Its
 * words are gone when the next is asked for.
 */
export async function* readPieces(
  device: GPUDevice,
  { buffer, offset, bytes }: View,
): AsyncGenerator<{ firstWord: number; words: Uint32Array<ArrayBuffer> }> {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.createBuffer({ size: Math.min(PIECE_BYTES, bytes), usage });
  for (let done = 0; done < bytes; done += PIECE_BYTES) {
    const size = Math.min(PIECE_BYTES, bytes - done);
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset + done, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, size);
    yield { firstWord: done / 4, words: new Uint32Array(staging.getMappedRange(0, size)) };
    staging.unmap();
  }
  staging.destroy();
}

/** A part of a pool that one dispatch streams, and the words in it. */
export interface Region {
  readonly view: View;
  readonly words: WordReader;
}

/** Memory full of random words, in slabs. */
export interface Pool {
  readonly bytes: number;
  /** No region is larger. */
  readonly slabBytes: number;
  /** What was asked for, where that is more. */
  readonly askedBytes: number;
  /**
   * Disjoint regions of `bytes`, from all over the pool or from its first `within` bytes: as many as there is room
   * for, up to MOST_REGIONS.
   */
  regions(bytes: number, within?: number): Region[];
  destroy(): void;
}

/**
 * Allocates `bytes` in slabs and fills them with `words`. Where the device has less, the pool is what could be had,
 * and `shortOf` is told how many bytes of how many were refused.
 */
async function createPool(
  gpu: Gpu,
  filler: Filler,
  words: WordMask,
  bytes: number,
  seed: number,
  shortOf: ShortOf,
  signal: Cancellation,
): Promise<Pool> {
  const { maxBufferSize, maxStorageBufferBindingSize, minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  // Half the pool at the most: a pool that is no power of two loses less to its last slab.
  const largest = Math.min(bytes / 2, maxBufferSize, maxStorageBufferBindingSize, LARGEST_SLAB);
  const slabs: GPUBuffer[] = [];
  let slabBytes = 2 ** Math.floor(Math.log2(largest));
  while ((slabs.length + 1) * slabBytes <= bytes) {
    const slab = await allocate(gpu.device, slabBytes);
    if (slab) slabs.push(slab);
    // Some adapters refuse a buffer as large as their own limit: smaller slabs make the same pool.
    else if (slabs.length === 0 && slabBytes > SMALLEST_SLAB) slabBytes /= 2;
    else break;
  }
  const allocated = slabs.length * slabBytes;
  if (bytes - allocated >= slabBytes) shortOf(bytes - allocated, bytes);
  const slabSeed = (slab: number) => hash(slab, seed);
  for (const [i, buffer] of slabs.entries()) {
    if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled while GPU memory was filled.');
    await filler.fill({ buffer, offset: 0, bytes: slabBytes }, slabSeed(i), words);
  }
  return {
    bytes: allocated,
    slabBytes,
    askedBytes: bytes,
    regions(regionBytes, within = allocated) {
      const stride = Math.ceil(regionBytes / alignment) * alignment;
      const perSlab = Math.floor((slabBytes - regionBytes) / stride) + 1;
      const all = Math.min(slabs.length * Math.max(0, perSlab), Math.floor(within / regionBytes));
      const count = Math.min(all, MOST_REGIONS);
      return Array.from({ length: count }, (_, i) => {
        const place = Math.floor((i * all) / count);
        const slab = Math.floor(place / perSlab);
        const offset = (place % perSlab) * stride;
        return {
          view: { buffer: slabs[slab] as GPUBuffer, offset, bytes: regionBytes },
          words: (index: number) => randomWord(offset / 4 + index, slabSeed(slab), words),
        };
      });
    },
    destroy() {
      for (const buffer of slabs) buffer.destroy();
    },
  };
}

/**
 * All memory that is streamed through: the main pool, one that is written, and small ones for scales, which must hold
 * words of their own. All but the main one are made and filled when first asked for.
 */
export interface Memory {
  readonly main: Pool;
  /** The pool that holds `words`. */
  poolOf(words: WordMask): Promise<Pool>;
  /** The pool that streamed outputs are written to: random words at first. */
  written(): Promise<Pool>;
  destroy(): void;
}

/** Told how many bytes, of how many that were asked for, could not be had. */
type ShortOf = (bytes: number, askedBytes: number) => void;

/** No format has more bytes of scales than this share of its quants (nvfp4: one byte for eight). */
const SCALES_SHARE = 1 / 8;

/** The pools besides the main one that a run streams through. */
export interface SidePools {
  readonly written: boolean;
  /** How many, one for each kind of words. */
  readonly scales: number;
}

/** A kernel that only writes is cold with this much, a power of two, which sizes tile. Never more than is read. */
const MOST_WRITTEN_BYTES = 2 ** Math.ceil(Math.log2(COLD_ROTATION_BYTES));

/**
 * What each pool may take so that all together keep within `budgetBytes`: what is wished for, or the same share of it
 * each.
 */
export function poolSizes(
  poolBytes: number,
  budgetBytes: number,
  side: SidePools,
): { main: number; written: number; scales: number } {
  const writtenBytes = Math.min(poolBytes, MOST_WRITTEN_BYTES);
  const wished = poolBytes * (1 + side.scales * SCALES_SHARE) + (side.written ? writtenBytes : 0);
  const share = Math.min(1, budgetBytes / wished);
  // Whole words of whole loads, so that the bound is kept.
  const part = (bytes: number) => 16 * Math.floor((share * bytes) / 16);
  return { main: part(poolBytes), written: part(writtenBytes), scales: part(poolBytes * SCALES_SHARE) };
}

export interface MemoryOptions {
  /** Of the main pool, where the budget allows. */
  readonly poolBytes: number;
  /** For all pools together; default: what they wish for. */
  readonly budgetBytes?: number | undefined;
  /** What the budget is shared with. */
  readonly side: SidePools;
  readonly seed: number;
  readonly shortOf: ShortOf;
  readonly signal?: Cancellation;
}

/** Allocates and fills the main pool. @throws HarnessError `cancelled` */
export async function createMemory(gpu: Gpu, filler: Filler, options: MemoryOptions): Promise<Memory> {
  const { poolBytes, budgetBytes = Number.POSITIVE_INFINITY, side, seed, shortOf } = options;
  const { signal = { aborted: false } } = options;
  const sizes = poolSizes(poolBytes, budgetBytes, side);
  const main = await createPool(gpu, filler, TAME_FLOATS, sizes.main, seed, shortOf, signal);
  const pools = new Map([[key(TAME_FLOATS), main]]);
  const poolFor = async (name: string, words: WordMask, bytes: number, poolSeed: number): Promise<Pool> => {
    // One that came out short is kept as well: who asks again gets the same answer.
    const pool = pools.get(name) ?? (await createPool(gpu, filler, words, bytes, poolSeed, shortOf, signal));
    pools.set(name, pool);
    return pool;
  };
  return {
    main,
    poolOf: (words) => poolFor(key(words), words, sizes.scales, hash(words.keep, seed)),
    written: () => poolFor('written', ANY_BITS, sizes.written, hash(1, seed)),
    destroy() {
      for (const pool of pools.values()) pool.destroy();
    },
  };
}

const key = ({ keep, set }: WordMask): string => `${keep} ${set}`;

/** A buffer, or undefined where the device is out of memory. */
export async function allocate(device: GPUDevice, size: number): Promise<GPUBuffer | undefined> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  try {
    return await checked(device, () => device.createBuffer({ size, usage }));
  } catch (error) {
    if (error instanceof GpuError && error.outOfMemory) return undefined;
    throw error;
  }
}
