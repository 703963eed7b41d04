/**
 * Buffers and what is in them. Streamed inputs rotate through pools, in slabs as large as the adapter binds; all is
 * filled on the GPU with seeded words that the CPU can compute one by one.
 */

import type { Input, Kernel, WordMask, WordReader } from '../shaders/kernel.ts';
import { hash, POISON, randomWord, TAME_FLOATS } from '../shaders/random.ts';
import { checked, type Gpu, GpuError } from './device.ts';
import { bind, compile, type Program, submit, type View } from './program.ts';

/** Poison after the end of a buffer. */
const TAIL_BYTES = 256;

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

/** Padding of ragged vectors: of every `bytes`, those from `live` on are zero. */
interface Rows {
  readonly bytes: number;
  readonly live: number;
}

/** Writes seeded words into buffers; compiled once per device. */
export interface Filler {
  /** Fills `view` with the sequence of `seed`. */
  fill(view: View, seed: number, words: WordMask, rows?: Rows): Promise<void>;
}

export async function createFiller(gpu: Gpu, kernel: Kernel): Promise<Filler> {
  const { device } = gpu;
  const { defaults: tuning } = kernel;
  const programs = new Map<number, Program>();
  return {
    fill: (view, seed, words, rows = { bytes: 0, live: 0 }) =>
      checked(device, async () => {
        for (let done = 0; done < view.bytes; done += FILL_BYTES) {
          const bytes = Math.min(FILL_BYTES, view.bytes - done);
          const sequence = { firstWord: done / 4, rowWords: rows.bytes / 4, liveWords: rows.live / 4 };
          const params = { bytes, ...sequence, seed, ...words };
          const program = programs.get(bytes) ?? (await compile(gpu, { kernel, variant: 'portable', tuning, params }));
          programs.set(bytes, program);
          const settings = kernel.inputs(params, 'portable').map((input) => givenBuffer(device, input));
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
    return { view: givenBuffer(gpu.device, input), words: (index) => data[index] ?? POISON };
  }
  const { words, rows } = { rows: undefined, ...input };
  const view = tailedBuffer(gpu.device, input.bytes);
  await filler.fill({ ...view, bytes: input.bytes }, seed, words, rows);
  const isPadding = (index: number) => rows !== undefined && (index * 4) % rows.bytes >= rows.live;
  return { view, words: (index) => (isPadding(index) ? 0 : randomWord(index, seed, words)) };
}

function givenBuffer(device: GPUDevice, input: Input): View {
  if (input.kind !== 'given') throw new TypeError(`input ${input.name} is not given but ${input.kind}`);
  const view = tailedBuffer(device, input.bytes);
  device.queue.writeBuffer(view.buffer, 0, input.data);
  return view;
}

/** An output buffer of `elements` words, all poison, its tail included in the view. */
export function outputBuffer(device: GPUDevice, elements: number): View {
  return tailedBuffer(device, Math.ceil(elements / 4) * 16);
}

function tailedBuffer(device: GPUDevice, bytes: number): View {
  const size = bytes + TAIL_BYTES;
  const buffer = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
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
  /** Disjoint regions of `bytes`, from all over the pool: as many as there is room for, up to MOST_REGIONS. */
  regions(bytes: number): Region[];
  destroy(): void;
}

/**
 * Allocates `bytes` in slabs and fills them with `words`. Where the device has less, the pool is what could be had,
 * and `shortOf` is told how many bytes were refused.
 */
async function createPool(
  gpu: Gpu,
  filler: Filler,
  words: WordMask,
  bytes: number,
  seed: number,
  shortOf: (bytes: number) => void,
): Promise<Pool> {
  const { maxBufferSize, maxStorageBufferBindingSize, minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  const largest = Math.min(bytes, maxBufferSize, maxStorageBufferBindingSize, LARGEST_SLAB);
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
  if (bytes - allocated >= slabBytes) shortOf(bytes - allocated);
  const slabSeed = (slab: number) => hash(slab, seed);
  for (const [i, buffer] of slabs.entries()) {
    await filler.fill({ buffer, offset: 0, bytes: slabBytes }, slabSeed(i), words);
  }
  return {
    bytes: allocated,
    slabBytes,
    regions(regionBytes) {
      const stride = Math.ceil(regionBytes / alignment) * alignment;
      const perSlab = Math.floor((slabBytes - regionBytes) / stride) + 1;
      const all = slabs.length * Math.max(0, perSlab);
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

/** All memory that is streamed from: the main pool, and small ones for scales, which must hold words of their own. */
export interface Memory {
  readonly main: Pool;
  /** The pool that holds `words`; made and filled when first asked for. */
  poolOf(words: WordMask): Promise<Pool>;
  destroy(): void;
}

/** No format has more bytes of scales than this share of its quants (nvfp4: one byte for eight). */
const SCALES_SHARE = 1 / 8;

/** Allocates and fills the main pool of `bytes`; `shortOf` as in createPool. */
export async function createMemory(
  gpu: Gpu,
  filler: Filler,
  bytes: number,
  seed: number,
  shortOf: (bytes: number) => void,
): Promise<Memory> {
  const main = await createPool(gpu, filler, TAME_FLOATS, bytes, seed, shortOf);
  const pools = new Map([[key(TAME_FLOATS), main]]);
  return {
    main,
    async poolOf(words) {
      const pool =
        pools.get(key(words)) ??
        (await createPool(gpu, filler, words, main.bytes * SCALES_SHARE, hash(words.keep, seed), shortOf));
      pools.set(key(words), pool);
      return pool;
    },
    destroy() {
      for (const pool of pools.values()) pool.destroy();
    },
  };
}

const key = ({ keep, set }: WordMask): string => `${keep} ${set}`;

/** A slab, or undefined where the device is out of memory. */
async function allocate(device: GPUDevice, size: number): Promise<GPUBuffer | undefined> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  try {
    return await checked(device, () => device.createBuffer({ size, usage }));
  } catch (error) {
    if (error instanceof GpuError && error.outOfMemory) return undefined;
    throw error;
  }
}
