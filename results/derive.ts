/**
 * What a record means: every figure that anyone sees of a run is computed here, from raw samples, and never stored.
 * GB is 10⁹ bytes.
 */

import { sum } from 'simple-statistics';
import type { Figure } from './figures.ts';
import type {
  ClockInfo,
  ClockKind,
  DecodeMeasurement,
  Measured,
  Measurement,
  Reading,
  RecordBody,
  Sample,
} from './schema.ts';
import {
  driftWithinRounds,
  type Estimate,
  lineWithinRounds,
  mapEstimate,
  outliers,
  pairedRatio,
  type RoundPoint,
  slopesOfRounds,
} from './statistics.ts';

/** Duration of one timed region by the clock that the run trusted, in ms. */
export function sampleMs(sample: Reading, clock: ClockKind): number {
  return clock === 'timestamp-query' ? (sample.gpuMs ?? Number.NaN) : sample.wallMs;
}

/** Two clocks may differ by this share of a region … */
const GPU_OVER_WALL = 0.1;
/** … and by this much in all: a quantum of 65.536 µs at either end, and the wall clock's 100 µs. */
const GPU_OVER_WALL_MS = 0.25;

/**
 * Why a reading cannot be: the trusted clock gave none, zero, less than nothing, or more than the whole of what the host
 * waited. Undefined where it can.
 */
export function impossibility(reading: Reading, trusted: ClockKind): string | undefined {
  const ms = sampleMs(reading, trusted);
  if (!(ms > 0)) return `must be positive by the ${trusted} clock; got ${ms} ms`;
  const { gpuMs, wallMs } = reading;
  const most = wallMs * (1 + GPU_OVER_WALL) + GPU_OVER_WALL_MS;
  return trusted === 'timestamp-query' && gpuMs !== null && gpuMs > most
    ? `the GPU cannot be busy for longer than the region took by the wall clock, ${wallMs} ms; got ${gpuMs} ms`
    : undefined;
}

/**
 * The longest region holds as many steps of its clock, or the clock is coarse: each end is off by up to one of them,
 * so that a region is known to 0.5 % (13 ms, where Chrome's timestamps advance in steps of 65.536 µs).
 */
export const STEPS_PER_REGION = 200;

/** The step in which the trusted clock advances, in ms. */
export function clockStepMs({ trusted, timestampQuantumNs, wallQuantumMs }: ClockInfo): number {
  return trusted === 'timestamp-query' ? (timestampQuantumNs ?? 0) / 1e6 : wallQuantumMs;
}

/** In how many rounds these were taken. */
export const roundsOf = (samples: readonly Sample[]): number => new Set(samples.map(({ round }) => round)).size;

/** Samples as points of a line: region time over region length. */
const pointsOf = (samples: readonly Sample[], clock: ClockKind): RoundPoint[] =>
  samples.map((s) => ({ round: s.round, x: s.dispatches, y: sampleMs(s, clock) }));

/** Time per dispatch in ms: the slope of region time over region length; undefined where no round has two lengths. */
export function dispatchMs(samples: readonly Sample[], clock: ClockKind): Estimate | undefined {
  return lineWithinRounds(pointsOf(samples, clock))?.slope;
}

/** What a region costs by itself, in ms: what is left of its time when its dispatches are none. */
export function regionCostMs(samples: readonly Sample[], clock: ClockKind): Estimate | undefined {
  return lineWithinRounds(pointsOf(samples, clock))?.intercept;
}

/** How many samples lie off the line of all, beyond Tukey's fences. They stay in the record, without weight. */
export function outlierCount(samples: readonly Sample[], clock: ClockKind): number {
  return outliers(pointsOf(samples, clock)).filter(Boolean).length;
}

/**
 * By how much a run's dispatches took longer in its last round than in its first, relative: the mean over its cases,
 * each weighted by how well it is known. One case alone would slow down by chance in every fortieth. Undefined while no
 * case has an interval.
 */
export function runDrift({ clock, measurements }: Pick<RecordBody, 'clock' | 'measurements'>): Figure | undefined {
  const drifts = measurements.filter(isMeasured).flatMap(({ samples }) => {
    const drift = driftWithinRounds(pointsOf(samples, clock.trusted));
    return drift?.ci95 ? [{ value: drift.value, error: Math.max(drift.ci95[1] - drift.value, SMALLEST_ERROR) }] : [];
  });
  if (drifts.length === 0) return undefined;
  const weight = sum(drifts.map(({ error }) => error ** -2));
  const value = sum(drifts.map(({ value, error }) => value / error ** 2)) / weight;
  return { value, ci95: [value - weight ** -0.5, value + weight ** -0.5] };
}

/** Nothing is known better than this. */
const SMALLEST_ERROR = 1e-9;

/** Bytes that one dispatch moves at the least, read and written. */
export function dispatchBytes({ work }: Measured): number {
  return work.bytesRead + work.bytesWritten;
}

/**
 * Achieved bandwidth in GB/s: the fewest bytes that the work needs, over the time it took. Where the noise is so large
 * that no time at all is within the interval, the interval has no upper end; where even the value is none, there is no
 * figure.
 */
export function bandwidthGBps(m: Measured, clock: ClockKind): Estimate | undefined {
  const ms = dispatchMs(m.samples, clock);
  if (!ms || ms.value <= 0) return undefined;
  return mapEstimate(ms, (value) => (value > 0 ? dispatchBytes(m) / value / 1e6 : Number.POSITIVE_INFINITY));
}

/** Whatever has been timed. */
interface Timed {
  readonly samples: readonly Sample[];
}

/**
 * Time per dispatch of `a` over that of `b`, in the rounds that measured both: the median with its interval. Pairing
 * within rounds cancels drift. Undefined where they share no round.
 */
export function timeRatio(a: Timed, b: Timed, clock: ClockKind): Estimate | undefined {
  return pairedRatio(roundMs(a, clock), roundMs(b, clock));
}

/** Bandwidth of `m` over that of `reference`, round by round as `timeRatio`. */
export function bandwidthRatio(m: Measured, reference: Measured, clock: ClockKind): Estimate | undefined {
  const ratio = timeRatio(reference, m, clock);
  return ratio && mapEstimate(ratio, (value) => (value * dispatchBytes(m)) / dispatchBytes(reference));
}

/** Time per dispatch in ms, by round; rounds in which the clock gave nothing that can be used are left out. */
function roundMs({ samples }: Timed, clock: ClockKind): Map<number, number> {
  return new Map([...slopesOfRounds(pointsOf(samples, clock))].filter(([, ms]) => ms > 0));
}

/** All that a run was to measure: cases of kernels, and decode steps. */
export const casesOf = ({
  measurements,
  decode = [],
}: Pick<RecordBody, 'measurements' | 'decode'>): readonly (Measurement | DecodeMeasurement)[] => [
  ...measurements,
  ...decode,
];

export function isMeasured(m: Measurement): m is Measured {
  return m.status === 'measured';
}

/** Bandwidth over how many bytes are read again and again: where it falls, a cache ends. */
export interface CachePoint {
  readonly workingSetBytes: number;
  readonly gbps: Estimate;
}

/** Is this a point of the sweep over working sets? */
export function isOfCurve(m: Measurement): m is Measured & { readonly workingSetBytes: number } {
  return isMeasured(m) && m.workingSetBytes !== undefined;
}

/** The sweep over working sets, ascending; empty where the run had none. */
export function cacheCurve(record: Pick<RecordBody, 'clock' | 'measurements'>): CachePoint[] {
  const points = record.measurements.filter(isOfCurve).flatMap((m): CachePoint[] => {
    const gbps = bandwidthGBps(m, record.clock.trusted);
    return gbps ? [{ workingSetBytes: m.workingSetBytes, gbps }] : [];
  });
  return points.sort((a, b) => a.workingSetBytes - b.workingSetBytes);
}

/** The largest `stream-read` of the run: the ceiling that the rest is judged against. */
export function largestStream({ measurements }: Pick<RecordBody, 'measurements'>): Measured | undefined {
  return measurements
    .filter(isMeasured)
    .filter((m) => m.case.kernel === 'stream-read')
    .sort((a, b) => b.work.bytesRead - a.work.bytesRead)[0];
}

/** The headline: bandwidth of the largest `stream-read` of the run. */
export function streamingGBps(record: Pick<RecordBody, 'clock' | 'measurements'>): Estimate | undefined {
  const largest = largestStream(record);
  return largest && bandwidthGBps(largest, record.clock.trusted);
}

/** Is this one matrix times the vector of one token? */
export function isPlainGemv({ case: { kernel, params } }: Measurement): boolean {
  return kernel === 'gemv' && (params.batch ?? 1) === 1 && params.form !== 'gate-up';
}

/**
 * The share of a matrix–vector product's time that its bytes take at the ceiling, in the same rounds: near 1 where
 * memory sets the speed, less where something else does. Of the largest f16 matrix, by its fastest variant.
 */
export function memoryShare(record: Pick<RecordBody, 'clock' | 'measurements'>): Estimate | undefined {
  const { trusted } = record.clock;
  const ceiling = largestStream(record);
  const products = record.measurements
    .filter(isMeasured)
    .filter((m) => isPlainGemv(m) && m.case.params.format === 'f16');
  const largest = Math.max(...products.map(({ work }) => work.bytesRead));
  return products
    .filter(({ work }) => work.bytesRead === largest)
    .flatMap((m) => (ceiling && bandwidthRatio(m, ceiling, trusted)) ?? [])
    .sort((a, b) => b.value - a.value)[0];
}
