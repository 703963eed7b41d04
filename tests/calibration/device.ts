/**
 * A device that does not exist, on a clock that costs no time: what the engine is calibrated against. Everything that
 * the engine has to find out is known here, and everything that may mislead it can be switched on.
 */

import type { Clock } from '../../harness/clock/clock.ts';
import type { ClockKind } from '../../results/schema.ts';

export interface SimulatedCache {
  /** What was touched within the last so many bytes streamed comes from there, … */
  readonly bytes: number;
  readonly gbps: number;
  /** … and of more less and less, until nothing does of this many times as much; 1 where it forgets all at once. */
  readonly fades?: number;
}

export interface SimulatedDevice {
  /** Of its memory. */
  readonly gbps: number;
  /** Ascending, by `bytes`. */
  readonly caches: readonly SimulatedCache[];
  /** Arithmetic takes as long as this, if that is longer than memory takes. */
  readonly gflops: number;
  /** One in so many compilations runs at a third of the rate of the others, as on lavapipe. */
  readonly slowCompilations: number;
  /** Of a dispatch, whatever it does. */
  readonly dispatchMs: number;
  /** Of a region, on the GPU: both clocks see it. */
  readonly regionMs: number;
  /** From the host's submission to its learning of the end: only the wall clock sees it. */
  readonly submitMs: number;
  readonly timestamps: boolean;
  readonly timestampQuantumNs: number;
  /** Timestamps advance this much faster than time. */
  readonly timestampScale: number;
  readonly wallQuantumMs: number;
  /** Before it is warm everything takes `excess` longer, less and less over `ms`. */
  readonly ramp: { readonly excess: number; readonly ms: number };
  /** Warmer and warmer: after `ms` everything takes `share` longer. */
  readonly drift: { readonly share: number; readonly ms: number };
  readonly noise: {
    /** Standard deviation of a region's time, relative; … */
    readonly sigma: number;
    /** … in this share of the regions five times that (a contaminated normal, after J. W. Tukey, 1960). */
    readonly heavy: number;
    /** The share of regions in which something else has the GPU for `stallMs`. */
    readonly stalls: number;
    readonly stallMs: number;
  };
}

/** A good one, for tests to spoil. */
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

/** Uniform in [0, 1). */
export type Uniform = () => number;

/** Half-width of the spread of `submitMs`, relative. */
const SUBMIT_SPREAD = 0.2;

/** The device at work. Time passes only by `wait` and by what it is asked to do. */
export class Simulation {
  readonly device: SimulatedDevice;
  readonly #uniform: Uniform;
  #ms = 0;

  constructor(device: SimulatedDevice, uniform: Uniform) {
    this.device = device;
    this.#uniform = uniform;
    // Clocks and regions have nothing to do with each other: no region begins on a tick.
    this.#ms = uniform();
  }

  /** Simulated time, as exactly as nobody can know it. */
  get ms(): number {
    return this.#ms;
  }

  /** The host's clock; looking at it takes a moment, so that waiting for it to advance ends. */
  now(): number {
    this.#ms += 1e-4;
    return steps(this.#ms, this.device.wallQuantumMs);
  }

  wait(ms: number): void {
    this.#ms += ms;
  }

  /** How much longer everything takes at `ms` than on a device that is warm and cool. */
  slowdown(ms: number): number {
    const { ramp, drift } = this.device;
    return (1 + ramp.excess * Math.exp(-ms / ramp.ms)) * (1 + (drift.share * ms) / drift.ms);
  }

  /** Rate of what was touched last `since` bytes ago: of the caches that still hold some of it, and of memory. */
  gbpsOf(since: number): number {
    let [held, msPerMB] = [0, 0];
    for (const { bytes, gbps, fades = 1 } of this.device.caches) {
      const share = since <= bytes ? 1 : since < fades * bytes ? 1 - (since - bytes) / (fades * bytes - bytes) : 0;
      msPerMB += Math.max(0, share - held) / gbps;
      held = Math.max(held, share);
    }
    return 1 / (msPerMB + (1 - held) / this.device.gbps);
  }

  /** Time of one dispatch when nothing disturbs it. */
  dispatchMs(bytes: number, flops: number, gbps = this.device.gbps): number {
    return this.device.dispatchMs + Math.max(bytes / gbps, flops / this.device.gflops) / 1e6;
  }

  /** A region whose dispatches take `workMs`, from submission to the host's learning of it. Timestamps in ns. */
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

const steps = (value: number, step: number): number => (step > 0 ? Math.floor(value / step) * step : value);

/** The engine's clock over dispatches, or steps, that take `eachMs` when nothing disturbs them, without a GPU in between. */
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
