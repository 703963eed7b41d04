/**
 * What a record means: every figure that anyone sees of a run is computed here, from raw samples, and never stored.
 * GB is 10⁹ bytes.
 */

import type { ClockKind, Measured, Measurement, RecordBody, Sample } from './schema.ts';
import { type Estimate, mapEstimate, slopeWithinRounds } from './statistics.ts';

/** Duration of one sample by the clock that the run trusted, in ms. */
export function sampleMs(sample: Sample, clock: ClockKind): number {
  return clock === 'timestamp-query' ? (sample.gpuMs ?? Number.NaN) : sample.wallMs;
}

/** Time per dispatch in ms: the slope of region time over region length; undefined where no round has two lengths. */
export function dispatchMs(samples: readonly Sample[], clock: ClockKind): Estimate | undefined {
  return slopeWithinRounds(samples.map((s) => ({ round: s.round, x: s.dispatches, y: sampleMs(s, clock) })));
}

/** Bytes that one dispatch moves at the least, read and written. */
export function dispatchBytes({ work }: Measured): number {
  return work.bytesRead + work.bytesWritten;
}

/** Achieved bandwidth in GB/s: the fewest bytes that the work needs, over the time it took. */
export function bandwidthGBps(m: Measured, clock: ClockKind): Estimate | undefined {
  const ms = dispatchMs(m.samples, clock);
  return ms && mapEstimate(ms, (value) => dispatchBytes(m) / value / 1e6);
}

export function isMeasured(m: Measurement): m is Measured {
  return m.status === 'measured';
}

/** The headline: bandwidth of the largest `stream-read` of the run. */
export function streamingGBps(record: Pick<RecordBody, 'clock' | 'measurements'>): Estimate | undefined {
  const largest = record.measurements
    .filter(isMeasured)
    .filter((m) => m.case.kernel === 'stream-read')
    .sort((a, b) => b.work.bytesRead - a.work.bytesRead)[0];
  return largest && bandwidthGBps(largest, record.clock.trusted);
}
