/**
 * A simulated device, against which the engine is calibrated, on a clock that costs no time. Everything that the engine
 * has to find out is known here, and everything that may mislead it can be switched on.
 */

import type { Clock, Encode } from '../../../harness/clock/clock.ts';
import type { ClockKind } from '../../../results/record/schema.ts';
import { heldShare, type Policy } from './replacement.ts';

export interface SimulatedCache {
  /** The size of the cache: what was touched within the last `bytes` bytes streamed is read from it. */
  readonly bytes: number;
  readonly gbps: number;
  /**
   * The end of the cache, as a multiple of `bytes`. Of what was touched longer ago than `bytes` it holds less and less,
   * and nothing after this multiple. Default: 1, at which it forgets all at once.
   */
  readonly fades?: number;
  /** How it chooses what to replace. Default: `lru`, the only one that fades. */
  readonly policy?: Policy;
}

export interface SimulatedDevice {
  /** The rate of its memory, in GB/s. */
  readonly gbps: number;
  /** The caches, ascending by `bytes`. */
  readonly caches: readonly SimulatedCache[];
  /** The rate of arithmetic. A dispatch takes as long as the slower of memory and arithmetic. */
  readonly gflops: number;
  /** One compilation in this many runs at a third of the rate of the others, as on lavapipe. */
  readonly slowCompilations: number;
  readonly memory: {
    /** What is allocated beyond this many bytes lies in the machine's main memory. Nothing says so. */
    readonly pagesBeyond: number;
    /** The rate of main memory over the rate of the GPU's own. */
    readonly pagedShare: number;
    /** The device refuses what exceeds this many bytes. */
    readonly refusesBeyond: number;
  };
  /** The time to compile a pipeline. Compilations wait for each other. */
  readonly compileMs: number;
  /** The factors by which kernels take longer in each of their layouts. The first is that of the defaults. */
  readonly layouts: readonly number[];
  /** The fixed cost of a dispatch. */
  readonly dispatchMs: number;
  /** The fixed cost of a timed pass on the GPU. Both clocks see it. */
  readonly regionMs: number;
  /** The time that the host takes to submit a region and to learn of its end. Only the wall clock sees it. */
  readonly submitMs: number;
  /** The time that the host takes to record a dispatch, inside `submit`. The GPU begins only when all is recorded. */
  readonly recordMs: number;
  readonly completion: {
    /** The host looks for completed work every so many ms; 0: it learns of the end at once. */
    readonly everyMs: number;
    /** Whether the host's looks begin anew with each submission. Otherwise they come at fixed times. */
    readonly anew: boolean;
  };
  /** The GPU is slower by the share `excess` for the first `ms` of work after a gap. */
  readonly gap: { readonly excess: number; readonly ms: number };
  readonly timestamps: boolean;
  readonly timestampQuantumNs: number;
  /** The factor by which timestamps advance faster than time. */
  readonly timestampScale: number;
  readonly wallQuantumMs: number;
  /** The warm-up: everything takes longer by the share `excess` at first, which decays over `ms`. */
  readonly ramp: { readonly excess: number; readonly ms: number };
  /** The heat: after `ms` everything takes longer by `share`, and the excess keeps growing. */
  readonly drift: { readonly share: number; readonly ms: number };
  readonly noise: {
    /** The relative standard deviation of a region's time. */
    readonly sigma: number;
    /** The share of the regions with five times that deviation (a contaminated normal, after J. W. Tukey, 1960). */
    readonly heavy: number;
    /** The share of the regions in which something else has the GPU for `stallMs`. */
    readonly stalls: number;
    readonly stallMs: number;
  };
}

/** A good device, for tests to spoil. */
export const WELL_BEHAVED: SimulatedDevice = {
  gbps: 500,
  caches: [],
  gflops: Number.POSITIVE_INFINITY,
  slowCompilations: Number.POSITIVE_INFINITY,
  memory: { pagesBeyond: Number.POSITIVE_INFINITY, pagedShare: 0.1, refusesBeyond: Number.POSITIVE_INFINITY },
  compileMs: 0,
  layouts: [1, 1, 1],
  dispatchMs: 0.005,
  regionMs: 0.05,
  submitMs: 0.3,
  recordMs: 0.001,
  completion: { everyMs: 0, anew: false },
  gap: { excess: 0, ms: 20 },
  timestamps: true,
  timestampQuantumNs: 1,
  timestampScale: 1,
  wallQuantumMs: 0.005,
  ramp: { excess: 0, ms: 1 },
  drift: { share: 0, ms: 1 },
  noise: { sigma: 0.003, heavy: 0, stalls: 0, stallMs: 300 },
};

/** Returns a number that is uniform in [0, 1). */
export type Uniform = () => number;

/** The relative half-width of the spread of `submitMs`. */
const SUBMIT_SPREAD = 0.2;

/** A submission that follows another one costs the GPU this, in ms. */
const NEXT_SUBMISSION_MS = 0.005;

/** A gap of at least this, in ms, makes a GPU's clocks fall. */
const GAP_MS = 0.1;

/** Work of the GPU. */
export interface Work {
  /** Its time when nothing disturbs it, in ms. */
  readonly ms: number;
  readonly dispatches: number;
  /** Whether a region begins with it, which is timed. */
  readonly isTimed: boolean;
}

/**
 * The device at work. Time passes only by `wait`, and by the work that it is given. The host's time and the GPU's are
 * two: `submit` takes the host only as long as recording does, and `drain` waits for the GPU.
 */
export class Simulation {
  readonly device: SimulatedDevice;
  readonly #uniform: Uniform;
  /** The number of pipelines that were compiled. */
  compilations = 0;
  /** The host's time. */
  #ms = 0;
  /** The time at which the GPU has done all that was submitted. */
  #doneMs = 0;
  /** The time for which the GPU has been at work since its last gap. */
  #busyMs = 0;
  /** The time at which the host began to wait, for looks that begin anew. */
  #submittedMs = 0;

  constructor(device: SimulatedDevice, uniform: Uniform) {
    this.device = device;
    this.#uniform = uniform;
    // Simulated time begins between two ticks of the clocks, so that no region begins on a tick.
    this.#ms = uniform();
    this.#doneMs = this.#ms;
  }

  /** The exact simulated time, which no clock shows. */
  get ms(): number {
    return this.#ms;
  }

  /** The host's clock. Reading it takes a moment, so that a loop that waits for it to advance ends. */
  now(): number {
    this.#ms += 1e-4;
    return steps(this.#ms, this.device.wallQuantumMs);
  }

  wait(ms: number): void {
    this.#ms += ms;
  }

  /** Compiles a pipeline. */
  compile(): void {
    this.compilations++;
    this.wait(this.device.compileMs);
  }

  /** The factor by which everything takes longer at `ms` than on a device that is past its warm-up and not yet hot. */
  slowdown(ms: number): number {
    const { ramp, drift } = this.device;
    return (1 + ramp.excess * Math.exp(-ms / ramp.ms)) * (1 + (drift.share * ms) / drift.ms);
  }

  /**
   * The rate at which bytes are read that were touched `since` bytes ago: from the caches that hold some, and from
   * memory.
   */
  gbpsOf(since: number): number {
    let [held, msPerMB] = [0, 0];
    for (const cache of this.device.caches) {
      const { gbps } = cache;
      const share = heldOf(cache, since);
      msPerMB += Math.max(0, share - held) / gbps;
      held = Math.max(held, share);
    }
    return 1 / (msPerMB + (1 - held) / this.device.gbps);
  }

  /** The time of one dispatch when nothing disturbs it, in ms. */
  dispatchMs(bytes: number, flops: number, gbps = this.device.gbps): number {
    return this.device.dispatchMs + Math.max(bytes / gbps, flops / this.device.gflops) / 1e6;
  }

  /** Submits work. Returns the timestamps of its beginning and its end, in ns. */
  submit({ ms, dispatches, isTimed }: Work): { readonly begin: bigint; readonly end: bigint } {
    const { regionMs, recordMs, timestampQuantumNs, timestampScale } = this.device;
    this.#ms += dispatches * recordMs;
    this.#submittedMs = this.#ms;
    const lateMs = this.#lateMs();
    const gap = this.#ms + lateMs - this.#doneMs;
    if (gap >= GAP_MS) this.#busyMs = 0;
    const stamp = () => BigInt(Math.round(steps(this.#doneMs * 1e6 * timestampScale, timestampQuantumNs)));
    this.#doneMs = Math.max(this.#doneMs + NEXT_SUBMISSION_MS, this.#ms + lateMs);
    const begin = stamp();
    const undisturbed = ms + (isTimed ? regionMs : 0);
    const steadyMs = undisturbed * this.slowdown(this.#doneMs) * this.#disturbance();
    this.#run(steadyMs + this.#stall());
    return { begin, end: stamp() };
  }

  /** Lets the GPU do work that takes `steadyMs` at its steady rate. */
  #run(steadyMs: number): void {
    const { excess, ms } = this.device.gap;
    const slowLeft = Math.max(0, ms - this.#busyMs) / (1 + excess);
    const slow = Math.min(steadyMs, slowLeft);
    const tookMs = slow * (1 + excess) + (steadyMs - slow);
    this.#busyMs += tookMs;
    this.#doneMs += tookMs;
  }

  /** Waits until the host knows that all is done. */
  drain(): void {
    const { everyMs, anew } = this.device.completion;
    const knownMs = Math.max(this.#ms, this.#doneMs + this.#lateMs());
    const from = anew ? this.#submittedMs : 0;
    this.#ms = everyMs > 0 ? from + Math.ceil((knownMs - from) / everyMs) * everyMs : knownMs;
  }

  #lateMs(): number {
    return (this.device.submitMs / 2) * (1 + SUBMIT_SPREAD * (2 * this.#uniform() - 1));
  }

  #disturbance(): number {
    const { sigma, heavy } = this.device.noise;
    const normal = Math.sqrt(-2 * Math.log(1 - this.#uniform())) * Math.cos(2 * Math.PI * this.#uniform());
    return Math.exp(sigma * (this.#uniform() < heavy ? 5 : 1) * normal);
  }

  #stall(): number {
    const { stalls, stallMs } = this.device.noise;
    return this.#uniform() < stalls ? stallMs : 0;
  }
}

/** The share that a cache holds of what was touched `since` bytes ago, in a scan that comes round again. */
function heldOf({ bytes, fades = 1, policy = 'lru' }: SimulatedCache, since: number): number {
  if (policy !== 'lru') return heldShare(policy, since / bytes);
  return since <= bytes ? 1 : since < fades * bytes ? 1 - (since - bytes) / (fades * bytes - bytes) : 0;
}

const steps = (value: number, step: number): number => (step > 0 ? Math.floor(value / step) * step : value);

/** Returns a clock that times passes of `simulatedPass` as the engine's clocks time those of a GPU. */
export function simulatedClock(simulation: Simulation, kind: ClockKind, preRollMs: number): Clock {
  const { submitMs, completion } = simulation.device;
  return {
    kind,
    idleMs: kind === 'queue-drain' ? Math.max(submitMs, completion.everyMs) : 0,
    preRollMs,
    wallQuantumMs: simulation.device.wallQuantumMs,
    async time(units, encode, { preRoll } = {}) {
      simulation.drain();
      const start = simulation.now();
      for (const work of worksOf(preRoll?.passes ?? [])) simulation.submit({ ...work, isTimed: false });
      const stamps = worksOf(typeof encode === 'function' ? [encode] : encode).map((work, i) =>
        simulation.submit({ ...work, isTimed: i === 0 }),
      );
      simulation.drain();
      const wallMs = simulation.now() - start;
      const gpuNs = (stamps.at(-1)?.end ?? 0n) - (stamps[0]?.begin ?? 0n);
      return { dispatches: units, wallMs, gpuMs: kind === 'timestamp-query' ? Number(gpuNs) / 1e6 : null };
    },
    destroy() {},
  };
}

/** The work of passes that `simulatedPass` made. */
const WORK = new WeakMap<Encode, Pick<Work, 'ms' | 'dispatches'>>();

/** Returns a pass whose dispatches take `ms` together when nothing disturbs them. */
export function simulatedPass(dispatches: number, ms: number): Encode {
  const encode: Encode = () => {};
  WORK.set(encode, { dispatches, ms });
  return encode;
}

const worksOf = (passes: readonly Encode[]) => passes.map((pass) => WORK.get(pass) ?? { dispatches: 0, ms: 0 });
