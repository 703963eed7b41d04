/**
 * A simulated device, against which the engine is calibrated, on a clock that costs no time. Everything that the engine
 * has to find out is known here, and everything that may mislead it can be switched on.
 */

import type { Clock } from '../../harness/clock/clock.ts';
import type { ClockKind } from '../../results/schema.ts';
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
  /** The fixed cost of a dispatch. */
  readonly dispatchMs: number;
  /** The fixed cost of a region on the GPU. Both clocks see it. */
  readonly regionMs: number;
  /** The time that the host takes to submit a region and to learn of its end. Only the wall clock sees it. */
  readonly submitMs: number;
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
  dispatchMs: 0.005,
  regionMs: 0.05,
  submitMs: 0.3,
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

/** The device at work. Time passes only by `wait` and by the work that it is given. */
export class Simulation {
  readonly device: SimulatedDevice;
  readonly #uniform: Uniform;
  #ms = 0;

  constructor(device: SimulatedDevice, uniform: Uniform) {
    this.device = device;
    this.#uniform = uniform;
    // Simulated time begins between two ticks of the clocks, so that no region begins on a tick.
    this.#ms = uniform();
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

  /** Runs a region whose dispatches take `workMs`, until the host knows of its end. Returns timestamps in ns. */
  region(workMs: number): { readonly begin: bigint; readonly end: bigint } {
    const { regionMs, submitMs, timestampQuantumNs, timestampScale } = this.device;
    const lateMs = submitMs * (1 + SUBMIT_SPREAD * (2 * this.#uniform() - 1));
    const stamp = () => BigInt(Math.round(steps(this.#ms * 1e6 * timestampScale, timestampQuantumNs)));
    this.#ms += lateMs / 2;
    const begin = stamp();
    this.#ms += (workMs + regionMs) * this.slowdown(this.#ms) * this.#disturbance() + this.#stall();
    const end = stamp();
    this.#ms += lateMs / 2;
    return { begin, end };
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

/** Returns a clock for units that take `eachMs` when nothing disturbs them, with the simulation in place of a GPU. */
export function simulatedClock(simulation: Simulation, kind: ClockKind, eachMs: number): Clock {
  return {
    kind,
    async time(dispatches) {
      const start = simulation.now();
      const { begin, end } = simulation.region(dispatches * eachMs);
      const wallMs = simulation.now() - start;
      return { dispatches, wallMs, gpuMs: kind === 'timestamp-query' ? Number(end - begin) / 1e6 : null };
    },
    destroy() {},
  };
}
