/**
 * The sampler times a workload in regions of several lengths. Kernels, decode steps and the candidates of tuning are
 * all timed by it.
 */

import { impossibility } from '../../results/derive.ts';
import type { Sample } from '../../results/schema.ts';
import { type RandomSource, shuffled } from '../../results/statistics.ts';
import type { Clock, Workload } from '../clock/clock.ts';
import { regionLengths } from './regions.ts';

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
   * Whether all visits have regions of the same lengths. Otherwise the lengths follow the last visit's longest region.
   */
  readonly sameLengths?: boolean;
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
  /** The longest wall time of a region, in ms. */
  readonly maxWallMs: number;
  /**
   * The reason why a reading by the trusted clock cannot be true, for the first such reading; undefined if there is
   * none.
   */
  readonly impossible: string | undefined;
}

export class Sampler {
  readonly #options: SamplerOptions;
  #unitMs: number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#unitMs = options.firstLookMs;
  }

  /**
   * Times one region of each length, in random order.
   *
   * @param afterLongest Called with the units of the longest region, before another region runs.
   */
  async visit(
    { round, sinceStartMs, random, spoiled = () => undefined }: VisitOptions,
    afterLongest: (units: number) => Promise<void> = async () => {},
  ): Promise<Visit> {
    const { clock, workload, regionMs, shares, sameLengths } = this.#options;
    const { maxUnits } = workload;
    const lengths = regionLengths({ unitMs: this.#unitMs, regionMs, maxUnits, shares });
    const samples: Sample[] = [];
    for (const units of shuffled(lengths, random)) {
      const atMs = sinceStartMs();
      const reading = await clock.time(units, workload.encode(units, this.#unitMs));
      samples.push({ ...reading, round, atMs });
      if (units !== lengths.at(-1)) continue;
      await afterLongest(units);
      if (!sameLengths) this.#unitMs = reading.wallMs / units;
    }
    return {
      samples,
      spoiled: spoiled(),
      maxWallMs: Math.max(...samples.map(({ wallMs }) => wallMs)),
      impossible: samples.map((sample) => impossibility(sample, clock.kind)).find((fault) => fault !== undefined),
    };
  }
}
