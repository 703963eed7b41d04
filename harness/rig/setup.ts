/** Sets up the rig before the first case: memory full of random words, a trusted clock, and a GPU that is warm. */

import { median, sum } from 'simple-statistics';
import { clockStepMs } from '../../results/derived/derive.ts';
import type { ClockInfo, MemoryUse, RecordEvent } from '../../results/record/schema.ts';
import { bytesText } from '../../results/text/figures.ts';
import type { Kernel, KernelSet } from '../../shaders/kernel.ts';
import { chooseClock, MIN_PROBE_MS } from '../clock/check.ts';
import { type Clock, timeRegion, workMs } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import { emptySubmissions } from '../clock/quanta.ts';
import { queueDrainClock } from '../clock/queue-drain.ts';
import { MIN_MEMORY_BYTES, warmUpBytes } from '../device/budget.ts';
import { type Gpu, GpuError } from '../device/device.ts';
import { createFiller, type Filler } from '../device/memory.ts';
import {
  createMemory,
  type Growth,
  growMemory,
  type Memory,
  only,
  type Pools,
  poolSizes,
  type SidePools,
} from '../device/pools.ts';
import type { KernelCase } from '../device/program.ts';
import { HarnessError } from '../errors.ts';
import type { Phase, RunEvent } from '../events.ts';
import type { Cancellation, Host } from '../host.ts';
import { type Prepared, prepare } from '../sampling/prepared.ts';
import { timeSlabs } from './slabs.ts';
import type { Stopwatch } from './stopwatch.ts';
import { undisturbed, visibilityOf } from './visibility.ts';

/** Everything that cases are measured with on one device. */
export interface Rig {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly filler: Filler;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly clockInfo: ClockInfo;
  /** The rate of the ceiling kernel at the end of the warm-up, in GB/s. */
  readonly probeGBps: number;
  /** The ceiling over each slab of memory by itself. Empty where slabs were not compared. */
  readonly slabs: MemoryUse['slabs'];
  /** The time that it took to compile and prepare the ceiling kernel, in ms. */
  readonly compileMs: number;
  /** Keeps the GPU busy until its rate is steady again, after a pause. */
  warmUp(): Promise<WarmUp>;
  /**
   * Frees the pools, except for what a warm-up needs. Decode steps take as much memory themselves. If both did not fit,
   * a driver would move memory about, and that would be timed. No case can be opened after it.
   *
   * @throws GpuError
   */
  makeRoom(): Promise<void>;
  /** The bytes that stay for warm-ups after `makeRoom`. */
  readonly warmUpBytes: number;
  /** Frees everything, and destroys the device. */
  close(): void;
}

export interface WarmUp {
  readonly settled: boolean;
  /** The outcome of the warm-up, as the record has it. */
  readonly detail: string;
  readonly probeGBps: number;
}

export interface SetupOptions {
  readonly kernels: KernelSet;
  readonly seed: number;
  /** The size of the main pool, if the budget allows. */
  readonly poolBytes: number;
  /** The maximum size of all pools together, in bytes. */
  readonly budgetBytes: number;
  /** The pools that share the budget with the main one. */
  readonly side: SidePools;
  readonly regionMs: number;
  readonly warmUpMs: number;
  /** Whether to time each slab of memory by itself, once the GPU is warm. */
  readonly comparesSlabs: boolean;
  /** The clocks as an earlier session of a resumed run found them. */
  readonly clockBefore?: ClockInfo | undefined;
  readonly signal: Cancellation;
  readonly stopwatch: Stopwatch;
  /** Called at the beginning and at the end of each step in which memory grows. The step waits for it. */
  readonly grows: (growth: Growth) => unknown;
  readonly progress: (phase: Phase, detail: string) => RunEvent;
  readonly note: (kind: RecordEvent['kind'], detail: string) => void;
}

/** The minimum size of the main pool. The other pools take at most three quarters of the minimum memory. */
const MIN_POOL_BYTES = MIN_MEMORY_BYTES / 4;

/**
 * The minimum bytes of a dispatch of the clock check and the warm-up: at most some milliseconds of work on any adapter.
 * A fast GPU gets more, since its dispatches must be long beside what recording them takes.
 */
const MIN_PROBE_BYTES = 16 * 2 ** 20;

/**
 * Set-up compiles more than it must, for a better size of the probe and to compare slabs, if compiling took less than
 * this, in ms.
 */
const MAX_COMPILE_MS = 1000;

/** Slabs are compared if the host waits no longer than this, in ms, for a submission without work. */
const MAX_WAIT_MS = 20;

/** The length of the regions by which the probe's size is chosen, in ms. */
const PROBE_LOOK_MS = 20;

/** The warm-up ends when this many regions in a row agree. */
const SETTLED_REGIONS = 4;

/** The minimum length of a region of the warm-up, in steps of the clock. */
const STEPS_PER_WARM_REGION = 4;

/** Regions agree if the fastest rate is above the slowest by no more than this share. */
const SETTLED_WITHIN = 0.03;

/**
 * Sets up the rig on `gpu`.
 *
 * @throws HarnessError `out-of-memory` or `cancelled`
 * @throws GpuError
 */
export async function* setUp(host: Host, gpu: Gpu, options: SetupOptions): AsyncGenerator<RunEvent, Rig> {
  const { kernels, seed, budgetBytes, regionMs, warmUpMs, signal, stopwatch, progress, note } = options;
  const filler = await createFiller(gpu, kernels.fill);
  let memory = yield* fillMemory(gpu, filler, options);
  if (memory.main.bytes < MIN_POOL_BYTES) {
    throw new HarnessError(
      'out-of-memory',
      `The GPU gave ${gigabytes(memory.main.bytes)} of the ${gigabytes(memory.main.askedBytes)} asked for. Close other programs that use it, or ask for less memory.`,
    );
  }
  const probeOver = (pools: Pools, bytes: number) =>
    prepare({ gpu, filler, memory: pools, seed, kernelCase: probeCase(kernels.ceiling, bytes) });
  let probeBytes = Math.min(MIN_PROBE_BYTES, memory.main.slabBytes);
  // The clocks are compared over one slab: if a part of memory is slow, regions of some lengths meet more of it.
  const [slab = memory.main] = memory.main.slabs();
  const beganMs = host.now();
  let probe = await probeOver(only(slab), probeBytes);
  const compileMs = host.now() - beganMs;

  yield progress('clock', 'checking the clocks against each other');
  const visibility = visibilityOf(host);
  const { empties, dispatchMs } = await undisturbed(visibility, signal, async () => {
    const empties = await emptySubmissions(queueDrainClock(host, gpu));
    const wall = queueDrainClock(host, gpu, median(empties));
    return { empties, dispatchMs: await firstLookMs(wall, probe, { regionMs: PROBE_LOOK_MS }) };
  });
  const largerBytes = Math.min(
    memory.main.slabBytes,
    probeBytes * 2 ** Math.ceil(Math.log2(MIN_PROBE_MS / dispatchMs)),
  );
  if (largerBytes > probeBytes && compileMs < MAX_COMPILE_MS) {
    probe.destroy();
    probeBytes = largerBytes;
    probe = await probeOver(only(slab), probeBytes);
  }
  const { clock: chosen, info: clockInfo } = await undisturbed(
    visibility,
    signal,
    () => chooseClock(host, gpu, { probe, regionMs, empties, before: options.clockBefore }),
    ({ clock }) => clock.destroy(),
  );
  const clock = stopwatch.over(chosen);
  if (clockInfo !== options.clockBefore) stopwatch.count(clockInfo.readings);
  yield { type: 'clock', clock: clockInfo };

  yield progress('warm-up', 'warming up until the rate is steady');
  probe.destroy();
  probe = await probeOver(memory, probeBytes);
  // A region that is shorter than a step of the clock takes no time by it.
  const warmMs = Math.max(regionMs, STEPS_PER_WARM_REGION * clockStepMs(clockInfo));
  const warm = () =>
    undisturbed(visibility, signal, () => warmUp({ host, clock, probe, probeBytes, regionMs: warmMs, warmUpMs }));
  const { settled, detail, probeGBps } = await warm();
  note(settled ? 'warm-up' : 'not-steady', detail);
  // On a machine that is slow at this, the run's time goes to its headline.
  const isQuick = compileMs < MAX_COMPILE_MS && clockInfo.emptySubmissionMs <= MAX_WAIT_MS;
  const comparesSlabs = options.comparesSlabs && isQuick;
  if (comparesSlabs) yield progress('warm-up', 'comparing the parts of memory with each other');
  const slabs = comparesSlabs
    ? await undisturbed(visibility, signal, () =>
        timeSlabs({ ...{ gpu, filler, memory, clock, kernels, seed, probeGBps, signal }, now: host.now }),
      ).catch(async (error) => {
        // What only compares must not end a run, unless the device is lost.
        if (signal.aborted || error instanceof HarnessError || (await gpu.lostFor(error)) !== undefined) throw error;
        return [];
      })
    : [];
  return {
    host,
    gpu,
    filler,
    get memory() {
      return memory;
    },
    clock,
    clockInfo,
    probeGBps,
    slabs,
    compileMs,
    warmUp: warm,
    warmUpBytes: warmUpBytes(budgetBytes),
    async makeRoom() {
      probe.destroy();
      memory.destroy();
      memory = await createMemory(gpu, filler, { poolBytes: warmUpBytes(budgetBytes), seed, signal });
      probeBytes = Math.min(MIN_PROBE_BYTES, memory.main.slabBytes);
      probe = await probeOver(memory, probeBytes);
    },
    close() {
      probe.destroy();
      clock.destroy();
      memory.destroy();
      gpu.device.destroy();
    },
  };
}

/** The bytes of all pools that are allocated now. */
export const memoryBytes = ({ memory }: Pick<Rig, 'memory'>): number => sum(memory.all.map(({ bytes }) => bytes));

/** Grows the pools, and says before each step how far they are going to grow. @throws as `growMemory` */
async function* fillMemory(
  gpu: Gpu,
  filler: Filler,
  { poolBytes, budgetBytes, side, seed, signal, grows, progress, note }: SetupOptions,
): AsyncGenerator<RunEvent, Memory> {
  const { total } = poolSizes(poolBytes, side, budgetBytes);
  const steps = growMemory(gpu, filler, {
    ...{ poolBytes, budgetBytes, side, seed, signal },
    shortOf: (short, asked) => note('out-of-memory', `${gigabytes(short)} of ${gigabytes(asked)} could not be had`),
  });
  for (;;) {
    const { done, value } = await steps.next();
    // A lost device gives whatever it is asked for, and none of it is there.
    if (gpu.lost() !== undefined) throw new GpuError('the GPU device was lost while its memory was filled', false);
    if (done) return value;
    await grows(value);
    if (value.state === 'begins') {
      const upTo = `${bytesText(value.totalBytes)} of ${bytesText(total)}`;
      yield progress('fill', `filling ${upTo} of GPU memory with random words`);
    }
  }
}

function probeCase(kernel: Kernel, bytes: number): KernelCase {
  const [params = {}] = kernel.shapes([bytes], 'few', bytes);
  return { kernel, variant: 'portable', params, tuning: kernel.defaults };
}

interface WarmUpOptions {
  readonly host: Host;
  readonly clock: Clock;
  readonly probe: Prepared;
  /** The bytes of a dispatch of the probe. */
  readonly probeBytes: number;
  readonly regionMs: number;
  readonly warmUpMs: number;
}

/** Keeps the GPU busy until its rate is steady, for `warmUpMs` at most. */
async function warmUp({ host, clock, probe, probeBytes, regionMs, warmUpMs }: WarmUpOptions): Promise<WarmUp> {
  const unitMs = await firstLookMs(clock, probe, { regionMs });
  const units = Math.max(1, Math.round(regionMs / unitMs));
  const start = host.now();
  const rates: number[] = [];
  let settled = false;
  while (!settled && host.now() - start < warmUpMs) {
    const ms = workMs(await timeRegion({ clock, workload: probe, units, unitMs, preRollUnits: 0 }), clock);
    if (ms > 0) rates.push((units * probeBytes) / ms / 1e6);
    const last = rates.slice(-SETTLED_REGIONS);
    settled = last.length === SETTLED_REGIONS && Math.max(...last) / Math.min(...last) <= 1 + SETTLED_WITHIN;
  }
  const probeGBps = rates.at(-1) ?? probeBytes / unitMs / 1e6;
  const after = `${Math.round(host.now() - start)} ms, at ${probeGBps.toPrecision(3)} GB/s`;
  return { settled, detail: `${settled ? 'steady' : 'not yet steady'} after ${after}`, probeGBps };
}

/**
 * Passes on the events of `setup` and its rig. A set-up that fails closes the device.
 *
 * @throws HarnessError with one line for a person: `cancelled`, or `device-lost` if that is why the set-up failed.
 */
export async function* explainingFailure(
  gpu: Gpu,
  signal: Cancellation,
  setup: AsyncGenerator<RunEvent, Rig>,
): AsyncGenerator<RunEvent, Rig> {
  try {
    for (;;) {
      const { done, value } = await setup.next();
      if (done) return value;
      if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled before anything was measured.');
      yield value;
    }
  } catch (error) {
    const lost = await gpu.lostFor(error);
    gpu.device.destroy();
    if (lost !== undefined && !(error instanceof HarnessError)) {
      throw new HarnessError(
        'device-lost',
        `The GPU device was lost before anything was measured (${lost}). Reload and try again; a driver update may help.`,
      );
    }
    throw error;
  }
}

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;
