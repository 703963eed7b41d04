/**
 * Pools: memory that streamed inputs and outputs rotate through, in slabs as large as the adapter binds. Pools grow in
 * steps, each of them twice as large as the one before, so that a device that ends the program instead of refusing
 * memory does so at a size that is known (harness/rig/setup.ts).
 */

import { MAX_REGIONS, MAX_SLAB_BYTES } from '../../results/record/bounds.ts';
import type { WordMask, WordReader } from '../../shaders/kernel.ts';
import { ANY_BITS, hash, TAME_FLOATS } from '../../shaders/random.ts';
import { HarnessError } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import type { PoolSizes } from '../memory-needs.ts';
import type { Gpu } from './device.ts';
import { allocate, type Filler } from './memory.ts';
import type { View } from './program.ts';
import { poolSeed, slabSeed, slabWord } from './seeds.ts';

/** The smallest slab, in bytes: an adapter without room for it in one piece has none for a benchmark. */
const MIN_SLAB_BYTES = 32 * 2 ** 20;

/** The part of a pool that one dispatch streams, and the words in it. */
export interface Region {
  readonly view: View;
  /** The number of the slab in its pool, from 0. */
  readonly slab: number;
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
  /** Returns each slab as a pool of its own, over the same memory. */
  slabs(): Pool[];
  destroy(): void;
}

interface Slab {
  readonly buffer: GPUBuffer;
  /** Its number in the pool, from 0. */
  readonly slab: number;
}

interface PoolOptions {
  readonly words: WordMask;
  /** The seed of the pool. */
  readonly seed: number;
  readonly slabBytes: number;
  readonly askedBytes: number;
  /** The alignment of a binding's offset, in bytes. */
  readonly alignment: number;
}

function poolOver(slabs: readonly Slab[], options: PoolOptions): Pool {
  const { words, seed, slabBytes, alignment } = options;
  const bytes = slabs.length * slabBytes;
  return {
    bytes,
    slabBytes,
    askedBytes: options.askedBytes,
    regions(regionBytes, within = bytes) {
      const stride = Math.ceil(regionBytes / alignment) * alignment;
      const perSlab = Math.floor((slabBytes - regionBytes) / stride) + 1;
      const all = Math.min(slabs.length * Math.max(0, perSlab), Math.floor(within / regionBytes));
      const count = Math.min(all, MAX_REGIONS);
      return Array.from({ length: count }, (_, i) => {
        const place = Math.floor((i * all) / count);
        const { buffer, slab } = slabs[Math.floor(place / perSlab)] as Slab;
        const offset = (place % perSlab) * stride;
        return {
          view: { buffer, offset, bytes: regionBytes },
          slab,
          words: slabWord({ slab, offset, seed, words }),
        };
      });
    },
    slabs: () => slabs.map((slab) => poolOver([slab], { ...options, askedBytes: slabBytes })),
    destroy() {
      for (const { buffer } of slabs) buffer.destroy();
    },
  };
}

/** A step in which a pool grows. */
interface PoolStep {
  /** The bytes that the pool has after the step. */
  readonly bytes: number;
  /** `begins`: nothing of the step is allocated yet. `given` and `refused` end it; a pool keeps what it was given. */
  readonly state: 'begins' | 'given' | 'refused';
}

interface GrowOptions {
  readonly words: WordMask;
  readonly bytes: number;
  readonly seed: number;
  readonly shortOf: ShortOf;
  readonly signal: Cancellation;
}

/**
 * Grows a pool, step by step. A step is allocated and filled after it was yielded as `begins`, when the next value is
 * asked for. If the device has less memory, the pool is smaller, and `shortOf` is called.
 *
 * @throws HarnessError `cancelled`
 * @throws GpuError
 */
async function* growPool(gpu: Gpu, filler: Filler, options: GrowOptions): AsyncGenerator<PoolStep, Pool> {
  const { words, bytes, seed, shortOf, signal } = options;
  const { maxBufferSize, maxStorageBufferBindingSize, minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  // A slab takes at most half the pool, so that a pool whose size is no power of two loses less to its last slab.
  const largest = Math.min(bytes / 2, maxBufferSize, maxStorageBufferBindingSize, MAX_SLAB_BYTES);
  const slabs: Slab[] = [];
  let slabBytes = 2 ** Math.floor(Math.log2(largest));
  while ((slabs.length + 1) * slabBytes <= bytes) {
    const wanted = Math.min(Math.max(1, 2 * slabs.length), Math.floor(bytes / slabBytes));
    yield { bytes: wanted * slabBytes, state: 'begins' };
    while (slabs.length < wanted) {
      if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled while GPU memory was filled.');
      const buffer = await allocate(gpu.device, slabBytes);
      if (!buffer) break;
      const slab = slabs.length;
      slabs.push({ buffer, slab });
      await filler.fill({ buffer, offset: 0, bytes: slabBytes }, slabSeed(slab, seed), words);
    }
    const isGiven = slabs.length === wanted;
    yield { bytes: wanted * slabBytes, state: isGiven ? 'given' : 'refused' };
    if (isGiven) continue;
    // WebGPU may refuse a buffer that is within the limits (GPUOutOfMemoryError): smaller slabs make the same pool.
    if (slabs.length > 0 || slabBytes <= MIN_SLAB_BYTES) break;
    slabBytes /= 2;
  }
  const missing = bytes - slabs.length * slabBytes;
  if (missing >= slabBytes) shortOf(missing, bytes);
  return poolOver(slabs, { words, seed, slabBytes, askedBytes: bytes, alignment });
}

/** Where the streamed inputs and outputs of a case lie. */
export interface Pools {
  /** Returns the pool that holds `words`. @throws RangeError if none was asked for */
  poolOf(words: WordMask): Pool;
  /** Returns the pool that streamed outputs are written to. It holds random words at first. @throws RangeError as above */
  written(): Pool;
}

/** Returns pools of which every one is `pool`. */
export const only = (pool: Pool): Pools => ({ poolOf: () => pool, written: () => pool });

/**
 * All memory that is streamed through: the main pool, a pool that is written, and small pools for scales, which hold
 * words of their own.
 */
export interface Memory extends Pools {
  readonly main: Pool;
  /** Every pool, the main one first. */
  readonly all: readonly Pool[];
  destroy(): void;
}

/** Called with the number of bytes that the device did not give, of the number that was requested. */
type ShortOf = (bytes: number, askedBytes: number) => void;

/** The largest share that scales take of the bytes of their quants, over all formats (nvfp4: one byte for eight). */
const SCALES_SHARE = 1 / 8;

/** The pools besides the main one that a run streams through. */
export interface SidePools {
  readonly written: boolean;
  /** The words of the pools for scales, one pool for each kind. */
  readonly scales: readonly WordMask[];
}

const NO_SIDE_POOLS: SidePools = { written: false, scales: [] };

/**
 * The largest pool to write to, in bytes: four times the caches of all GPUs but the largest, whose records are labelled
 * where they rotate through no more. A power of two, which sizes tile.
 */
const MAX_WRITTEN_BYTES = 2 ** 30;

/**
 * Returns the bytes of each pool: its full size, or the same share of it for each pool if all together would exceed
 * `budgetBytes`. `poolBytes` is the full size of the main pool.
 */
export function poolSizes(poolBytes: number, side: SidePools, budgetBytes = Number.POSITIVE_INFINITY): PoolSizes {
  const writtenBytes = side.written ? Math.min(poolBytes, MAX_WRITTEN_BYTES) : 0;
  const wished = poolBytes * (1 + side.scales.length * SCALES_SHARE) + writtenBytes;
  const share = Math.min(1, budgetBytes / wished);
  // Parts are rounded down to whole loads of 16 bytes.
  const part = (bytes: number) => 16 * Math.floor((share * bytes) / 16);
  const [main, written, scales] = [part(poolBytes), part(writtenBytes), part(poolBytes * SCALES_SHARE)];
  return { main, written, scales, total: main + written + side.scales.length * scales };
}

/** A step in which memory grows. */
export interface Growth extends PoolStep {
  readonly isMain: boolean;
  /** The bytes that all pools together have after the step. */
  readonly totalBytes: number;
}

export interface MemoryOptions {
  /** The bytes of the main pool, if the budget allows. */
  readonly poolBytes: number;
  /** The maximum bytes of all pools together. Default: no limit. */
  readonly budgetBytes?: number | undefined;
  /** The pools that share the budget with the main one. Default: none. */
  readonly side?: SidePools;
  readonly seed: number;
  readonly shortOf?: ShortOf;
  readonly signal?: Cancellation;
}

/**
 * Grows all pools, one after the other: whatever a run is going to need is there before anything is timed.
 *
 * @throws HarnessError `cancelled`
 * @throws GpuError
 */
export async function* growMemory(gpu: Gpu, filler: Filler, options: MemoryOptions): AsyncGenerator<Growth, Memory> {
  const { poolBytes, budgetBytes, side = NO_SIDE_POOLS, seed } = options;
  const { shortOf = () => {}, signal = { aborted: false } } = options;
  const sizes = poolSizes(poolBytes, side, budgetBytes);
  let totalBytes = 0;
  async function* grow(wanted: Pick<GrowOptions, 'words' | 'bytes' | 'seed'>): AsyncGenerator<Growth, Pool> {
    const isMain = totalBytes === 0;
    const steps = growPool(gpu, filler, { ...wanted, shortOf, signal });
    for (;;) {
      const { done, value } = await steps.next();
      if (!done) yield { ...value, isMain, totalBytes: totalBytes + value.bytes };
      else {
        totalBytes += value.bytes;
        return value;
      }
    }
  }
  const main = yield* grow({ words: TAME_FLOATS, bytes: sizes.main, seed: poolSeed(TAME_FLOATS, seed) });
  const ofWords = new Map([[wordsKey(TAME_FLOATS), main]]);
  for (const words of main.bytes > 0 ? side.scales : []) {
    ofWords.set(wordsKey(words), yield* grow({ words, bytes: sizes.scales, seed: poolSeed(words, seed) }));
  }
  const wantsWritten = main.bytes > 0 && side.written;
  const written = wantsWritten
    ? yield* grow({ words: ANY_BITS, bytes: sizes.written, seed: hash(1, seed) })
    : undefined;
  const all = [...ofWords.values(), ...(written ? [written] : [])];
  return {
    main,
    all,
    poolOf: (words) => present(ofWords.get(wordsKey(words)), `words ${wordsKey(words)}`),
    written: () => present(written, 'outputs'),
    destroy() {
      for (const pool of all) pool.destroy();
    },
  };
}

/** Grows all pools at one go. @throws as `growMemory` */
export async function createMemory(gpu: Gpu, filler: Filler, options: MemoryOptions): Promise<Memory> {
  const steps = growMemory(gpu, filler, options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

function present(pool: Pool | undefined, of: string): Pool {
  if (pool) return pool;
  throw new RangeError(`a pool for ${of} must be asked for when memory is created; there is none`);
}

/** Returns a text that tells kinds of words apart. */
export const wordsKey = ({ keep, set }: WordMask): string => `${keep} ${set}`;
