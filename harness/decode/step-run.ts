/**
 * The timing of a decode step: the slope of a region's time over its number of steps, as with the dispatches of a
 * kernel.
 *
 * A region begins with the state put back. It is centred on the contexts of the step, so that its steps read on average
 * what the step describes, whatever the region's length. A long region is several submissions, each short enough for
 * the page to stay usable.
 */

import { MAX_DISPATCHES } from '../../results/record/bounds.ts';
import type { Sample } from '../../results/record/schema.ts';
import type { Estimate } from '../../results/statistics.ts';
import { msText } from '../../results/text/figures.ts';
import { type Clock, PASS_MS, type Workload } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import type { Precision } from '../profiles.ts';
import { Checksum } from '../sampling/checksum.ts';
import { Sampler, type VisitOptions } from '../sampling/sampler.ts';
import { type Discarded, Samples } from '../sampling/samples.ts';
import type { Enough } from '../sampling/settling.ts';
import type { Chain, Decoder } from './decoder.ts';

/** The longest step that is timed, in ms: a few rounds of it take ten times as long. */
const MAX_STEP_MS = 120_000;

/**
 * The first reading of a step counts if it takes at least this, in ms: the second or two of compiling in it is then
 * little.
 */
const LONG_LOOK_MS = 10_000;

/**
 * Returns the steps of `decoder` as a workload. A region holds as many as there is room for, and as can be recorded at
 * once.
 *
 * @param chain What each step of a region is. Default: the step as it is, which the pre-roll always is.
 */
export function stepsOf(decoder: Decoder, chain?: Chain): Workload {
  const { step, dispatchesPerStep } = decoder;
  // Regions are cut by bytes.
  const passesOf = (steps: number, stepMs: number, of?: Chain) =>
    decoder.encode(steps, Math.max(1, Math.ceil((steps * stepMs) / PASS_MS)), of);
  /** The steps of the region that was prepared last. */
  let begun = 1;
  return {
    maxUnits: Math.max(
      2,
      Math.min(step.maxSteps, Math.floor(MAX_DISPATCHES / (chain?.dispatches ?? dispatchesPerStep))),
    ),
    // While the time of a step is unknown, each dispatch is a submission.
    encode(steps, stepMs = dispatchesPerStep * PASS_MS) {
      begun = steps;
      decoder.begin(steps);
      return passesOf(steps, stepMs, chain);
    },
    // The pre-roll begins at the state of the region, and leaves it as it was. It writes nothing into the KV cache that
    // the region does not write again before it reads it.
    preRoll: (steps, stepMs) => ({ passes: passesOf(steps, stepMs), undo: () => decoder.begin(begun) }),
  };
}

/** Returns about how long a step takes, in ms. A reading as long as a region is not repeated: little disturbs it. */
export const stepFirstLookMs = (clock: Clock, decoder: Decoder, regionMs: number): Promise<number> =>
  firstLookMs(clock, stepsOf(decoder), { regionMs, repeatBelowMs: regionMs, countFirstFromMs: LONG_LOOK_MS });

/** Returns why a step that takes `stepMs` is not timed, or undefined. */
export const tooLongToTime = (stepMs: number, maxMs = MAX_STEP_MS): string | undefined =>
  stepMs > maxMs
    ? `a step must take no longer than ${maxMs} ms to be timed; one takes ${msText(stepMs)} here`
    : undefined;

export interface StepRunOptions {
  readonly clock: Clock;
  readonly decoder: Decoder;
  readonly precision: Precision;
  /** About how long a step takes, in ms. */
  readonly firstLookMs: number;
}

/** The timing of one step, round by round. The `dispatches` of its samples are steps. */
export class StepRun {
  readonly #decoder: Decoder;
  readonly #sampler: Sampler;
  readonly #samples: Samples;
  #checksum: string | undefined;

  constructor({ clock, decoder, precision, firstLookMs }: StepRunOptions) {
    this.#decoder = decoder;
    this.#samples = new Samples(clock, precision);
    const workload = stepsOf(decoder);
    // The results of the longest region must be the same in every visit, and so must its length.
    this.#sampler = new Sampler({
      ...{ clock, workload, firstLookMs, regionMs: precision.regionMs },
      sameLongest: true,
    });
  }

  /** The samples that are believed. */
  get samples(): readonly Sample[] {
    return this.#samples.believed;
  }

  /** The steps of the pre-roll before each region. */
  get preRollSteps(): number {
    return this.#sampler.preRollUnits;
  }

  get discarded(): readonly Discarded[] {
    return this.#samples.discarded;
  }

  /** The checksum of what the longest region leaves. @throws Error before the first visit. */
  get checksum(): string {
    if (this.#checksum === undefined) throw new Error('a step must be visited before it has a checksum');
    return this.#checksum;
  }

  /** The time of a step in ms; undefined while no round has two lengths. */
  get stepMs(): Estimate | undefined {
    return this.#samples.unitMs;
  }

  /** Returns why the samples are enough, or undefined. Ask it after every visit. */
  settled(): Enough | undefined {
    return this.#samples.settled();
  }

  /**
   * Returns the measurement of `timed` if the step has fewer than two samples, and so no slope; undefined otherwise.
   */
  withoutSlope<C>(timed: C) {
    return this.#samples.withoutSlope(timed);
  }

  /**
   * Takes a sample of each region length. Returns why the results of the longest region cannot be right, or undefined.
   * Results of shorter regions are not compared: they begin at positions that longer ones have written to.
   */
  async visit(options: VisitOptions): Promise<string | undefined> {
    let wrong: string | undefined;
    const visit = await this.#sampler.visit(options, async (steps) => {
      wrong = await this.#check(steps);
    });
    this.#samples.add(visit);
    return wrong;
  }

  async #check(steps: number): Promise<string | undefined> {
    const checksum = new Checksum();
    for (const [name, type] of Object.entries(this.#decoder.step.results)) {
      const words = await this.#decoder.read(name);
      checksum.add(words);
      if (type === 'f32' && !new Float32Array(words.buffer).every(Number.isFinite)) {
        return `${name} must be numbers after ${steps} steps; some are not`;
      }
    }
    const { text } = checksum;
    this.#checksum ??= text;
    return this.#checksum === text
      ? undefined
      : `${steps} steps from the same state gave checksum ${this.#checksum} at first, and now ${text}`;
  }
}
