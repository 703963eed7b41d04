/**
 * The statistics that every figure goes through: a robust slope over timed regions, and bootstrap intervals.
 * Pure and seeded: the same samples give the same figures everywhere.
 */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { cumulativeStdNormalProbability, quantileSorted } from 'simple-statistics';

/** A figure with its 95 % interval, and the bootstrap replicates that further figures are computed from. */
export interface Estimate {
  readonly value: number;
  /** Null where the data are too few to say. */
  readonly ci95: readonly [number, number] | null;
  readonly replicates: readonly number[];
  /** Independent units behind it: rounds of samples, or points of a fit. */
  readonly units: number;
}

/** Bootstrap replicates behind every interval: enough for the 2.5 % tails, few enough to recompute as samples arrive. */
export const REPLICATES = 400;

/** Fewer independent units than this give no interval. */
export const FEWEST_UNITS = 3;

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

/** One point of a slope: something (y) that took or gave so much at a length (x), in a round. */
export interface RoundPoint {
  readonly round: number;
  readonly x: number;
  readonly y: number;
}

/**
 * y per x: the weighted median of the slopes between points of different length *of the same round*, weighted by
 * their difference in length. With x dispatches and y the time of a region it is the time per dispatch: differences
 * cancel the fixed cost of a region, pairing within a round cancels drift between rounds, and the median ignores
 * stalls. (Theil–Sen, after P. K. Sen, JASA 63, 1968.)
 *
 * The interval resamples whole rounds.
 *
 * @returns undefined where no round has two lengths.
 */
export function slopeWithinRounds(points: readonly RoundPoint[], seed = 1): Estimate | undefined {
  const rounds = [...groupBy(points, (p) => p.round).values()].map(slopesWithin).filter((s) => s.length > 0);
  if (rounds.length === 0) return undefined;
  // Sorted once: a replicate is the same slopes, each as heavy as its round was drawn often.
  const slopes = rounds
    .flatMap((within, round) => within.map((s) => ({ ...s, round })))
    .sort((a, b) => a.slope - b.slope);
  const median = (drawn: readonly number[]): number => {
    const times = new Array<number>(rounds.length).fill(0);
    for (const round of drawn) times[round] = (times[round] ?? 0) + 1;
    return weightedMedian(slopes, (s) => s.weight * (times[s.round] ?? 0));
  };
  return bootstrap([...rounds.keys()], median, seed);
}

function slopesWithin(points: readonly RoundPoint[]): { readonly slope: number; readonly weight: number }[] {
  return points.flatMap((a, i) =>
    points
      .slice(i + 1)
      .filter((b) => b.x !== a.x)
      .map((b) => ({ slope: (b.y - a.y) / (b.x - a.x), weight: Math.abs(b.x - a.x) })),
  );
}

/** The slope with as much weight below it as above, of slopes in ascending order. */
function weightedMedian<S extends { readonly slope: number }>(sorted: readonly S[], weight: (s: S) => number): number {
  let total = 0;
  for (const s of sorted) total += weight(s);
  let below = 0;
  let lower: number | undefined;
  for (const s of sorted) {
    const w = weight(s);
    if (w === 0) continue;
    if (lower !== undefined) return (lower + s.slope) / 2;
    below += w;
    if (below > total / 2) return s.slope;
    if (below === total / 2) lower = s.slope;
  }
  return lower ?? Number.NaN;
}

/** `statistic` of `units`, with replicates over units drawn with replacement. */
export function bootstrap<T>(units: readonly T[], statistic: (units: readonly T[]) => number, seed: number): Estimate {
  const random = randomSource(seed);
  const replicates: number[] = [];
  for (let i = 0; i < REPLICATES; i++) {
    replicates.push(statistic(units.map(() => units[random.below(units.length)] as T)));
  }
  return estimate(statistic(units), replicates, units.length);
}

/** An estimate from its replicates. */
export function estimate(value: number, replicates: readonly number[], units: number): Estimate {
  return { value, ci95: interval95(replicates, units), replicates, units };
}

/** A figure computed from an estimate, replicate by replicate. */
export function mapEstimate(from: Estimate, f: (value: number) => number): Estimate {
  return estimate(f(from.value), from.replicates.map(f), from.units);
}

/**
 * The expanded percentile interval: percentiles of few units are too narrow, so the tails are moved out to
 * Φ(−t·√(n/(n−1))). Source: T. Hesterberg, "What Teachers Should Know About the Bootstrap", 2015, §5.3.
 */
function interval95(replicates: readonly number[], units: number): readonly [number, number] | null {
  if (units < FEWEST_UNITS || replicates.some((r) => Number.isNaN(r))) return null;
  const sorted = [...replicates].sort((a, b) => a - b);
  const t = STUDENT_T_975[Math.min(units - 1, STUDENT_T_975.length) - 1] ?? 1.96;
  const tail = cumulativeStdNormalProbability(-t * Math.sqrt(units / (units - 1)));
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** As simple-statistics has it, which finds no number between two infinities. */
function quantile(sorted: readonly number[], p: number): number {
  const between = quantileSorted([...sorted], p);
  return Number.isNaN(between) ? Number.POSITIVE_INFINITY : between;
}

/** Student's t at 97.5 % for 1 … 30 degrees of freedom; beyond, the last stands. */
const STUDENT_T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Width of the 95 % interval over the value; infinite where there is no interval. */
export function relativeWidth({ value, ci95 }: Estimate): number {
  return ci95 ? (ci95[1] - ci95[0]) / Math.abs(value) : Number.POSITIVE_INFINITY;
}

export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return groups;
}
