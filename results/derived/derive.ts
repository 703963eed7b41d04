/**
 * Figures of a record. Every figure that is shown of a run is computed here, from raw samples, and never stored. GB is
 * 10⁹ bytes.
 */

import { median, sum } from 'simple-statistics';
import { maxOf } from '../lists.ts';
import { bytesMoved } from '../record/cases.ts';
import type { ClockInfo, ClockKind, Measured, Measurement, Reading, RecordBody, Sample } from '../record/schema.ts';
import {
  driftOf,
  type Estimate,
  lineWithinRounds,
  mapEstimate,
  meanOfRounds,
  meanSlope,
  outliers,
  pairedRatio,
  type RoundPoint,
  roundLines,
  slopesOfRounds,
} from '../statistics.ts';
import type { Figure } from '../text/figures.ts';
import { remembered } from './remembered.ts';

/** The duration of one timed region by the trusted clock, in ms. */
export function sampleMs(sample: Reading, clock: ClockKind): number {
  return clock === 'timestamp-query' ? (sample.gpuMs ?? Number.NaN) : sample.wallMs;
}

/** Maximum share of a region by which the GPU's clock may exceed the wall clock. */
const GPU_OVER_WALL = 0.1;
/** Further tolerance between the two clocks, in ms: a quantum of 65.536 µs at either end. */
const GPU_OVER_WALL_MS = 0.15;
/** The step of the wall clock that is allowed for, in ms, even if it is finer. */
const MIN_WALL_QUANTUM_MS = 0.1;

/**
 * Says why a reading is impossible: the trusted clock gave no time, none above zero, or more than the host waited.
 * Returns undefined for a possible reading.
 *
 * @param wallQuantumMs The step of the wall clock. Default: fine.
 */
export function impossibility(reading: Reading, trusted: ClockKind, wallQuantumMs = 0): string | undefined {
  if (trusted === 'timestamp-query' && reading.gpuMs === null)
    return 'must have gpuMs where timestamps are trusted; got null';
  const ms = sampleMs(reading, trusted);
  if (!(ms > 0)) return `must be positive by the ${trusted} clock; got ${ms} ms`;
  const { gpuMs, wallMs } = reading;
  const most = wallMs * (1 + GPU_OVER_WALL) + GPU_OVER_WALL_MS + Math.max(MIN_WALL_QUANTUM_MS, wallQuantumMs);
  return trusted === 'timestamp-query' && gpuMs !== null && gpuMs > most
    ? `the GPU cannot be busy for longer than the region took by the wall clock, ${wallMs} ms; got ${gpuMs} ms`
    : undefined;
}

/**
 * The minimum of clock steps in a case's longest region; with fewer, the clock counts as coarse. Either end of a region
 * is off by up to one step, so 200 steps give its time to 0.5 %. With Chrome's timestamps, which advance in steps of
 * 65.536 µs, that takes 13 ms.
 */
export const STEPS_PER_REGION = 200;

/**
 * The step in which the trusted clock advances, in ms. The wall clock shows the end of a region only when the host
 * learns of it.
 */
export function clockStepMs({ trusted, timestampQuantumNs, wallQuantumMs, completionMs }: ClockInfo): number {
  return trusted === 'timestamp-query' ? (timestampQuantumNs ?? 0) / 1e6 : Math.max(wallQuantumMs, completionMs ?? 0);
}

/** The number of rounds in which samples were taken. */
export const roundsOf = (samples: readonly Sample[]): number => new Set(samples.map(({ round }) => round)).size;

/** Samples as points of a line: region time in ms over region length in dispatches. */
export const pointsOf = (samples: readonly Sample[], clock: ClockKind): RoundPoint[] =>
  samples.map((s) => ({ round: s.round, x: s.dispatches, y: sampleMs(s, clock) }));

/** What the samples of a case give. Labels, figures and law all ask for the same lines, ten times and more. */
const fitted = remembered((samples: readonly Sample[], clock: ClockKind) => {
  const points = pointsOf(samples, clock);
  const out = outliers(points);
  return { points, out, lines: roundLines(points, undefined, out) };
});

/**
 * The time per dispatch, in ms: the slope of region time over region length. Undefined where no round has two lengths.
 */
export const dispatchMs = remembered((samples: readonly Sample[], clock: ClockKind): Estimate | undefined =>
  meanSlope(fitted(samples, clock).lines),
);

/** The points of samples without the outliers. */
export function inliersOf(samples: readonly Sample[], clock: ClockKind): RoundPoint[] {
  const { points, out } = fitted(samples, clock);
  return points.filter((_, i) => !out[i]);
}

/**
 * The number of outliers: samples beyond Tukey's fences about the line of all. They stay in the record, without weight.
 */
export function outlierCount(samples: readonly Sample[], clock: ClockKind): number {
  return fitted(samples, clock).out.filter(Boolean).length;
}

/**
 * The drift of a run: how much longer its dispatches took in the last round than in the first, relative. It is the mean
 * over all cases, each weighted by its precision; by chance alone, one case in forty seems to slow down. Undefined
 * while no case has an interval.
 */
export function runDrift({ clock, measurements }: Pick<RecordBody, 'clock' | 'measurements'>): Figure | undefined {
  return weightedMean(
    measurements.filter(isMeasured).flatMap(({ samples }) => driftOf(fitted(samples, clock.trusted).lines) ?? []),
  );
}

/** The mean of estimates that have an interval, each weighted by its precision; undefined without any. */
export function weightedMean(estimates: readonly Estimate[]): Figure | undefined {
  const known = estimates.flatMap(({ value, ci95 }) =>
    ci95 ? [{ value, error: Math.max((ci95[1] - ci95[0]) / 2, MIN_ERROR) }] : [],
  );
  if (known.length === 0) return undefined;
  const weight = sum(known.map(({ error }) => error ** -2));
  const value = sum(known.map(({ value, error }) => value / error ** 2)) / weight;
  return { value, ci95: [value - weight ** -0.5, value + weight ** -0.5] };
}

/** Minimum error of an estimate, so that no weight is infinite. */
const MIN_ERROR = 1e-9;

/** The minimum of bytes that one dispatch moves: read and written. */
export const dispatchBytes = ({ work }: Measured): number => bytesMoved(work);

/**
 * The achieved bandwidth in GB/s: the minimum of bytes that the work must move, over the time it took. If the
 * interval of the time reaches zero, that of the bandwidth has no upper end. Undefined where the time is not positive.
 */
export function bandwidthGBps(m: Measured, clock: ClockKind): Estimate | undefined {
  const ms = dispatchMs(m.samples, clock);
  if (!ms || ms.value <= 0) return undefined;
  return mapEstimate(ms, (value) => (value > 0 ? dispatchBytes(m) / value / 1e6 : Number.POSITIVE_INFINITY));
}

/** A kernel's case or a decode step with samples. */
interface Timed {
  readonly samples: readonly Sample[];
}

/**
 * The time per dispatch of `a` over that of `b`, round by round (`pairedRatio`); undefined where they share no round.
 */
export function timeRatio(a: Timed, b: Timed, clock: ClockKind): Estimate | undefined {
  return pairedRatio(roundMs(a, clock), roundMs(b, clock));
}

/** The bandwidth of `m` over that of `reference`, round by round as `timeRatio`. */
export function bandwidthRatio(m: Measured, reference: Measured, clock: ClockKind): Estimate | undefined {
  const ratio = timeRatio(reference, m, clock);
  return ratio && mapEstimate(ratio, (value) => (value * dispatchBytes(m)) / dispatchBytes(reference));
}

/** The time per dispatch in ms, by round. Rounds without a positive time are left out. */
export function roundMs({ samples }: Timed, clock: ClockKind): Map<number, number> {
  const { lines } = fitted(samples, clock);
  return new Map(lines.flatMap(({ round, slope }): [number, number][] => (slope > 0 ? [[round, slope]] : [])));
}

export function isMeasured(m: Measurement): m is Measured {
  return m.status === 'measured';
}

/** A point of the cache curve: the bandwidth of reading the same working set again and again. */
export interface CachePoint {
  readonly workingSetBytes: number;
  readonly gbps: Estimate;
}

/** Whether a measurement is a point of the sweep over working sets. */
export function isOfCurve(m: Measurement): m is Measured & { readonly workingSetBytes: number } {
  return isMeasured(m) && m.workingSetBytes !== undefined;
}

/**
 * The cache curve: the sweep over working sets, ascending by size. Empty for a run without one. It is the same list each
 * time that it is asked of the same measurements.
 */
export const cacheCurve = ({
  measurements,
  clock,
}: Pick<RecordBody, 'clock' | 'measurements'>): readonly CachePoint[] => curveOf(measurements, clock.trusted);

const curveOf = remembered((measurements: readonly Measurement[], clock: ClockKind): readonly CachePoint[] => {
  const points = measurements.filter(isOfCurve).flatMap((m): CachePoint[] => {
    const gbps = bandwidthGBps(m, clock);
    return gbps ? [{ workingSetBytes: m.workingSetBytes, gbps }] : [];
  });
  return points.sort((a, b) => a.workingSetBytes - b.workingSetBytes);
});

/** The `stream-read` measurements of a run, the largest first. */
const streamsOf = ({ measurements }: Pick<RecordBody, 'measurements'>): Measured[] =>
  measurements
    .filter(isMeasured)
    .filter((m) => m.case.kernel === 'stream-read')
    .sort((a, b) => b.work.bytesRead - a.work.bytesRead);

/**
 * The largest `stream-read` over the whole pool. A dispatch of another kernel is compared with it, since both pay for
 * one launch.
 */
export function largestStream(record: Pick<RecordBody, 'measurements'>): Measured | undefined {
  return streamsOf(record).find((m) => m.case.withinBytes === undefined);
}

/** The same dispatches as `largest`, over a part of the pool; undefined where the run has none. */
export function streamWithin(record: Pick<RecordBody, 'measurements'>, largest: Measured): Measured | undefined {
  return streamsOf(record).find(
    (m) => m.case.withinBytes !== undefined && isSameLayout(m, largest) && dispatchBytes(m) === dispatchBytes(largest),
  );
}

/** Whether two measurements of a kernel are of one variant and one tuning. */
function isSameLayout({ case: a }: Measured, { case: b }: Measured): boolean {
  const names = Object.keys(a.tuning);
  return (
    a.variant === b.variant &&
    names.length === Object.keys(b.tuning).length &&
    names.every((name) => a.tuning[name] === b.tuning[name])
  );
}

/** The read line T = a + bytes/β, through the sizes of `stream-read`. */
export interface ReadLine {
  /** β in GB/s: the read ceiling, without launches. */
  readonly gbps: Estimate;
  /** a in ms: the launch cost, which a dispatch takes whatever it reads. */
  readonly launchMs: Estimate;
  /** The bytes of each size, ascending: two or three. */
  readonly sizes: readonly number[];
  /**
   * How far the middle size lies from the line through the others, relative to its time; undefined for two sizes. β is
   * about as uncertain.
   */
  readonly bend: Estimate | undefined;
  /** 1/β in ms per byte, by round. */
  readonly msPerByte: ReadonlyMap<number, number>;
}

/**
 * The smallest size on the read line, as a share of the largest. Smaller dispatches may not fill a large GPU, and take
 * times of another line.
 */
const MIN_LINE_SHARE = 1 / 4;

/** The maximum of sizes on the read line, the largest ones: the engine plans three. */
const MAX_LINE_SIZES = 8;

/**
 * The read line, over the rounds that all sizes share, so that drift cancels. Sizes are weighted by 1/T², since the
 * noise of a time grows with it.
 *
 * @returns undefined for one size, as in records of version 1; or where more bytes do not take longer
 */
export function readLine(record: Pick<RecordBody, 'clock' | 'measurements'>): ReadLine | undefined {
  const through = readPoints(record);
  const line = through && lineWithinRounds(through.points, through.weightOf);
  if (!line || !(line.slope.value > 0)) return undefined;
  const { sizes, rounds, points, weightOf } = through;
  const [small, middle, large] = sizes;
  const bends = new Map(
    small && middle && large
      ? rounds.map((round) => {
          const share = (middle.bytes - small.bytes) / (large.bytes - small.bytes);
          const straight = atRound(small, round) + share * (atRound(large, round) - atRound(small, round));
          return [round, atRound(middle, round) / straight - 1];
        })
      : [],
  );
  return {
    gbps: gbpsOf(line.slope),
    launchMs: line.intercept,
    sizes: sizes.map(({ bytes }) => bytes),
    bend: meanOfRounds(bends, BEND_SEED),
    msPerByte: slopesOfRounds(points, weightOf),
  };
}

/** The rate of a slope in ms per byte. */
const gbpsOf = (slope: Estimate): Estimate =>
  mapEstimate(slope, (ms) => (ms > 0 ? 1 / ms / 1e6 : Number.POSITIVE_INFINITY));

/** A size on the read line, with its time by round. */
interface ReadSize {
  readonly bytes: number;
  readonly ms: ReadonlyMap<number, number>;
}

const atRound = ({ ms }: ReadSize, round: number): number => ms.get(round) as number;

/** The points that the read line goes through, and their weight; undefined without any. */
function readPoints(record: Pick<RecordBody, 'clock' | 'measurements'>) {
  const largest = largestStream(record);
  if (!largest) return undefined;
  const sizes = streamsOf(record)
    .filter((m) => m.case.withinBytes === undefined && isSameLayout(m, largest))
    .filter((m) => m.work.bytesRead >= MIN_LINE_SHARE * largest.work.bytesRead)
    .slice(0, MAX_LINE_SIZES)
    .map((m) => ({ bytes: dispatchBytes(m), ms: roundMs(m, record.clock.trusted) }))
    .reverse();
  const rounds = [...(sizes[0]?.ms.keys() ?? [])].filter((round) => sizes.every(({ ms }) => ms.has(round)));
  if (rounds.length === 0) return undefined;
  const points = rounds.flatMap((round) => sizes.map((size) => ({ round, x: size.bytes, y: atRound(size, round) })));
  const typical = new Map(sizes.map((size) => [size.bytes, median(rounds.map((round) => atRound(size, round)))]));
  const weightOf = (bytes: number) => (typical.get(bytes) ?? Number.NaN) ** -2;
  return { sizes, rounds, points, weightOf };
}

/** Seed of a bend's replicates. */
const BEND_SEED = 4;

/**
 * The headline figure, in GB/s: β of the read line. Without a line, it is the bandwidth of the largest read, with its
 * launch in it.
 */
export function streamingGBps(record: Pick<RecordBody, 'clock' | 'measurements'>): Estimate | undefined {
  // The slope of `readLine`, without what else that finds.
  const through = readPoints(record);
  const slope = through && meanSlope(roundLines(through.points, through.weightOf));
  if (slope && slope.value > 0) return gbpsOf(slope);
  const largest = largestStream(record);
  return largest && bandwidthGBps(largest, record.clock.trusted);
}

/** Whether a measurement is a plain GEMV: one matrix times the vector of one token. */
export function isPlainGemv({ case: { kernel, params } }: Measurement): boolean {
  return kernel === 'gemv' && (params.batch ?? 1) === 1 && params.form !== 'gate-up';
}

/**
 * The memory share: the part of a matrix–vector product's time that its bytes would take at the ceiling, by the same
 * rounds. It is near 1 where memory sets the speed, and less where something else does. The product is that of the
 * largest f16 matrix, by its fastest variant.
 */
export function memoryShare(record: Pick<RecordBody, 'clock' | 'measurements'>): Estimate | undefined {
  return largestProducts(record)[0]?.share;
}

/** The product that the memory share is of. */
export function largestProduct(record: Pick<RecordBody, 'clock' | 'measurements'>): Measured | undefined {
  return largestProducts(record)[0]?.product;
}

/** The maximum of products of one matrix that are compared: the engine plans one in each variant and tuning. */
const MAX_PRODUCTS = 32;

/** The products of the largest f16 matrix beside the ceiling, the fastest variant first. */
function largestProducts(record: Pick<RecordBody, 'clock' | 'measurements'>) {
  const { trusted } = record.clock;
  const ceiling = largestStream(record);
  const products = record.measurements
    .filter(isMeasured)
    .filter((m) => isPlainGemv(m) && m.case.params.format === 'f16');
  const largest = maxOf(products.map(({ work }) => work.bytesRead));
  return products
    .filter(({ work }) => work.bytesRead === largest)
    .slice(0, MAX_PRODUCTS)
    .flatMap((product) => {
      const share = ceiling && bandwidthRatio(product, ceiling, trusted);
      return share ? [{ product, share }] : [];
    })
    .sort((a, b) => b.share.value - a.share.value);
}
