/**
 * The headline of a run: the read ceiling, what a launch costs besides, and how far a cache may have raised the rate.
 *
 * A statistical interval cannot hold that last error, since a cache helps in every round alike. It is bounded by two
 * arguments, neither of which asks how the cache replaces its lines. Let a scan through S bytes, again and again, take
 * 1/g(S) for a byte, and 1/g of memory itself. The time that a cache saves in one scan is S·(1/g − 1/g(S)). It never
 * grows with S, once S exceeds the cache: the more comes in between, the less is kept (optimal replacement keeps as
 * much: L. A. Belady, IBM Systems Journal 5(2), 1966; all others keep less). So for S below the rotation R,
 *
 *     1/g  ≤  1/g(R) + S/(R − S) · (1/g(R) − 1/g(S))
 *
 * with equality where the cache keeps as many bytes of either scan. S is the knee of the cache curve, and half of the
 * pool, over which the ceiling is measured as well.
 */

import type { Measured, RecordBody } from '../record/schema.ts';
import { type Estimate, meanOfRounds } from '../statistics.ts';
import { type Figure, type FigureText, figureOf, msFigureText, msText } from '../text/figures.ts';
import { type Caches, CERTAIN_TIMES, cachesOf, coldFromBytes, maxCacheBytes } from './caches.ts';
import { COLD_TIMES } from './cold.ts';
import {
  type CachePoint,
  cacheCurve,
  dispatchBytes,
  largestStream,
  type ReadLine,
  readLine,
  roundMs,
  streamingGBps,
  streamWithin,
} from './derive.ts';

/**
 * The source of the headline's bytes. `memory`: at least 16 caches lie between two reads of a byte. `mostly-memory`: the
 * rotation is cold, so that at most about a quarter comes from a cache. `maybe-cache`: it is not. A run can prove that no
 * cache helped, but not that one did.
 */
export type StreamOf = 'memory' | 'mostly-memory' | 'maybe-cache';

export interface Headline {
  /** The read ceiling in GB/s (`streamingGBps`). */
  readonly gbps: Estimate;
  /** The read line; undefined where the run has none, and the launch is in `gbps`. */
  readonly line: ReadLine | undefined;
  readonly of: StreamOf;
  /**
   * The systematic error: the rate that memory has at least, in GB/s, however much a cache has helped. It is the lower
   * end of the interval, or below. Null where nothing bounds it, or where there is no interval.
   */
  readonly downToGBps: number | null;
}

/** A headline without replicates. */
export interface HeadlineFigures extends Pick<Headline, 'of' | 'downToGBps'> {
  readonly gbps: Figure;
  /** Undefined where the launch is in `gbps`. */
  readonly launchMs: Figure | undefined;
}

export const figuresOf = ({ gbps, line, of, downToGBps }: Headline): HeadlineFigures => ({
  ...{ of, downToGBps },
  gbps: figureOf(gbps),
  launchMs: line && figureOf(line.launchMs),
});

/** A systematic error below this share of the rate is not worth words. */
const MIN_SHOWN = 0.005;

/** The end of the systematic error, where it lies far enough below the interval to be shown; undefined elsewhere. */
export const shownDownTo = ({ gbps: { value, ci95 }, downToGBps }: HeadlineFigures): number | undefined =>
  ci95 && downToGBps !== null && ci95[0] - downToGBps > MIN_SHOWN * value ? downToGBps : undefined;

/**
 * The launch cost as text, its unit with the value: `3.10 µs`, and `3.02 – 3.18`. Where it may be nothing, `at most
 * 210 ns` without an interval.
 */
export function launchText(launchMs: Figure): Omit<FigureText, 'unit'> {
  const { ci95 } = launchMs;
  if (ci95 && ci95[0] <= 0) {
    return ci95[1] > 0 ? { value: `at most ${msText(ci95[1])}`, interval: undefined } : NO_LAUNCH;
  }
  if (launchMs.value <= 0) return NO_LAUNCH;
  const { value, interval, unit } = msFigureText(launchMs);
  return { value: `${value} ${unit}`, interval };
}

const NO_LAUNCH = { value: 'too little to measure', interval: undefined };

type Body = Pick<RecordBody, 'clock' | 'measurements'>;

/** The source of the bytes of a record's headline; undefined where there is no headline. */
export function streamOf(record: Body): StreamOf | undefined {
  const stream = largestStream(record);
  if (!stream) return undefined;
  const { rotationBytes } = stream;
  if (rotationBytes >= CERTAIN_TIMES * maxCacheBytes(cachesOf(cacheCurve(record)))) return 'memory';
  return rotationBytes >= coldFrom(record) ? 'mostly-memory' : 'maybe-cache';
}

/**
 * The minimum rotation of a figure of memory, in bytes. Where the cache curve is too short or too noisy to find caches,
 * half of the pool may show that none helps: then it is the rotation from which at most a quarter comes from one, like
 * four times a cache.
 */
export function coldFrom(record: Body): number {
  const caches = cachesOf(cacheCurve(record));
  const byCurve = coldFromBytes(caches);
  const largest = largestStream(record);
  if (!largest || caches?.end === 'memory' || caches?.end === 'falling') return byCurve;
  const half = streamWithin(record, largest);
  const line = readLine(record);
  const bound = boundByHalf(record, largest, line, maxCacheBytes(caches));
  const gbps = streamingGBps(record);
  if (!half || !bound || !gbps) return byCurve;
  const helped = 1 - bound[0] / gbps.value;
  return Math.min(byCurve, Math.max(half.rotationBytes, COLD_TIMES * helped * largest.rotationBytes));
}

/** The headline of a record, or of a run so far; undefined before a read was measured. */
export function headlineOf(record: Body): Headline | undefined {
  const [largest, of, line] = [largestStream(record), streamOf(record), readLine(record)];
  const gbps = streamingGBps(record);
  if (!largest || !of || !gbps) return undefined;
  return { gbps, line, of, downToGBps: gbps.ci95 && downTo(record, gbps.ci95, largest, line) };
}

/** The larger of the two bounds, unless they contradict each other. */
function downTo(
  record: Body,
  [low]: readonly [number, number],
  largest: Measured,
  line: ReadLine | undefined,
): number | null {
  const curve = cacheCurve(record);
  const caches = cachesOf(curve);
  const byKnee = boundByKnee(curve, caches, largest, low);
  const byHalf = boundByHalf(record, largest, line, maxCacheBytes(caches));
  if (!byHalf) return byKnee;
  // Half of the pool may show a cache that the curve did not: then the knee is too small.
  const bound = byKnee === null || byHalf[1] < byKnee ? byHalf[0] : Math.max(byKnee, byHalf[0]);
  return Math.min(bound, low);
}

/** 1/g by the rates of two scans, as times of a byte. @param share S/R */
const ofMemory = (whole: number, part: number, share: number): number => whole + (share / (1 - share)) * (whole - part);

/**
 * The bound by the knee, in GB/s: the rate of a scan as large as the knee, by the cache curve. A cache that does not
 * show may be infinitely fast. Null where it may hold the whole rotation.
 */
function boundByKnee(
  curve: readonly CachePoint[],
  caches: Caches | undefined,
  { rotationBytes }: Measured,
  low: number,
): number | null {
  const share = maxCacheBytes(caches) / rotationBytes;
  if (!(share < 1)) return null;
  const knee = curve.find(({ workingSetBytes }) => workingSetBytes === caches?.kneeBytes)?.gbps.ci95;
  const last = curve.findLast(({ gbps }) => gbps.ci95 !== null)?.gbps.ci95;
  // The curve's kernel has rates of its own: only their ratio counts.
  const times = knee && last && caches?.end === 'memory' ? knee[1] / last[0] : Number.POSITIVE_INFINITY;
  return 1 / ofMemory(1 / low, 1 / low / times, share);
}

/** Seed of the replicates of the bound by half of the pool. */
const HALF_SEED = 5;

/**
 * The interval of the bound by half of the pool, in GB/s. If half is read more slowly than the whole, something else
 * than a cache tells them apart, such as their place in memory. It may hide a cache as well, so the difference counts
 * whatever its sign.
 *
 * @returns undefined where half of the pool was not measured, or may fit a cache
 */
function boundByHalf(
  record: Body,
  largest: Measured,
  line: ReadLine | undefined,
  cacheBytes: number,
): readonly [number, number] | undefined {
  const half = streamWithin(record, largest);
  if (!half || half.rotationBytes >= largest.rotationBytes || half.rotationBytes < cacheBytes) return undefined;
  const { trusted } = record.clock;
  const bytes = dispatchBytes(largest);
  const share = half.rotationBytes / largest.rotationBytes;
  const [ofWhole, ofHalf] = [roundMs(largest, trusted), roundMs(half, trusted)];
  const rounds = [...ofWhole].flatMap(([round, wholeMs]) => {
    const [halfMs, msPerByte] = [ofHalf.get(round), line ? line.msPerByte.get(round) : wholeMs / bytes];
    return halfMs === undefined || msPerByte === undefined
      ? []
      : [{ round, msPerByte, differs: (wholeMs - halfMs) / bytes }];
  });
  const sign = Math.sign(
    meanOfRounds(new Map(rounds.map(({ round, differs }) => [round, differs])), HALF_SEED)?.value ?? 0,
  );
  const times = new Map(
    rounds.map(({ round, msPerByte, differs }) => [round, ofMemory(msPerByte, msPerByte - sign * differs, share)]),
  );
  const interval = meanOfRounds(times, HALF_SEED)?.ci95;
  return interval && interval[0] > 0 ? [1 / interval[1] / 1e6, 1 / interval[0] / 1e6] : undefined;
}
