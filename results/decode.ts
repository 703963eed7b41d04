/** What the decode steps of a record mean: time of a step, tokens per second, bandwidth. GB is 10⁹ bytes. */

import { dispatchMs } from './derive.ts';
import type { ClockKind, DecodeMeasured, DecodeMeasurement } from './schema.ts';
import { type Estimate, mapEstimate } from './statistics.ts';

export function isTimedStep(m: DecodeMeasurement): m is DecodeMeasured {
  return m.status === 'measured';
}

export interface StepFigures {
  /** Time of a step in ms: the slope of region time over steps. */
  readonly stepMs: Estimate;
  /** Tokens per second and user: each has one of every step. */
  readonly perUser: Estimate;
  /** Tokens per second of all users together. */
  readonly tokensPerSecond: Estimate;
  /** The fewest bytes that a step reads and writes over its time, in GB/s. */
  readonly gbps: Estimate;
}

/** Undefined where the samples give no time. */
export function stepFigures(m: DecodeMeasured, clock: ClockKind): StepFigures | undefined {
  const stepMs = dispatchMs(m.samples, clock);
  if (!stepMs || stepMs.value <= 0) return undefined;
  const rate = (amount: number) => mapEstimate(stepMs, (ms) => (ms > 0 ? amount / ms : Number.POSITIVE_INFINITY));
  return {
    stepMs,
    perUser: rate(1000),
    tokensPerSecond: rate(1000 * m.case.batch),
    gbps: rate((m.work.bytesRead + m.work.bytesWritten) / 1e6),
  };
}
