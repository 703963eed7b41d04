/**
 * The statistics behind every figure: a robust slope over timed regions, and 95 % intervals, whose coverage
 * tests/calibration/ counts on simulated devices. All of it is pure and seeded: the same samples give the same figures
 * everywhere.
 */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { cumulativeStdNormalProbability, mean, median, probit, quantile, quantileSorted, sum } from 'simple-statistics';
import { groupBy, maxOf, minOf } from './lists.ts';

/**
 * A figure with its uncertainty. Its replicates are draws from its confidence distribution: values that it could as
 * well have had. A figure that follows from this one is computed from each replicate, and its interval is what 95 % of
 * the results lie in.
 */
export interface Estimate {
  readonly value: number;
  /** The 95 % interval; null where there are too few data. */
  readonly ci95: readonly [number, number] | null;
  readonly replicates: readonly number[];
  /** Number of independent units behind the figure: rounds of samples, or points of a fit. */
  readonly units: number;
}

/** Number of replicates: enough for tails of 2.5 %, few enough to recompute as samples arrive. */
export const REPLICATES = 400;

/** Minimum of independent units for an interval. */
export const MIN_UNITS = 3;

/** A seeded source of integers: `below(n)` is uniform in 0 … n − 1. */
export interface RandomSource {
  below(n: number): number;
}

export function randomSource(seed: number): RandomSource {
  const generator = xoroshiro128plus(seed);
  return { below: (n) => uniformInt(generator, 0, n - 1) };
}

/** A new array with the same items in random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: RandomSource): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [a, b] = [out[i] as T, out[j] as T];
    out[i] = b;
    out[j] = a;
  }
  return out;
}

/** A point of a line, taken in a round: for a timed region, x is its length in dispatches and y its time. */
export interface RoundPoint {
  readonly round: number;
  readonly x: number;
  readonly y: number;
}

/** A line y = intercept + slope · x. */
export interface Line {
  readonly slope: Estimate;
  readonly intercept: Estimate;
}

/** The weight of the points at an x in a least-squares line. */
export type WeightOf = (x: number) => number;

/** Points of equal weight. */
const EQUALLY: WeightOf = () => 1;

/**
 * Fits the slope of points of several rounds. If x is a number of dispatches and y the time of a region, it is the time
 * per dispatch.
 *
 * Each round has its own line, by least squares: differences within a round cancel what the rounds do not share, such
 * as the cost of a region by itself. The slope is the mean over these lines, since rounds are the independent units.
 * Outliers have no weight.
 *
 * @returns undefined where no round has two lengths
 */
export const lineWithinRounds = (points: readonly RoundPoint[], weightOf = EQUALLY): Line | undefined =>
  meanLine(roundLines(points, weightOf));

/** The mean line of `lineWithinRounds`, from the lines of its rounds; undefined without any. */
function meanLine(lines: readonly RoundLine[]): Line | undefined {
  if (lines.length === 0) return undefined;
  const slope = meanSlope(lines);
  const intercepts = lines.map(({ round, intercept }) => ({ round, value: intercept }));
  return slope && { slope, intercept: locate(intercepts, 2) };
}

/** The slope of `meanLine`, in half its time. */
export const meanSlope = (lines: readonly RoundLine[]): Estimate | undefined =>
  lines.length === 0
    ? undefined
    : locate(
        lines.map(({ round, slope }) => ({ round, value: slope })),
        1,
      );

/** The mean of a value over rounds, each of which has its own; undefined where there is none. */
export function meanOfRounds(values: ReadonlyMap<number, number>, seed: number): Estimate | undefined {
  return values.size === 0
    ? undefined
    : locate(
        [...values].map(([round, value]) => ({ round, value })),
        seed,
      );
}

/** The slope of `lineWithinRounds`. */
export function slopeWithinRounds(points: readonly RoundPoint[]): Estimate | undefined {
  return lineWithinRounds(points)?.slope;
}

/** The slope of each round's own line, by round. */
export function slopesOfRounds(points: readonly RoundPoint[], weightOf = EQUALLY): Map<number, number> {
  return new Map(roundLines(points, weightOf).map(({ round, slope }) => [round, slope]));
}

/** The line of one round. */
export interface RoundLine extends LeastSquares {
  readonly round: number;
}

/** The lines of all rounds that have two lengths. Outliers have no weight. */
export function roundLines(
  points: readonly RoundPoint[],
  weightOf = EQUALLY,
  out: readonly boolean[] = outliers(points),
): RoundLine[] {
  const rounds = groupBy(
    points.filter((_, i) => !out[i]),
    (p) => p.round,
  );
  return [...rounds].flatMap(([round, within]) => {
    const line = leastSquares(within, weightOf);
    return line ? [{ round, ...line }] : [];
  });
}

/**
 * Finds the outliers, mostly stalls: for each point, whether it lies far off the line through all points.
 *
 * Far is beyond the fences of J. W. Tukey ("Exploratory Data Analysis", 1977): `FENCE` interquartile ranges outside the
 * quartiles of the distances. The line's slope is one that stalls cannot move: the median of the slopes between points
 * of one round, weighted by their difference in length (Theil–Sen, after P. K. Sen, JASA 63, 1968). Distances are
 * divided by the square root of the time, since some noise grows with it and some does not.
 */
export function outliers(points: readonly RoundPoint[]): boolean[] {
  const slope = weightedMedian(pairSlopes(groupBy(points, (p) => p.round).values()));
  if (slope === undefined) return points.map(() => false);
  const intercept = median(points.map(({ x, y }) => y - slope * x));
  const distances = points.map(({ x, y }) => (y - intercept - slope * x) / Math.sqrt(Math.abs(intercept + slope * x)));
  const [lower, upper] = [quantile(distances, 0.25), quantile(distances, 0.75)];
  const reach = FENCE * (upper - lower);
  return distances.map((distance) => distance < lower - reach || distance > upper + reach);
}

/**
 * Interquartile ranges from a quartile to its fence: twice Tukey's 3. A point that is left out also narrows the
 * interval; with 3, intervals held the truth in 92 % of simulated devices without stalls, instead of 95 %.
 */
const FENCE = 6;

/**
 * The maximum of later points of its round that a point is paired with. All pairs of a long round would take a time that
 * grows with its square. A visit has four points, the read line three, and the clock's look at completion sixteen.
 */
const MAX_PARTNERS = 15;

/** Slopes between pairs of points, and the weight of each. A long record has a million, so they are no objects. */
interface PairSlopes {
  readonly slopes: readonly number[];
  readonly weights: readonly number[];
}

function pairSlopes(rounds: Iterable<readonly RoundPoint[]>): PairSlopes {
  const [slopes, weights]: [number[], number[]] = [[], []];
  for (const points of rounds) {
    for (const [i, a] of points.entries()) {
      const end = Math.min(points.length, i + 1 + MAX_PARTNERS);
      for (let j = i + 1; j < end; j++) {
        const b = points[j] as RoundPoint;
        if (b.x === a.x) continue;
        slopes.push((b.y - a.y) / (b.x - a.x));
        weights.push(Math.abs(b.x - a.x));
      }
    }
  }
  return { slopes, weights };
}

/** The weighted median: the slope with as much weight below it as above. Undefined without slopes. */
function weightedMedian({ slopes, weights }: PairSlopes): number | undefined {
  const sorted = Uint32Array.from(slopes.keys()).sort((a, b) => (slopes[a] as number) - (slopes[b] as number));
  let left = sum([...weights]) / 2;
  for (const index of sorted) {
    left -= weights[index] as number;
    if (left <= 0) return slopes[index];
  }
  return undefined;
}

interface LeastSquares {
  readonly slope: number;
  readonly intercept: number;
}

/** The least-squares line; undefined where all points have one x. */
function leastSquares(
  points: readonly { readonly x: number; readonly y: number }[],
  weightOf = EQUALLY,
): LeastSquares | undefined {
  const weighted = (f: (p: { x: number; y: number }) => number) => sum(points.map((p) => weightOf(p.x) * f(p)));
  const weight = weighted(() => 1);
  const [meanX, meanY] = [weighted((p) => p.x) / weight, weighted((p) => p.y) / weight];
  const base = weighted(({ x }) => (x - meanX) ** 2);
  if (base === 0) return undefined;
  const slope = weighted(({ x, y }) => (x - meanX) * (y - meanY)) / base;
  return { slope, intercept: meanY - slope * meanX };
}

interface RoundValue {
  readonly round: number;
  readonly value: number;
}

/**
 * The mean over rounds, with Student's interval. A machine that warms up drifts from round to round. Drift is no noise,
 * so the interval follows from the scatter about the drift alone.
 */
function locate(values: readonly RoundValue[], seed: number): Estimate {
  const { middle, scatter } = trend(values);
  return estimate(middle, spread(middle, scatter / Math.sqrt(values.length), seed), values.length);
}

/** The growth of the slope from the first round to the last, over its mean, from the lines of rounds; undefined without any. */
export function driftOf(lines: readonly RoundLine[]): Estimate | undefined {
  if (lines.length === 0) return undefined;
  const { middle, perRound, base, scatter } = trend(lines.map(({ round, slope }) => ({ round, value: slope })));
  const rounds = lines.map(({ round }) => round);
  const reach = (maxOf(rounds) - minOf(rounds)) / middle;
  const error = base === 0 ? 0 : scatter / Math.sqrt(base);
  return estimate(perRound * reach, spread(perRound * reach, error * reach, 3), lines.length);
}

/**
 * The trend of values over rounds: their mean, their growth per round, and their scatter about both. The scatter is
 * widened by Student's t, since few values may underestimate it.
 */
function trend(values: readonly RoundValue[]) {
  const n = values.length;
  const [middle, middleRound] = [mean(values.map(({ value }) => value)), mean(values.map(({ round }) => round))];
  const perRound = leastSquares(values.map(({ round, value }) => ({ x: round, y: value })))?.slope ?? 0;
  const distances = values.map(({ round, value }) => value - middle - perRound * (round - middleRound));
  // Mean and growth take two degrees of freedom.
  const freedom = Math.max(1, n - 2);
  const scatter = (Math.sqrt(sum(distances.map((d) => d ** 2)) / freedom) * studentT(freedom)) / Z_975;
  return { middle, perRound, base: sum(values.map(({ round }) => (round - middleRound) ** 2)), scatter };
}

/**
 * Replicates of a figure with a normal error: the quantiles of the distribution. Their order is random by `seed`, so
 * that the replicates of two figures are independent.
 */
function spread(value: number, error: number, seed: number): number[] {
  const known = shuffledNormal.get(seed) ?? shuffled(NORMAL, randomSource(seed));
  shuffledNormal.set(seed, known);
  return known.map((z) => value + error * z);
}

/** `NORMAL` in the order of each seed. The seeds are those of this code, and few. */
const shuffledNormal = new Map<number, readonly number[]>();

/**
 * Bootstraps a statistic: replicates are its values over units drawn with replacement. Replicates of few units lie too
 * close together, so their quantiles are moved out, from Φ(z) to Φ(z · t/1.96 · √(n/(n−1))): the expanded percentile
 * interval of T. Hesterberg, "What Teachers Should Know About the Bootstrap", 2015, §5.3.
 */
export function bootstrap<T>(units: readonly T[], statistic: (units: T[]) => number, seed: number): Estimate {
  const n = units.length;
  const draw = drawing(n, seed);
  const drawn = NORMAL.map(() => statistic(units.map(() => units[draw()] as T)));
  drawn.sort((a, b) => a - b);
  const expansion = expansionOf(n);
  const replicates = NORMAL.map((z) => quantileSorted(drawn, cumulativeStdNormalProbability(z * expansion)));
  return estimate(statistic([...units]), replicates, n);
}

/** The last draws that were kept: most lines of a run have the same number of rounds, and so share them. */
let kept = { n: 0, seed: 0, draws: new Uint16Array() };

/** The maximum of draws that are kept. */
const MAX_KEPT = 2 ** 20;

/** Draws from `n` units with replacement: each call returns the index of one. */
function drawing(n: number, seed: number): () => number {
  const random = randomSource(seed);
  if (n * REPLICATES > MAX_KEPT) return () => random.below(n);
  if (kept.n !== n || kept.seed !== seed) {
    kept = { n, seed, draws: Uint16Array.from({ length: n * REPLICATES }, () => random.below(n)) };
  }
  const { draws } = kept;
  let next = 0;
  return () => draws[next++] as number;
}

/** The factor by which replicates of `n` units lie too close together. */
const expansionOf = (n: number): number => (n < 2 ? 1 : (studentT(n - 1) / Z_975) * Math.sqrt(n / (n - 1)));

/** A bootstrap replicate of `n` units, moved away from the value as far as it lies too close to it. */
export const widened = (replicate: number, value: number, n: number): number =>
  value + (replicate - value) * expansionOf(n);

/**
 * The ratio of two values by round, over the rounds that have both: its median with a bootstrap interval. Effects that
 * a round has on both values, such as drift, cancel.
 * @returns undefined where no round has both
 */
export function pairedRatio(
  numerators: ReadonlyMap<number, number>,
  denominators: ReadonlyMap<number, number>,
): Estimate | undefined {
  const ratios = [...numerators].flatMap(([round, value]) => {
    const other = denominators.get(round);
    return other === undefined ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : bootstrap(ratios, median, 1);
}

/** An estimate whose interval follows from its replicates. */
export function estimate(value: number, replicates: readonly number[], units: number): Estimate {
  return { value, ci95: interval95(replicates, units), replicates, units };
}

/** The estimate of f(x), computed from that of x, replicate by replicate. */
export function mapEstimate(from: Estimate, f: (value: number) => number): Estimate {
  return estimate(f(from.value), from.replicates.map(f), from.units);
}

function interval95(replicates: readonly number[], units: number): readonly [number, number] | null {
  if (units < MIN_UNITS) return null;
  const sorted = Float64Array.from(replicates).sort();
  // What is no number is sorted to the end.
  if (Number.isNaN(sorted.at(-1))) return null;
  // A replicate itself, never a value between two: either may be infinite.
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** The standard normal's 97.5 % point. */
const Z_975 = 1.96;

/** Quantiles of the standard normal, one for each replicate. */
const NORMAL: readonly number[] = Array.from({ length: REPLICATES }, (_, i) => probit((i + 0.5) / REPLICATES));

/** Student's t at 97.5 %, for `freedom` degrees of freedom. */
export const studentT = (freedom: number): number => STUDENT_T_975[freedom - 1] ?? Z_975;

/** Student's t at 97.5 % for 1 to 30 degrees of freedom; beyond, the normal's is close. */
const STUDENT_T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The width of the 95 % interval over the value; infinite where there is no interval. */
export function relativeWidth({ value, ci95 }: Estimate): number {
  return ci95 ? (ci95[1] - ci95[0]) / Math.abs(value) : Number.POSITIVE_INFINITY;
}
