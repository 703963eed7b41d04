/** Figures of a record's decode steps: time of a step, tokens per second, bandwidth. GB is 10⁹ bytes. */

import { bytesMoved } from '../record/cases.ts';
import type { ClockKind, DecodeMeasured, DecodeMeasurement } from '../record/schema.ts';
import { type Estimate, mapEstimate } from '../statistics.ts';
import { dispatchMs } from './derive.ts';

export function isTimedStep(m: DecodeMeasurement): m is DecodeMeasured {
  return m.status === 'measured';
}

/** The minimum of bytes that a step reads and writes. */
export const stepBytes = ({ work }: DecodeMeasured): number => bytesMoved(work);

export interface StepFigures {
  /** Time of a step, in ms: the slope of region time over steps. */
  readonly stepMs: Estimate;
  /** Tokens per second of one user, who gets one token of every step. */
  readonly perUser: Estimate;
  /** Tokens per second of all users together. */
  readonly tokensPerSecond: Estimate;
  /** Bandwidth in GB/s: `stepBytes` over the time of a step. */
  readonly gbps: Estimate;
}

/**
 * The step whose tokens/s a run is known by: the first one that a person asked for and that has figures. Sentence, list,
 * badge and headline all name it, so that no two of them speak of different models.
 *
 * @param figuresOf the figures of a step by its place; undefined where it has none
 */
export function headlineStep<F>(
  decode: readonly DecodeMeasurement[],
  figuresOf: (m: DecodeMeasured, index: number) => F | undefined,
): { readonly m: DecodeMeasured; readonly figures: F } | undefined {
  for (const [index, m] of decode.entries()) {
    if (!isTimedStep(m) || m.case.experiment) continue;
    const figures = figuresOf(m, index);
    if (figures) return { m, figures };
  }
  return undefined;
}

/** The figures of a step; undefined where the samples give no time. */
export function stepFigures(m: DecodeMeasured, clock: ClockKind): StepFigures | undefined {
  const stepMs = stepMsOf(m, clock);
  return (
    stepMs && {
      stepMs,
      perUser: rate(1000, stepMs),
      tokensPerSecond: rate(1000 * m.case.batch, stepMs),
      gbps: rate(stepBytes(m) / 1e6, stepMs),
    }
  );
}

/** Tokens per second of all users together, as `stepFigures` has them, in a third of its time. */
export function stepTokens(m: DecodeMeasured, clock: ClockKind): Estimate | undefined {
  const stepMs = stepMsOf(m, clock);
  return stepMs && rate(1000 * m.case.batch, stepMs);
}

function stepMsOf(m: DecodeMeasured, clock: ClockKind): Estimate | undefined {
  const stepMs = dispatchMs(m.samples, clock);
  return stepMs && stepMs.value > 0 ? stepMs : undefined;
}

const rate = (amount: number, stepMs: Estimate): Estimate =>
  mapEstimate(stepMs, (ms) => (ms > 0 ? amount / ms : Number.POSITIVE_INFINITY));
