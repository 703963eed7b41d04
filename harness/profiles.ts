/** Profiles are data: how much to measure, and how narrow an interval is narrow enough. */

import type { Breadth } from '../shaders/kernel.ts';

/** How well something is to be known. */
export interface Precision {
  /** Width of the 95 % interval over the value at which a case is done. */
  readonly intervalWidth: number;
  /** Rounds that every case gets, however narrow its interval. */
  readonly fewestRounds: number;
  /** Longest timed region: long enough for a coarse clock, below the 100 ms that one submission may take. */
  readonly regionMs: number;
}

/** How well, and how long at the most, each of the decode steps is measured that claims ask for. */
export interface Experiments extends Precision {
  /** Time for one of them, in ms, once it is set up; … */
  readonly stepMs: number;
  /** … but it gets so many rounds, whatever the time. */
  readonly leastRounds: number;
  /** One that takes longer than this is left out, … */
  readonly longestStepMs: number;
  /** … and so is, before it takes up any memory, one whose bytes alone would at the read ceiling. */
  readonly longestBytesMs: number;
}

export interface Profile extends Precision {
  readonly id: 'quick' | 'full' | 'kernels';
  readonly summary: string;
  /** Which shapes the kernels put forward. */
  readonly breadth: Breadth;
  /** A point of the cache curve need not be known as well: the steps that are looked for there are of a third and more. */
  readonly curve: Precision;
  /** The warm-up ends after this long, steady or not. */
  readonly warmUpMs: number;
  /** Time for the decode steps that it chooses of a model, all together, in ms; one that has begun is ended. */
  readonly sweepMs: number;
  /** Absent: claims are not put to the test. */
  readonly experiments?: Experiments;
  /** Time for all rounds of kernels together, in ms. */
  readonly measureMs: number;
  /** Cases that are opened and measured together; see waves.ts. */
  readonly waveCases: number;
  /** Memory that streamed inputs rotate through, where the adapter and the budget allow. */
  readonly poolBytes: number;
  /** How many sizes between the smallest and the largest dispatch. */
  readonly sizes: number;
  /** Bytes streamed by the smallest dispatch. */
  readonly smallestBytes: number;
  /** Bytes streamed by the largest dispatch, where adapter and budget allow, … */
  readonly largestBytes: number;
  /** … and where the ceiling streams them in this time: others may take far longer over them. */
  readonly largestDispatchMs: number;
}

/** Most memory for one decode step, where nobody says: as much as is streamed through. */
export const stepBudgetBytes = ({ poolBytes }: Profile, memoryBytes: number | undefined): number =>
  memoryBytes ?? poolBytes;

const MiB = 2 ** 20;

/** GPU clocks take 0.2 – 0.5 s to rise. */
const WARM_UP_MS = 2000;

export const PROFILES: Readonly<Record<Profile['id'], Profile>> = {
  quick: {
    id: 'quick',
    summary: 'half a minute on a GPU: streaming bandwidth and the first fit',
    breadth: 'few',
    intervalWidth: 0.03,
    fewestRounds: 6,
    regionMs: 60,
    curve: { intervalWidth: 0.1, fewestRounds: 4, regionMs: 30 },
    warmUpMs: WARM_UP_MS,
    measureMs: 20_000,
    sweepMs: 20_000,
    waveCases: Number.POSITIVE_INFINITY,
    poolBytes: 1024 * MiB,
    sizes: 5,
    smallestBytes: MiB,
    largestBytes: 256 * MiB,
    // A region of four lengths holds eight of them.
    largestDispatchMs: 12,
  },
  full: {
    id: 'full',
    summary: 'within five minutes: more sizes, narrower intervals, and claims put to the test',
    breadth: 'all',
    intervalWidth: 0.01,
    fewestRounds: 10,
    regionMs: 80,
    curve: { intervalWidth: 0.03, fewestRounds: 6, regionMs: 40 },
    warmUpMs: WARM_UP_MS,
    // Thirty steps, of a second and a half each with their set-up where they are as quiet as kernels are. Machines on
    // which one of them takes longer than this would take many minutes over all.
    experiments: {
      ...{ intervalWidth: 0.01, fewestRounds: 8, regionMs: 40 },
      stepMs: 2500,
      // Student's interval of three rounds is four times as wide as that of five.
      leastRounds: 5,
      longestStepMs: 2000,
      longestBytesMs: 250,
    },
    // The experiments and the opening and verifying of its hundred cases take the rest of the five minutes.
    measureMs: 120_000,
    // Beyond the five minutes, for whoever names a model.
    sweepMs: 180_000,
    // Each has up to a thousand bind groups, and drivers have room for some tens of thousands.
    waveCases: 24,
    poolBytes: 4096 * MiB,
    sizes: 10,
    smallestBytes: MiB,
    largestBytes: 512 * MiB,
    largestDispatchMs: 12,
  },
  kernels: {
    id: 'kernels',
    summary: 'every kernel in every format, at the size of one large matrix',
    breadth: 'all',
    intervalWidth: 0.03,
    fewestRounds: 6,
    regionMs: 40,
    curve: { intervalWidth: 0.1, fewestRounds: 4, regionMs: 40 },
    warmUpMs: WARM_UP_MS,
    measureMs: 240_000,
    sweepMs: 20_000,
    waveCases: 6,
    poolBytes: 1024 * MiB,
    sizes: 1,
    smallestBytes: 16 * MiB,
    // A projection of a model of some ten billion weights: 4096 × 14336 in f16 is 112 MiB.
    largestBytes: 128 * MiB,
    // Software adapters take thirty times as long over an expensive kernel as over the ceiling.
    largestDispatchMs: 1.5,
  },
};
