/**
 * What several runs say of one figure. A run's own interval knows the scatter within that run alone. Page placement,
 * boost clocks and heat differ from run to run, and only other runs show by how much. Pure: figures in, figures out.
 */

import { chiSquaredDistributionTable, mean, sampleStandardDeviation } from 'simple-statistics';
import { studentT } from '../statistics.ts';
import type { Figure } from '../text/figures.ts';

/** The minimum of runs for an interval between runs. */
export const MIN_RUNS = 3;

/** What the runs of one machine say of a figure. */
export interface BetweenRuns {
  /** The mean over the runs. Its interval is the between-run interval; null with fewer than `MIN_RUNS`. */
  readonly mean: Figure;
  /**
   * How far the runs scatter, over how far their own intervals say that they do. Near 1, a run's interval tells what
   * another run will find; at 3, it is three times too narrow. Null with fewer than `MIN_RUNS`, or where a run has no
   * interval of its own.
   */
  readonly betweenOverWithin: Figure | null;
  /**
   * Whether the runs agree within their own intervals: whether the interval of `betweenOverWithin` reaches down to 1.
   */
  readonly agree: boolean | null;
}

/**
 * Returns what runs say of a figure of which each has measured one value, a rate above zero.
 *
 * The between-run interval is Student's over the runs, times √(N/(N−1)). Student's is exact where runs scatter
 * normally. Where they scatter evenly within bounds, as over a few placements, it holds the mean of three runs in 92 % of
 * cases only; widened, it holds either in 94 – 97 % (counted in between-runs.test.ts).
 *
 * @throws RangeError without a figure
 */
export function betweenRuns(figures: readonly Figure[]): BetweenRuns {
  if (figures.length === 0) throw new RangeError('figures must hold one figure of each run, at least one; got none');
  const n = figures.length;
  const values = figures.map(({ value }) => value);
  const middle = mean(values);
  if (n < MIN_RUNS) return { mean: { value: middle, ci95: null }, betweenOverWithin: null, agree: null };
  const deviation = sampleStandardDeviation(values);
  const reach = (studentT(n - 1) * deviation) / Math.sqrt(n - 1);
  const betweenOverWithin = ratioToWithin(figures);
  return {
    mean: { value: middle, ci95: [Math.max(0, middle - reach), middle + reach] },
    betweenOverWithin,
    agree: betweenOverWithin?.ci95 ? betweenOverWithin.ci95[0] <= 1 : null,
  };
}

/** The half-width of a 95 % interval over the standard deviation behind it. */
const Z_975 = 1.96;

/**
 * Returns the standard deviation between runs over the one that the runs' own intervals stand for. Few runs know their
 * scatter badly, and the interval says how badly: (N−1)·s²/σ² follows χ² with N−1 degrees of freedom.
 *
 * Both are those of 1/rate, a time: in times the intervals of runs are symmetric, and end where those of rates do not.
 */
function ratioToWithin(figures: readonly Figure[]): Figure | null {
  const halfWidths = figures.map(({ ci95 }) => (ci95 ? (1 / ci95[0] - 1 / ci95[1]) / 2 : Number.NaN));
  const within = Math.sqrt(mean(halfWidths.map((half) => (half / Z_975) ** 2)));
  if (!Number.isFinite(within) || within === 0) return null;
  const value = sampleStandardDeviation(figures.map((figure) => 1 / figure.value)) / within;
  const freedom = figures.length - 1;
  const [low, high] = [chiSquared(freedom, 0.025), chiSquared(freedom, 0.975)];
  return { value, ci95: [value * Math.sqrt(freedom / high), value * Math.sqrt(freedom / low)] };
}

/** The table of χ² by degrees of freedom: each up to 30, and few beyond. */
const CHI_SQUARED = new Map(Object.entries(chiSquaredDistributionTable).map(([n, row]) => [Number(n), row]));

/**
 * Returns the value that a χ² variable of 2 or more degrees of freedom does not exceed with probability `below`, 0.025
 * or 0.975. What the table lacks is computed as by E. B. Wilson and M. M. Hilferty (PNAS 17, 1931), which is right to
 * 0.1 % there.
 */
function chiSquared(freedom: number, below: 0.025 | 0.975): number {
  // The table goes by the probability above.
  const tabled = CHI_SQUARED.get(freedom)?.[below === 0.025 ? 0.975 : 0.025];
  if (tabled !== undefined) return tabled;
  const z = below === 0.025 ? -Z_975 : Z_975;
  const ninth = 2 / (9 * freedom);
  return freedom * (1 - ninth + z * Math.sqrt(ninth)) ** 3;
}
