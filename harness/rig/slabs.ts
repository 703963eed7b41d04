/**
 * Times the ceiling over each slab of memory by itself. Windows and some drivers do not refuse memory that a GPU does
 * not have: they move a part of it to the machine's main memory, and say nothing
 * (https://learn.microsoft.com/windows-hardware/drivers/display/driver-residency-in-wddm-2-0). An allocation is moved as
 * a whole, so a slab is in one of the two, and slabs that are not alike show it (results/derived/slabs.ts).
 */

import type { MemoryUse, Reading } from '../../results/record/schema.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import type { Clock } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import type { Gpu } from '../device/device.ts';
import type { Filler } from '../device/memory.ts';
import { type Memory, only, type Pool } from '../device/pools.ts';
import { compile } from '../device/program.ts';
import type { Cancellation } from '../host.ts';
import { type Prepared, prepare } from '../sampling/prepared.ts';

/** The number of rounds, each with two readings of every slab. */
const ROUNDS = 5;

/** The length of a round's longer reading of a slab, in ms: enough for a clock that advances by 0.1 ms. */
const READING_MS = 8;

/** The longer reading takes at least this many times as long as it takes to ask. */
const TIMES_IDLE = 3;

/** The shorter reading, as a share of the longer one. */
const SHORTER = 1 / 4;

/** The length of all readings together to aim at, in ms. */
const ALL_READINGS_MS = 600;

/** No round begins after this, in ms: then slabs are not compared. */
const MAX_MS = 3000;

/** The maximum bytes of a dispatch. Where memory is main memory behind a slow bus, this many take some milliseconds. */
const MAX_DISPATCH_BYTES = 16 * 2 ** 20;

export interface SlabsOptions {
  readonly gpu: Gpu;
  readonly filler: Filler;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly kernels: Pick<KernelSet, 'ceiling'>;
  readonly seed: number;
  /** About the rate of the ceiling, in GB/s. */
  readonly probeGBps: number;
  /** The monotonic wall clock, in ms. */
  readonly now: () => number;
  readonly signal: Cancellation;
}

/** A slab that is being timed. */
interface Timed {
  readonly bytes: number;
  readonly prepared: Prepared;
  readonly readings: Reading[];
}

/**
 * Times every slab of every pool, in rounds of two readings: their difference is free of what a region costs. Pools
 * whose slabs are smaller than a dispatch are left out. Regions have no pre-roll: what a gap does to a GPU, it does to
 * each slab alike.
 *
 * @throws GpuError
 */
export async function timeSlabs(options: SlabsOptions): Promise<MemoryUse['slabs']> {
  const { memory, clock, probeGBps, now, signal } = options;
  const { slabBytes } = memory.main;
  const count = memory.all.reduce((sum, pool) => sum + pool.bytes / pool.slabBytes, 0);
  const wishedMs = Math.min(READING_MS, ALL_READINGS_MS / (ROUNDS * count * (1 + SHORTER)));
  const readingMs = Math.max(wishedMs, TIMES_IDLE * clock.idleMs);
  // The shorter reading is at least one dispatch.
  const shorterBytes = 2 ** Math.floor(Math.log2(SHORTER * readingMs * probeGBps * 1e6));
  const dispatchBytes = Math.min(MAX_DISPATCH_BYTES, slabBytes, Math.max(MIN_DISPATCH_BYTES, shorterBytes));
  const slabs = memory.all.flatMap((pool) => (pool.slabBytes >= dispatchBytes ? pool.slabs() : []));
  const timed: Timed[] = [];
  try {
    for await (const slab of preparedSlabs(slabs, dispatchBytes, options)) timed.push(slab);
    const lengths = new Map<Timed, readonly [number, number]>();
    for (const slab of timed) {
      // A slab behind a bus may take a hundred times as long as the rest, and a submission must stay short.
      const lookMs = await firstLookMs(clock, slab.prepared, { regionMs: readingMs });
      const longer = Math.min(slab.prepared.maxUnits, Math.max(2, Math.round(readingMs / lookMs)));
      lengths.set(slab, [Math.max(1, Math.round(SHORTER * longer)), longer]);
    }
    const start = now();
    for (let round = 0; round < ROUNDS && now() - start < MAX_MS && !signal.aborted; round++) {
      for (const [slab, both] of lengths) {
        for (const units of both) slab.readings.push(await clock.time(units, slab.prepared.encode(units)));
      }
    }
  } finally {
    for (const { prepared } of timed) prepared.destroy();
  }
  return timed.map(({ bytes, readings }) => ({ bytes, readings }));
}

/** The minimum bytes of a dispatch: below, its fixed cost would hide the rate of memory. */
const MIN_DISPATCH_BYTES = 2 ** 20;

/** Compiles the ceiling once, and prepares it over each slab. */
async function* preparedSlabs(
  slabs: readonly Pool[],
  dispatchBytes: number,
  { gpu, filler, kernels: { ceiling: kernel }, seed }: SlabsOptions,
): AsyncGenerator<Timed> {
  const [params = {}] = kernel.shapes([dispatchBytes], 'few', dispatchBytes);
  const kernelCase = { kernel, variant: 'portable', params, tuning: kernel.defaults };
  const program = await compile(gpu, kernelCase);
  for (const slab of slabs) {
    const prepared = await prepare({ gpu, filler, memory: only(slab), seed, kernelCase, program });
    yield { bytes: slab.bytes, prepared, readings: [] };
  }
}
