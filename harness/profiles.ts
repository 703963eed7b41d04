/** Profiles say how much a run measures, and how well. They are data. */

import type { Breadth } from '../shaders/kernel.ts';

/** The precision to reach for a time. */
export interface Precision {
  /** The width of the 95 % interval relative to the value, below which a case is done. */
  readonly intervalWidth: number;
  /** The minimum number of rounds, however narrow the interval. */
  readonly minRounds: number;
  /** The longest timed region, in ms: long enough for a coarse clock, below the 100 ms that one submission may take. */
  readonly regionMs: number;
}

/** The precision for the decode steps of claims, and the limits of their time. */
export interface Experiments extends Precision {
  /** The time for the rounds of one step, in ms. */
  readonly stepBudgetMs: number;
  /** The minimum number of rounds, even if the time is spent. */
  readonly guaranteedRounds: number;
  /** The maximum time of a step, in ms. A slower step is skipped. */
  readonly maxStepMs: number;
  /** The maximum time to read a step's bytes at the ceiling, in ms. A step with more bytes is not even built. */
  readonly maxBytesMs: number;
}

export interface Profile extends Precision {
  readonly id: 'quick' | 'full' | 'kernels';
  readonly summary: string;
  /**
   * The end of a run, in ms after its beginning. It holds on any machine; the decode steps that a person asks for come on
   * top. What is not reached is listed.
   */
  readonly endMs: {
    readonly gpu: number;
    /** On a software adapter, which takes a third of a second and more to compile a kernel. */
    readonly software: number;
  };
  /** The selection of the kernels' shapes that is measured. */
  readonly breadth: Breadth;
  /** The precision of a point of the cache curve. It may be low, since the rate falls by a third or more at a knee. */
  readonly curve: Precision;
  /** The maximum length of the warm-up, in ms. */
  readonly warmUpMs: number;
  /** The time for all decode steps that the profile chooses for a model, in ms. A step that has begun is finished. */
  readonly sweepMs: number;
  /** The measuring of the decode steps of claims. Default: no claim is tested. */
  readonly experiments?: Experiments;
  /** The time for the rounds of all kernels, in ms. */
  readonly measureMs: number;
  /** The number of cases that are open at once; see run/waves.ts. */
  readonly waveCases: number;
  /** The bytes that streamed inputs rotate through, if adapter and budget allow. */
  readonly poolBytes: number;
  /** The number of sizes from the smallest dispatch to the largest. */
  readonly sizes: number;
  /** The bytes that the smallest dispatch streams. */
  readonly smallestBytes: number;
  /** The bytes that the largest dispatch streams, if adapter and budget allow. */
  readonly largestBytes: number;
  /**
   * The maximum time to read the bytes of the largest dispatch at the ceiling, in ms. Other kernels may take far longer
   * for as many bytes.
   */
  readonly maxDispatchMs: number;
}

const MiB = 2 ** 20;

/** The maximum length of the warm-up, in ms: GPU clocks take 0.2 – 0.5 s to rise. */
const WARM_UP_MS = 2000;

export const PROFILES: Readonly<Record<Profile['id'], Profile>> = {
  quick: {
    id: 'quick',
    summary: 'within half a minute on a GPU: how fast its memory is, and so a model',
    endMs: { gpu: 30_000, software: 90_000 },
    breadth: 'few',
    intervalWidth: 0.03,
    minRounds: 6,
    regionMs: 60,
    curve: { intervalWidth: 0.1, minRounds: 4, regionMs: 30 },
    warmUpMs: WARM_UP_MS,
    measureMs: 20_000,
    sweepMs: 20_000,
    waveCases: Number.POSITIVE_INFINITY,
    poolBytes: 1024 * MiB,
    sizes: 5,
    smallestBytes: MiB,
    largestBytes: 256 * MiB,
    // The longest region of a visit then holds eight of the largest dispatches.
    maxDispatchMs: 12,
  },
  full: {
    id: 'full',
    summary: 'within five minutes: more sizes, surer figures, and claims put to the test',
    endMs: { gpu: 300_000, software: 300_000 },
    breadth: 'all',
    intervalWidth: 0.01,
    minRounds: 10,
    regionMs: 80,
    curve: { intervalWidth: 0.03, minRounds: 6, regionMs: 40 },
    warmUpMs: WARM_UP_MS,
    // Claims ask for thirty steps. A step takes a second and a half with its set-up on a quiet machine. If one step
    // took longer than `maxStepMs`, all of them would take many minutes.
    experiments: {
      ...{ intervalWidth: 0.01, minRounds: 8, regionMs: 40 },
      stepBudgetMs: 2500,
      // Student's interval of three rounds is four times as wide as that of five.
      guaranteedRounds: 5,
      maxStepMs: 2000,
      maxBytesMs: 250,
    },
    // The rest of the five minutes goes to the experiments, and to verifying and opening a hundred cases.
    measureMs: 120_000,
    // A run that names a model takes these on top of the five minutes.
    sweepMs: 180_000,
    // A case has up to a thousand bind groups, and drivers have room for some tens of thousands.
    waveCases: 24,
    poolBytes: 4096 * MiB,
    sizes: 10,
    smallestBytes: MiB,
    largestBytes: 512 * MiB,
    maxDispatchMs: 12,
  },
  kernels: {
    id: 'kernels',
    summary: 'every kernel in every format, at the size of one large matrix',
    endMs: { gpu: 600_000, software: 900_000 },
    breadth: 'all',
    intervalWidth: 0.03,
    minRounds: 6,
    regionMs: 40,
    curve: { intervalWidth: 0.1, minRounds: 4, regionMs: 40 },
    warmUpMs: WARM_UP_MS,
    measureMs: 240_000,
    sweepMs: 20_000,
    waveCases: 6,
    poolBytes: 1024 * MiB,
    sizes: 1,
    smallestBytes: 16 * MiB,
    // A projection of a model with some ten billion weights: 4096 × 14336 in f16 is 112 MiB.
    largestBytes: 128 * MiB,
    // Software adapters take thirty times as long for an expensive kernel as for the ceiling.
    maxDispatchMs: 1.5,
  },
};
