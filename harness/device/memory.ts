/**
 * Buffers, and the words in them. Streamed inputs and outputs rotate through pools, which lie in slabs as large as the
 * adapter binds. All memory is filled on the GPU with seeded words, which the CPU can compute one by one.
 */

import type { Input, Kernel, WordMask, WordReader } from '../../shaders/kernel.ts';
import { ANY_BITS, hash, POISON, randomWord, TAME_FLOATS } from '../../shaders/random.ts';
import { HarnessError } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import { checked, type Gpu, GpuError } from './device.ts';
import { bind, compile, type Program, submit, type View } from './program.ts';

/** The bytes of poison behind the end of a buffer that is not part of a pool. */
export const TAIL_BYTES = 256;

/** The bytes that one submission fills: below 100 ms even at the 1 GB/s of a software adapter. */
const FILL_BYTES = 32 * 2 ** 20;

/**
 * The maximum number of regions of a pool. At 1 MiB, the smallest size of a profile, this many span 1 GiB, which no
 * cache holds. Each region has a bind group, and lavapipe crashes at tens of thousands of them (seen on Mesa 25.0). The
 * limit can go once lavapipe runs `full` without it.
 */
const MAX_REGIONS = 1024;

/** The smallest slab, in bytes: an adapter without room for it in one piece has none for a benchmark. */
const MIN_SLAB_BYTES = 32 * 2 ** 20;

/** The largest slab, in bytes: drivers bind at most 2 GiB, and no matrix of a plan is larger. */
const MAX_SLAB_BYTES = 2 ** 30;

/** Writes seeded words into buffers. It is compiled once per device. */
export interface Filler {
  /** Fills `view` with the words of `seed`. */
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

/** Makes an input buffer, with a poisoned tail that is bound as well, and a reader of the words in it. */
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
  if (input.kind !== 'given') throw new TypeError(`input ${input.name} must be given; it is ${input.kind}`);
  const view = await tailedBuffer(device, input.bytes);
  device.queue.writeBuffer(view.buffer, 0, input.data);
  return view;
}

/** Makes an output buffer of `elements` words, all of them poison. The view includes its tail. */
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

/** Reads back a view as 32-bit words. */
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

/** The bytes of an output that are on the host at a time. Streamed outputs reach half a gigabyte. */
const PIECE_BYTES = 32 * 2 ** 20;

/**
 * Reads back a view in pieces that fit the host's memory. `firstWord` is the index in the view at which a piece begins.
 * The words of a piece are gone when the next one is asked for.
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

/** The part of a pool that one dispatch streams, and the words in it. */
export interface Region {
  readonly view: View;
  readonly words: WordReader;
}

/** Memory full of random words, in slabs. */
export interface Pool {
  readonly bytes: number;
  /** The bytes of a slab: the maximum for a region. */
  readonly slabBytes: number;
  /** The bytes that were requested. The device may have given fewer. */
  readonly askedBytes: number;
  /**
   * Returns disjoint regions of `bytes` bytes, spread over the pool or over its first `within` bytes: as many as there
   * is room for, up to MAX_REGIONS.
   */
  regions(bytes: number, within?: number): Region[];
  destroy(): void;
}

interface PoolOptions {
  readonly words: WordMask;
  readonly bytes: number;
  readonly seed: number;
  readonly shortOf: ShortOf;
  readonly signal: Cancellation;
}

/**
 * Allocates a pool in slabs and fills it with words. If the device has less memory, the pool is smaller, and `shortOf`
 * is called.
 *
 * @throws HarnessError `cancelled`
 * @throws GpuError
 */
async function createPool(gpu: Gpu, filler: Filler, options: PoolOptions): Promise<Pool> {
  const { words, bytes, seed, shortOf, signal } = options;
  const { maxBufferSize, maxStorageBufferBindingSize, minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  // A slab takes at most half the pool, so that a pool whose size is no power of two loses less to its last slab.
  const largest = Math.min(bytes / 2, maxBufferSize, maxStorageBufferBindingSize, MAX_SLAB_BYTES);
  const slabs: GPUBuffer[] = [];
  let slabBytes = 2 ** Math.floor(Math.log2(largest));
  while ((slabs.length + 1) * slabBytes <= bytes) {
    const slab = await allocate(gpu.device, slabBytes);
    if (slab) slabs.push(slab);
    // WebGPU may refuse a buffer that is within the limits (GPUOutOfMemoryError): smaller slabs make the same pool.
    else if (slabs.length === 0 && slabBytes > MIN_SLAB_BYTES) slabBytes /= 2;
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
      const count = Math.min(all, MAX_REGIONS);
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
 * All memory that is streamed through: the main pool, a pool that is written, and small pools for scales, which hold
 * words of their own. All but the main pool are made and filled when they are first used.
 */
export interface Memory {
  readonly main: Pool;
  /** Returns the pool that holds `words`. */
  poolOf(words: WordMask): Promise<Pool>;
  /** Returns the pool that streamed outputs are written to. It holds random words at first. */
  written(): Promise<Pool>;
  destroy(): void;
}

/** Called with the number of bytes that the device did not give, of the number that was requested. */
type ShortOf = (bytes: number, askedBytes: number) => void;

/** The largest share that scales take of the bytes of their quants, over all formats (nvfp4: one byte for eight). */
const SCALES_SHARE = 1 / 8;

/** The pools besides the main one that a run streams through. */
export interface SidePools {
  readonly written: boolean;
  /** The number of pools for scales: one for each kind of words. */
  readonly scales: number;
}

/**
 * The largest pool to write to, in bytes: cold for every cache of up to 268 MB. Where a run finds a larger one, its writes
 * are labelled; a pool for the largest cache there is would take another GiB of every GPU. A power of two, which sizes
 * tile.
 */
const MAX_WRITTEN_BYTES = 2 ** 30;

/**
 * Returns the bytes of each pool: its full size, or the same share of it for each pool if all together would exceed
 * `budgetBytes`.
 */
export function poolSizes(
  poolBytes: number,
  budgetBytes: number,
  side: SidePools,
): { main: number; written: number; scales: number } {
  const writtenBytes = Math.min(poolBytes, MAX_WRITTEN_BYTES);
  const wished = poolBytes * (1 + side.scales * SCALES_SHARE) + (side.written ? writtenBytes : 0);
  const share = Math.min(1, budgetBytes / wished);
  // Parts are rounded down to whole loads of 16 bytes.
  const part = (bytes: number) => 16 * Math.floor((share * bytes) / 16);
  return { main: part(poolBytes), written: part(writtenBytes), scales: part(poolBytes * SCALES_SHARE) };
}

export interface MemoryOptions {
  /** The bytes of the main pool, if the budget allows. */
  readonly poolBytes: number;
  /** The maximum bytes of all pools together. Default: no limit. */
  readonly budgetBytes?: number | undefined;
  /** The pools that share the budget with the main one. */
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
  const create = (pool: Pick<PoolOptions, 'words' | 'bytes' | 'seed'>) =>
    createPool(gpu, filler, { ...pool, shortOf, signal });
  const main = await create({ words: TAME_FLOATS, bytes: sizes.main, seed });
  const pools = new Map([[key(TAME_FLOATS), main]]);
  const poolFor = async (name: string, wanted: Parameters<typeof create>[0]): Promise<Pool> => {
    // A pool that came out short is kept as well: asking again would give the same.
    const pool = pools.get(name) ?? (await create(wanted));
    pools.set(name, pool);
    return pool;
  };
  return {
    main,
    poolOf: (words) => poolFor(key(words), { words, bytes: sizes.scales, seed: hash(words.keep, seed) }),
    written: () => poolFor('written', { words: ANY_BITS, bytes: sizes.written, seed: hash(1, seed) }),
    destroy() {
      for (const pool of pools.values()) pool.destroy();
    },
  };
}

const key = ({ keep, set }: WordMask): string => `${keep} ${set}`;

/** Allocates a buffer; undefined if the device is out of memory. @throws GpuError for any other objection. */
export async function allocate(device: GPUDevice, size: number): Promise<GPUBuffer | undefined> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  try {
    return await checked(device, () => device.createBuffer({ size, usage }));
  } catch (error) {
    if (error instanceof GpuError && error.outOfMemory) return undefined;
    throw error;
  }
}
