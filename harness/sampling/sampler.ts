/**
 * The sampler times a workload in regions of several lengths. Kernels, decode steps and the candidates of tuning are
 * all timed by it.
 */

import { impossibility, sampleMs } from '../../results/derived/derive.ts';
import { MAX_SUBMISSION_MS, regionLengths } from '../../results/derived/regions.ts';
import type { Sample } from '../../results/record/schema.ts';
import { type RandomSource, shuffled } from '../../results/statistics.ts';
import { type Clock, preRollUnits, timeRegion, type Workload } from '../clock/clock.ts';

export interface SamplerOptions {
  readonly clock: Clock;
  readonly workload: Workload;
  /** About how long a unit takes, in ms. */
  readonly firstLookMs: number;
  /** The length to aim at for the longest region, in ms. */
  readonly regionMs: number;
  /** The regions of a visit, as shares of the longest one; default: those of a case. */
  readonly shares?: readonly number[];
  /**
   * Whether the longest region has the same length in all visits. Otherwise it follows the last visit's regions, and
   * varies like the others.
   */
  readonly sameLongest?: boolean;
}

export interface VisitOptions {
  readonly round: number;
  /** The time on the run's clock, in ms. */
  readonly sinceStartMs: () => number;
  readonly random: RandomSource;
  /** Returns, after the regions were timed, why they must not be believed; undefined if nothing disturbed them. */
  readonly spoiled?: () => string | undefined;
}

/** The samples of a visit, and what speaks against them. */
export interface Visit {
  /** A sample of each length, in the order in which they were taken. */
  readonly samples: readonly Sample[];
  /** The reason why none of the samples can be believed, or undefined. */
  readonly spoiled: string | undefined;
  /** The longest wall time of a submission, in ms, as far as it is known: of a region that was only one. */
  readonly maxSubmissionMs: number;
  /**
   * The reason why a reading by the trusted clock cannot be true, for the first such reading; undefined if there is
   * none.
   */
  readonly impossible: string | undefined;
}

export class Sampler {
  readonly #options: SamplerOptions;
  #unitMs: number;
  #preRollUnits: number;

  constructor(options: SamplerOptions) {
    const { clock, workload, firstLookMs } = options;
    this.#options = options;
    this.#unitMs = firstLookMs;
    this.#preRollUnits = preRollUnits(clock.preRollMs, firstLookMs, workload);
  }

  /** The units of the pre-roll before each region of the last visit. */
  get preRollUnits(): number {
    return this.#preRollUnits;
  }

  /**
   * Times one region of each length, in random order, each after a pre-roll.
   *
   * @param afterLongest Called with the units of the longest region, before another region runs.
   */
  async visit(
    { round, sinceStartMs, random, spoiled = () => undefined }: VisitOptions,
    afterLongest: (units: number) => Promise<void> = async () => {},
  ): Promise<Visit> {
    const { clock, workload, regionMs, shares, sameLongest } = this.#options;
    const { maxUnits } = workload;
    const unitMs = this.#unitMs;
    const lengths = regionLengths({ unitMs, regionMs, maxUnits, shares, random, sameLongest });
    // All regions of a visit have the same pre-roll, so that the slope over lengths is free of it.
    const before = this.#preRollFor(unitMs);
    const samples: Sample[] = [];
    for (const units of shuffled(lengths, random)) {
      const atMs = sinceStartMs();
      const reading = await timeRegion({ clock, workload, units, unitMs, preRollUnits: before, readsWall: false });
      samples.push({ ...reading, round, atMs });
      if (units === lengths.at(-1)) await afterLongest(units);
    }
    const seen = unitMsOf(samples, clock) ?? unitMs;
    // A visit may be far off by a coarse clock, or on a disturbed machine. It may not make regions far too long.
    if (!sameLongest) this.#unitMs = Math.max(unitMs / 2, seen);
    return {
      samples,
      spoiled: spoiled(),
      maxSubmissionMs:
        regionMs > MAX_SUBMISSION_MS ? 0 : Math.max(...samples.map(({ wallMs }) => wallMs)) - before * unitMs,
      impossible: samples
        .map((sample) => impossibility(sample, clock.kind, clock.wallQuantumMs))
        .find((fault) => fault !== undefined),
    };
  }

  /** Returns the units of the pre-roll. They change only where the machine has become twice as fast or slow. */
  #preRollFor(unitMs: number): number {
    const { clock, workload } = this.#options;
    const wanted = preRollUnits(clock.preRollMs, unitMs, workload);
    const [low, high] = [wanted / 2, 2 * wanted];
    if (this.#preRollUnits < low || this.#preRollUnits > high) this.#preRollUnits = wanted;
    return this.#preRollUnits;
  }
}

/** Returns the time of a unit in ms by the shortest and the longest region; undefined if that is not positive. */
function unitMsOf(samples: readonly Sample[], { kind }: Clock): number | undefined {
  const [first, ...rest] = [...samples].sort((a, b) => a.dispatches - b.dispatches);
  const last = rest.at(-1);
  if (!first || !last) return undefined;
  const ms = (sampleMs(last, kind) - sampleMs(first, kind)) / (last.dispatches - first.dispatches);
  return ms > 0 ? ms : undefined;
}
