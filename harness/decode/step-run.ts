/**
 * How long a step takes: the slope of a region's time over its number of steps, as of a kernel's dispatches. A region
 * begins with the state put back, and is centred on the contexts of the step, so that whatever its length a step of it
 * reads what the step described reads, on average. Where it takes long, it is several submissions, each a polite one.
 */

import { dispatchMs, roundsOf } from '../../results/derive.ts';
import { msText } from '../../results/figures.ts';
import type { Sample } from '../../results/schema.ts';
import { type Estimate, type RandomSource, relativeWidth, shuffled } from '../../results/statistics.ts';
import { MOST_DISPATCHES } from '../clock/check.ts';
import type { Clock } from '../clock/clock.ts';
import type { Precision } from '../profiles.ts';
import {
  type Discarded,
  FNV_OFFSET,
  fnv1a,
  LONGEST_SUBMISSION_MS,
  regionLengths,
  sortedOut,
} from '../sampling/case-run.ts';
import { type Enough, Settling } from '../sampling/settling.ts';
import type { Decoder } from './decoder.ts';

/** A step that takes longer is not timed: a few rounds of it take ten times as long. */
const LONGEST_STEP_MS = 120_000;

/** Passes are cut by bytes, and some bytes take longer than others: so much shorter than a submission may be. */
const PASS_MS = LONGEST_SUBMISSION_MS / 2;

/** Compiling takes a second or two, which is little beside this: the very first reading of such a step counts. */
const LONG_LOOK_MS = 10_000;

/** Steps of a region, at the most: what there is room for, and what can be recorded at once. */
const mostSteps = ({ step, dispatchesPerStep }: Decoder): number =>
  Math.max(2, Math.min(step.mostSteps, Math.floor(MOST_DISPATCHES / dispatchesPerStep)));

/** One region, whose steps take about `stepMs` each. */
async function timeRegion(clock: Clock, decoder: Decoder, steps: number, stepMs: number) {
  decoder.begin(steps);
  return clock.time(steps, decoder.encode(steps, Math.max(1, Math.ceil((steps * stepMs) / PASS_MS))));
}

/**
 * A first look: ms per step by the wall clock, over as many steps as take a quarter of `regionMs`. The very first one
 * compiles and is not counted, unless it is long; of two readings the shorter counts, since only disturbances add to it.
 */
export async function stepFirstLookMs(clock: Clock, decoder: Decoder, regionMs: number): Promise<number> {
  const most = mostSteps(decoder);
  // A submission for each dispatch, until it is known how many are polite.
  let stepMs = decoder.dispatchesPerStep * PASS_MS;
  stepMs = (await timeRegion(clock, decoder, 1, stepMs)).wallMs;
  if (stepMs >= LONG_LOOK_MS) return stepMs;
  for (let steps = 1; ; steps = Math.min(2 * steps, most)) {
    const readings = [await timeRegion(clock, decoder, steps, stepMs)];
    // What takes long is disturbed by little.
    if (readings[0] && readings[0].wallMs < regionMs) readings.push(await timeRegion(clock, decoder, steps, stepMs));
    const shorter = Math.min(...readings.map(({ wallMs }) => wallMs));
    stepMs = shorter / steps;
    if (shorter >= regionMs / 4 || steps === most) return stepMs;
  }
}

/** Why a step that takes so long is not timed, or undefined. */
export const tooLongToTime = (stepMs: number, longestMs = LONGEST_STEP_MS): string | undefined =>
  stepMs > longestMs
    ? `a step must take no longer than ${longestMs} ms to be timed; one takes ${msText(stepMs)} here`
    : undefined;

export interface StepRunOptions {
  readonly clock: Clock;
  readonly decoder: Decoder;
  readonly precision: Precision;
  /** About how long a step takes. */
  readonly firstLookMs: number;
}

/** The timing of one step, round by round. `dispatches` of its samples are steps. */
export class StepRun {
  readonly #options: StepRunOptions;
  /** Of the regions of a visit: the same in all, since of the longest the results must be, too. */
  readonly #lengths: readonly number[];
  readonly #samples: Sample[] = [];
  readonly #discarded: Discarded[] = [];
  readonly #settling: Settling;
  #checksum: string | undefined;

  constructor(options: StepRunOptions) {
    const { firstLookMs, precision, decoder } = options;
    this.#options = options;
    this.#settling = new Settling(precision);
    this.#lengths = regionLengths(firstLookMs, precision.regionMs, mostSteps(decoder));
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get discarded(): readonly Discarded[] {
    return this.#discarded;
  }

  /** Of what the longest region leaves; undefined before the first visit. */
  get checksum(): string | undefined {
    return this.#checksum;
  }

  /** Time of a step in ms; undefined before the first visit. */
  get stepMs(): Estimate | undefined {
    return dispatchMs(this.#samples, this.#options.clock.kind);
  }

  /** Why this is enough, or undefined; to be asked after every visit. */
  settled(): Enough | undefined {
    const { stepMs } = this;
    return this.#settling.enough(roundsOf(this.#samples), stepMs ? relativeWidth(stepMs) : Number.POSITIVE_INFINITY);
  }

  /**
   * Takes one sample of each region length, in random order. Returns why the results of the longest cannot be right, or
   * undefined. (A shorter one begins among positions that longer ones have written, so that it need not find the same.)
   *
   * @param spoiled Asked after the samples were taken: why they are not to be believed, or undefined.
   */
  async visit(
    round: number,
    random: RandomSource,
    sinceStartMs: () => number,
    spoiled: () => string | undefined = () => undefined,
  ): Promise<string | undefined> {
    const { clock, decoder, firstLookMs } = this.#options;
    const taken: Sample[] = [];
    let wrong: string | undefined;
    for (const steps of shuffled(this.#lengths, random)) {
      const atMs = sinceStartMs();
      taken.push({ ...(await timeRegion(clock, decoder, steps, firstLookMs)), round, atMs });
      if (steps === this.#lengths.at(-1)) wrong = await this.#check(steps);
    }
    const { believed, discarded } = sortedOut(taken, spoiled(), clock.kind);
    this.#samples.push(...believed);
    this.#discarded.push(...discarded);
    return wrong;
  }

  async #check(steps: number): Promise<string | undefined> {
    const { decoder } = this.#options;
    let checksum = FNV_OFFSET;
    for (const [name, type] of Object.entries(decoder.step.results)) {
      const words = await decoder.read(name);
      checksum = fnv1a(words, checksum);
      if (type === 'f32' && !new Float32Array(words.buffer).every(Number.isFinite)) {
        return `${name} must be numbers after ${steps} steps; some are not`;
      }
    }
    const text = checksum.toString(16).padStart(8, '0');
    this.#checksum ??= text;
    return this.#checksum === text
      ? undefined
      : `${steps} steps from the same state gave checksum ${this.#checksum} at first, and now ${text}`;
  }
}
