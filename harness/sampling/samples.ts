/** The samples of one case or decode step, believed and discarded, and the estimate from those that are believed. */

import { dispatchMs, impossibility, roundsOf } from '../../results/derived/derive.ts';
import { MAX_CASE_SAMPLES } from '../../results/record/bounds.ts';
import type { Sample } from '../../results/record/schema.ts';
import { NOT_REACHED } from '../../results/record/unfinished.ts';
import { type Estimate, relativeWidth } from '../../results/statistics.ts';
import type { Clock } from '../clock/clock.ts';
import type { Precision } from '../profiles.ts';
import type { Visit } from './sampler.ts';
import { type Enough, Settling } from './settling.ts';

/** A sample without weight, and the reason. */
export type Discarded = Sample & { readonly reason: string };

/** The maximum of samples of a visit: one of each region length. */
const MAX_VISIT_SAMPLES = 8;

export class Samples {
  readonly #clock: Pick<Clock, 'kind' | 'wallQuantumMs'>;
  readonly #settling: Settling;
  readonly #believed: Sample[] = [];
  readonly #discarded: Discarded[] = [];

  /** @param clock Its kind is read anew each time, since which clock a run trusts may change. */
  constructor(clock: Pick<Clock, 'kind' | 'wallQuantumMs'>, precision: Precision) {
    this.#clock = clock;
    this.#settling = new Settling(precision);
  }

  get believed(): readonly Sample[] {
    return this.#believed;
  }

  get discarded(): readonly Discarded[] {
    return this.#discarded;
  }

  /** Takes over the samples of an earlier device or session as they were sorted then. */
  resume(believed: readonly Sample[], discarded: readonly Discarded[]): void {
    this.#believed.push(...believed);
    this.#discarded.push(...discarded);
  }

  /**
   * Adds the samples of a visit. Those that cannot be true by the trusted clock, or all of a spoiled one, are
   * discarded.
   */
  add({ samples, spoiled }: Pick<Visit, 'samples' | 'spoiled'>): void {
    for (const sample of samples) {
      const reason = spoiled ?? impossibility(sample, this.#clock.kind, this.#clock.wallQuantumMs);
      if (reason === undefined) this.#believed.push(sample);
      else this.#discarded.push({ ...sample, reason });
    }
  }

  /** The time of a unit in ms; undefined while no round has two lengths. */
  get unitMs(): Estimate | undefined {
    return dispatchMs(this.#believed, this.#clock.kind);
  }

  /** Returns why these samples are enough, or undefined. Ask it after every visit. */
  settled(): Enough | undefined {
    if (this.#believed.length + this.#discarded.length > MAX_CASE_SAMPLES - MAX_VISIT_SAMPLES) return 'time';
    const { unitMs } = this;
    return this.#settling.enough(roundsOf(this.#believed), unitMs ? relativeWidth(unitMs) : Number.POSITIVE_INFINITY);
  }

  /** Returns the measurement of `timed` if it has fewer than two samples, and so no slope; undefined otherwise. */
  withoutSlope<C>(timed: C) {
    if (this.#believed.length >= 2) return undefined;
    const reason = this.#discarded[0]?.reason;
    return reason === undefined
      ? { status: 'skipped' as const, case: timed, reason: NOT_REACHED }
      : { status: 'failed' as const, case: timed, reason };
  }
}
