/** When a case has been measured enough. */

import type { Estimate } from '../../results/statistics.ts';
import type { Precision } from '../profiles.ts';

/** Why a case needs no more rounds: its interval is narrow enough, or becomes no narrower. */
export type Enough = 'interval' | 'plateau';

/** Rounds of a case over those after which its interval was narrow. */
const ROUNDS_AFTER = 4 / 3;

/** A case is not asked before so many rounds whether more of them help: intervals of few vary by themselves. */
const PLATEAU_ROUNDS = 40;
/** Twice the rounds make an interval narrower by 1/√2, where rounds are independent; when by less than this, never. */
const PLATEAU_NARROWING = 0.9;

/**
 * Do so many rounds end with their time? An interval needs `least`; outliers may have left fewer of them, or those that
 * there are may not even tell the time from none, so that its rate could be anything. Then there are up to twice as many:
 * which costs one interval in a hundred its truth (counted in tests/calibration/).
 */
export const mayEnd = (rounds: number, least: number, ms: Estimate | undefined): boolean =>
  rounds >= 2 * least || (rounds >= least && (ms?.ci95?.[0] ?? 0) > 0);

export class Settling {
  readonly #precision: Precision;
  /** Rounds after which it is settled; undefined until its interval has been narrow. */
  #enoughRounds: number | undefined;
  /** Of the interval, by rounds. */
  readonly #widths = new Map<number, number>();

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  /**
   * Why `rounds` with an interval so wide (relative) are enough, or undefined; to be asked after every round. A case
   * whose interval is narrow gets some rounds more, whatever they do to it: an interval is likeliest to be narrow when
   * chance made it too narrow, and to stop right there would hold the truth in 92 % of cases instead of 95 (counted in
   * tests/calibration/; the reason is that of F. J. Anscombe, "Sequential estimation", J. R. Statist. Soc. B 15, 1953).
   */
  enough(rounds: number, width: number): Enough | undefined {
    const { minRounds, intervalWidth } = this.#precision;
    if (rounds < minRounds) return undefined;
    this.#widths.set(rounds, width);
    if (width <= intervalWidth) this.#enoughRounds ??= Math.ceil(rounds * ROUNDS_AFTER);
    if (this.#enoughRounds !== undefined) return rounds >= this.#enoughRounds ? 'interval' : undefined;
    const before = this.#widths.get(Math.floor(rounds / 2)) ?? Number.POSITIVE_INFINITY;
    return rounds >= PLATEAU_ROUNDS && width > PLATEAU_NARROWING * before ? 'plateau' : undefined;
  }
}
