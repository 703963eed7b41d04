/** Settling is the decision that a case has been measured enough. */

import type { Estimate } from '../../results/statistics.ts';
import type { Precision } from '../profiles.ts';

/**
 * The reason why a case gets no more rounds: its interval is narrow enough, or becomes no narrower, or it has taken as
 * many samples as there can be of a case.
 */
export type Enough = 'interval' | 'plateau' | 'time';

/** A case gets this many times the number of rounds after which its interval was narrow. */
const ROUNDS_FACTOR = 4 / 3;

/** The minimum number of rounds before a case can be on a plateau: intervals of few rounds vary by themselves. */
const PLATEAU_ROUNDS = 40;
/**
 * A case is on a plateau if twice the rounds left its interval wider than this share of what it was. If rounds are
 * independent, twice the rounds make it 1/√2 as wide.
 */
const PLATEAU_NARROWING = 0.9;

/**
 * Whether a case may end after `rounds` rounds because its time is spent. It may after `minRounds`, if its interval
 * excludes that a unit takes no time at all. Otherwise its rate could be anything, and it gets up to twice as many
 * rounds. As a price, one more interval in a hundred misses the truth (counted in tests/calibration/).
 *
 * @param ms The time of a unit; undefined while no round has two lengths, as when outliers left too few samples.
 */
export const mayEnd = (rounds: number, minRounds: number, ms: Estimate | undefined): boolean =>
  rounds >= 2 * minRounds || (rounds >= minRounds && (ms?.ci95?.[0] ?? 0) > 0);

export class Settling {
  readonly #precision: Precision;
  /** The rounds after which the case is settled; undefined until its interval has been narrow. */
  #enoughRounds: number | undefined;
  /** The relative widths of the interval, by the number of rounds. */
  readonly #widths = new Map<number, number>();

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  /**
   * Returns why `rounds` rounds, with an interval of relative width `width`, are enough; or undefined. Ask it after
   * every round.
   *
   * A case whose interval is narrow gets some more rounds, even if they widen it. An interval is likeliest to be narrow
   * when chance made it too narrow: if cases stopped right there, their intervals would hold the truth in 92 % of cases
   * instead of 95 % (counted in tests/calibration/). Source: F. J. Anscombe, "Sequential estimation", J. R. Statist.
   * Soc. B 15, 1953.
   */
  enough(rounds: number, width: number): Enough | undefined {
    const { minRounds, intervalWidth } = this.#precision;
    if (rounds < minRounds) return undefined;
    this.#widths.set(rounds, width);
    if (width <= intervalWidth) this.#enoughRounds ??= Math.ceil(rounds * ROUNDS_FACTOR);
    if (this.#enoughRounds !== undefined) return rounds >= this.#enoughRounds ? 'interval' : undefined;
    const before = this.#widths.get(Math.floor(rounds / 2)) ?? Number.POSITIVE_INFINITY;
    return rounds >= PLATEAU_ROUNDS && width > PLATEAU_NARROWING * before ? 'plateau' : undefined;
  }
}
