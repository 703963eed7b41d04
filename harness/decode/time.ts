/**
 * How long a step takes: the slope of a region's time over its number of steps, as of a kernel's dispatches. A region
 * begins with the state put back, and is centred on the contexts of the step, so that whatever its length a step of it
 * reads what the step described reads, on average.
 */

import { dispatchMs } from '../../results/derive.ts';
import type { Sample } from '../../results/schema.ts';
import { type Estimate, type RandomSource, shuffled } from '../../results/statistics.ts';
import { MOST_DISPATCHES } from '../clock/check.ts';
import type { Clock } from '../clock/clock.ts';
import { FNV_OFFSET, fnv1a, LONGEST_DISPATCH_MS, regionLengths } from '../measure.ts';
import type { Decoder } from './decoder.ts';

/** Steps of a region, at the most: what there is room for, and what can be recorded at once. */
const mostSteps = ({ step, dispatchesPerStep }: Decoder): number =>
  Math.max(2, Math.min(step.mostSteps, Math.floor(MOST_DISPATCHES / dispatchesPerStep)));

/** One region. */
async function timeRegion(clock: Clock, decoder: Decoder, steps: number) {
  decoder.begin(steps);
  return clock.time(steps, decoder.encode(steps));
}

/**
 * A first look: ms per step by the wall clock, over as many steps as take a quarter of `regionMs`. The very first one
 * compiles and is not counted; of two readings the shorter counts, since only disturbances add to it.
 */
export async function stepFirstLookMs(clock: Clock, decoder: Decoder, regionMs: number): Promise<number> {
  const most = mostSteps(decoder);
  await timeRegion(clock, decoder, 1);
  for (let steps = 1; ; steps = Math.min(2 * steps, most)) {
    const readings = [await timeRegion(clock, decoder, steps), await timeRegion(clock, decoder, steps)];
    const shorter = Math.min(...readings.map(({ wallMs }) => wallMs));
    if (shorter >= regionMs / 4 || steps === most) return shorter / steps;
  }
}

/** Why a step that takes so long is not timed, or undefined. */
export const tooLongToTime = (stepMs: number): string | undefined =>
  stepMs > LONGEST_DISPATCH_MS
    ? `two steps must be a polite submission, ${LONGEST_DISPATCH_MS} ms each; one takes ${stepMs.toPrecision(3)} ms`
    : undefined;

export interface StepRunOptions {
  readonly clock: Clock;
  readonly decoder: Decoder;
  /** Longest timed region. */
  readonly regionMs: number;
  /** About how long a step takes. */
  readonly firstLookMs: number;
}

/** The timing of one step, round by round. `dispatches` of its samples are steps. */
export class StepRun {
  readonly #options: StepRunOptions;
  /** Of the regions of a visit: the same in all, since of the longest the results must be, too. */
  readonly #lengths: readonly number[];
  readonly #samples: Sample[] = [];
  #checksum: string | undefined;

  constructor(options: StepRunOptions) {
    this.#options = options;
    this.#lengths = regionLengths(options.firstLookMs, options.regionMs, mostSteps(options.decoder));
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Time of a step in ms; undefined before the first visit. */
  get stepMs(): Estimate | undefined {
    return dispatchMs(this.#samples, this.#options.clock.kind);
  }

  /**
   * Takes one sample of each region length, in random order. Returns why the results of the longest cannot be right, or
   * undefined. (A shorter one begins among positions that longer ones have written, so that it need not find the same.)
   */
  async visit(round: number, random: RandomSource, sinceStartMs: () => number): Promise<string | undefined> {
    const { clock, decoder } = this.#options;
    let wrong: string | undefined;
    for (const steps of shuffled(this.#lengths, random)) {
      const atMs = sinceStartMs();
      this.#samples.push({ ...(await timeRegion(clock, decoder, steps)), round, atMs });
      if (steps === this.#lengths.at(-1)) wrong = await this.#check(steps);
    }
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
