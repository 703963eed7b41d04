/** Evidence for claims from a record: its decode steps, its read ceiling, and which steps were read from memory. */

import { type Caches, cachesOf } from '../../../results/derived/caches.ts';
import { isTimedStep, stepFigures } from '../../../results/derived/decode.ts';
import { cacheCurve, memoryShare, streamingGBps } from '../../../results/derived/derive.ts';
import { coldFrom } from '../../../results/derived/headline.ts';
import { minOf } from '../../../results/lists.ts';
import type { DecodeCase, DecodeMeasured, DecodeMeasurement, RecordBody } from '../../../results/record/schema.ts';
import { type Estimate, estimate, randomSource, shuffled } from '../../../results/statistics.ts';
import { bytesText } from '../../../results/text/figures.ts';
import { type StepWork, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { modelOfCase } from '../models/index.ts';
import { tensorsAllIn } from '../models/tensors.ts';

/** A decode step that was timed. */
export interface MeasuredStep {
  readonly case: DecodeCase;
  readonly ms: Estimate;
  /** Tokens per second of all its sequences. */
  readonly tokensPerSecond: Estimate;
  readonly work: StepWork;
  readonly weightBytesHeld: number;
  /** Bytes of everything that the step keeps in memory. */
  readonly residentBytes: number;
  /** Whether the step streams so much between two uses of a byte that no cache still holds it. */
  readonly isCold: boolean;
  readonly dispatches: number;
}

export interface Evidence {
  /** The read ceiling in GB/s. */
  readonly ceiling: Estimate | undefined;
  /** The memory share of a large f16 matrix–vector product. */
  readonly gemvShare: Estimate | undefined;
  readonly caches: Caches | undefined;
  /** Bytes that a step must stream between two uses of a byte to be cold. */
  readonly coldFromBytes: number;
  /** Returns a step, or why there is none. */
  step(wanted: DecodeCase): MeasuredStep | string;
  /** Whether a step was skipped. One that was skipped before measured ones was refused for the memory it takes. */
  isSkipped(wanted: DecodeCase): boolean;
}

type Body = Pick<RecordBody, 'clock' | 'measurements' | 'decode'>;

export function evidenceOf(record: Body): Evidence {
  const caches = cachesOf(cacheCurve(record));
  const cold = coldFrom(record);
  const steps = new Map((record.decode ?? []).map((m, index) => [keyOf(m.case), { m, index }]));
  const known = new Map<string, MeasuredStep | string>();
  const ceiling = streamingGBps(record);
  return {
    ceiling: ceiling && independent(ceiling, CEILING_SEED),
    gemvShare: memoryShare(record),
    caches,
    coldFromBytes: cold,
    step(wanted) {
      const key = keyOf(wanted);
      const step = known.get(key) ?? stepFrom(steps.get(key), wanted, record, cold);
      known.set(key, step);
      return step;
    },
    isSkipped: (wanted) => steps.get(keyOf(wanted))?.m.status === 'skipped',
  };
}

/** The key of a step. Equal cases share it, in any order of fields, and whether a person or a claim asked for them. */
export const keyOf = ({ experiment: _, ...step }: DecodeCase): string =>
  JSON.stringify(Object.entries(step).sort(([a], [b]) => (a < b ? -1 : 1)));

export const caseText = ({ model, weights, batch, context, memoryBytes }: DecodeCase): string =>
  `${model} in ${weights} at batch ${batch}, context ${context}${memoryBytes === undefined ? '' : `, in ${bytesText(memoryBytes)}`}`;

function stepFrom(
  found: { readonly m: DecodeMeasurement; readonly index: number } | undefined,
  wanted: DecodeCase,
  { clock }: Body,
  cold: number,
): MeasuredStep | string {
  if (!found) return `the run had no step of ${caseText(wanted)}, which the profile “full” measures`;
  const { m, index } = found;
  if (!isTimedStep(m)) return `the step of ${caseText(wanted)} was not measured: ${m.reason}`;
  const model = modelOfCase(m.case.model);
  const figures = stepFigures(m, clock.trusted);
  if (!model || !figures) return `the step of ${caseText(wanted)} has no time`;
  const tensors = tensorsAllIn(model, m.case.weights);
  const apart = (of: Estimate) => independent(of, index);
  return {
    case: m.case,
    ms: apart(figures.stepMs),
    tokensPerSecond: apart(figures.tokensPerSecond),
    work: stepWork(model, tensors, m.case),
    weightBytesHeld: weightBytesHeld(tensors),
    residentBytes: m.residentBytes,
    isCold: isCold(m, cold),
    dispatches: m.dispatches,
  };
}

const isCold = ({ rotationBytes }: DecodeMeasured, cold: number): boolean => rotationBytes >= cold;

/** Seed of the ceiling's replicates. Steps use their index in the record. */
const CEILING_SEED = 0xce11;

/** The estimate with its replicates in another random order, so that they are independent of those of others. */
const independent = (of: Estimate, seed: number): Estimate => ({
  ...of,
  replicates: shuffled(of.replicates, randomSource(seed)),
});

/** The estimate of `f` over several independent figures, replicate by replicate. */
export function combined(figures: readonly Estimate[], f: (...values: number[]) => number): Estimate {
  const replicates = (figures[0]?.replicates ?? []).map((_, i) =>
    f(...figures.map(({ replicates }) => replicates[i] ?? Number.NaN)),
  );
  return estimate(f(...figures.map(({ value }) => value)), replicates, minOf(figures.map(({ units }) => units)));
}

/** All steps of `wanted`, or what is missing. */
export function allSteps(evidence: Evidence, wanted: readonly DecodeCase[]): readonly MeasuredStep[] | string {
  const steps: MeasuredStep[] = [];
  for (const one of wanted) {
    const step = evidence.step(one);
    if (typeof step === 'string') return step;
    steps.push(step);
  }
  return steps;
}

/** All steps of `wanted`, if each was read from memory; otherwise what is missing. */
export function coldSteps(evidence: Evidence, wanted: readonly DecodeCase[]): readonly MeasuredStep[] | string {
  const steps = allSteps(evidence, wanted);
  if (typeof steps === 'string') return steps;
  const cached = steps.find(({ isCold }) => !isCold);
  if (!cached) return steps;
  return Number.isFinite(evidence.coldFromBytes)
    ? `the step of ${caseText(cached.case)} may have been read from a cache: only ${bytesText(evidence.coldFromBytes)} between two uses of a byte rule that out`
    : `the step of ${caseText(cached.case)} may have been read from a cache: the sweep over working sets did not reach memory`;
}

/** The steps of `wanted` that were measured, for a chart. */
export const stepsThere = (evidence: Evidence, wanted: readonly DecodeCase[]): MeasuredStep[] =>
  wanted.flatMap((one) => {
    const step = evidence.step(one);
    return typeof step === 'string' ? [] : [step];
  });

export const NO_CEILING = 'stream-read was not measured, so there is no read ceiling to compare with';
