/** Machines for predictions, from a record. */

import { mean } from 'simple-statistics';
import { isTimedStep } from '../../../results/derived/decode.ts';
import { gpusCalled } from '../../../results/gpus/by-name.ts';
import { labelOf } from '../../../results/labels/index.ts';
import { maxOf, minOf } from '../../../results/lists.ts';
import type { DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import { countText } from '../../../results/text/figures.ts';
import { bitsPerValue } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { type GemvLines, gemvLines } from '../gemv-line/analyse.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { stepCostsOf } from '../law/costs.ts';
import { type Law, MIN_ERROR } from '../law/fit-law.ts';
import { formName } from '../law/form.ts';
import { knowsWeights, lawOfRecord, type RecordLaw } from '../law/of-record.ts';
import { weightBytesOf } from '../law/point.ts';
import { modelOfCase } from '../models/index.ts';
import { atPeak, type StepCosts } from '../theory/step-time.ts';
import { requireSane, type Spec } from './machine-of-spec.ts';
import type { Machine } from './predict.ts';

/** The GB (10⁹ bytes) of memory of a record's machine: as reported, or by the one GPU that the reported name means. */
export function memoryGBOf({ reported }: Pick<RunRecord, 'reported'>): number | undefined {
  if (reported.memoryGB !== undefined) return reported.memoryGB;
  const [gpu, ...others] = gpusCalled(reported.gpu ?? '');
  return gpu && others.length === 0 ? gpu.memoryBytes / 1e9 : undefined;
}

export interface MeasuredMachine extends Machine {
  /** The basis of the costs, in a line. */
  readonly basis: string;
  /** What the law of decode steps knows besides; where the costs are of GEMVs, the reason why. */
  readonly steps: MeasuredSteps | string;
}

/** Decode steps that a machine's costs were fitted to, and how sure the fit is. */
export interface MeasuredSteps {
  readonly count: number;
  /** Costs that the steps allow as well. */
  readonly draws: readonly StepCosts[];
  /** Standard deviation of ln T of a step about the law. */
  readonly noise: number;
  /** Whether no form of the law fits the steps. */
  readonly isMisfit: boolean;
  /** Ids of the models that were timed. */
  readonly models: readonly string[];
  /** Format of the weights whose cost is known. */
  readonly format: string;
  /** The least and the most bytes that a step read. */
  readonly bytes: readonly [number, number];
  /** The longest context, and the largest batch. */
  readonly context: number;
  readonly batch: number;
}

/**
 * A machine as a run measured it, for any format.
 *
 * Its costs are those of the law of decode steps, if that knows the cost of weights. Otherwise they follow from the
 * fastest fit of GEMVs, in `format` or else in f16: each projection pays a, weights are read at β, and KV caches at the
 * read ceiling, which attention may not reach. If the run found GEMVs not to be bound by bandwidth, β reflects
 * arithmetic: then F = 2β/(bytes of a weight), two operations for each weight, weights are read at the ceiling, and a
 * batch costs as much as its tokens one by one.
 *
 * @param found the law of the record, which takes far longer to find than everything else
 * @param facts of the record; give those of one call for several laws of one record
 * @throws RangeError for a number outside its range
 * @returns undefined for a run without a read ceiling, or with GEMVs of fewer than three sizes
 */
export const machinesOfRecord =
  (record: RunRecord, found = lawOfRecord(record), facts = factsOf(record)) =>
  (format: string, spec: Omit<Spec, 'gbps'>): MeasuredMachine | undefined =>
    machineBy(facts, found, format, spec);

/** What a record says of its machine, whatever its law. Each is worked out once, when it is asked for. */
export interface RecordFacts {
  lines(): GemvLines;
  /** Whether the run found that something other than bandwidth limits its products. */
  computes(): boolean;
  /** The mean number of dispatches for each projection of a step. */
  dispatchesPerProjection(): number;
  /** The decode steps that were timed. */
  timed(): readonly DecodeCase[];
}

export const factsOf = (record: RunRecord): RecordFacts => ({
  lines: once(() => gemvLines(record)),
  timed: once(() => (record.decode ?? []).filter(isTimedStep).map((m) => m.case)),
  computes: once(() => labelOf('not-bandwidth-bound', record) !== undefined),
  dispatchesPerProjection: once(() =>
    mean(
      (record.decode ?? []).filter(isTimedStep).flatMap((m) => {
        const model = modelOfCase(m.case.model);
        return model ? [m.dispatches / dispatchesOf(model)] : [];
      }),
    ),
  ),
});

function once<T>(of: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: of() };
    return known.value;
  };
}

function machineBy(
  facts: RecordFacts,
  found: RecordLaw | undefined,
  format: string,
  spec: Omit<Spec, 'gbps'>,
): MeasuredMachine | undefined {
  requireSane(spec);
  const { memoryGB, tflops = Number.POSITIVE_INFINITY, overheadMs = 0 } = spec;
  const ofSteps = machineOfSteps(facts, found, format, spec);
  if (typeof ofSteps !== 'string') return ofSteps;
  const { series, streaming } = facts.lines();
  const fitted = series
    .flatMap(({ format: id, fit }) => (fit ? [{ id, fit }] : []))
    .sort((a, b) => b.fit.gbps.value - a.fit.gbps.value);
  const nearest = fitted.find(({ id }) => id === format) ?? fitted.find(({ id }) => id === 'f16');
  if (!nearest || !streaming || !Number.isFinite(nearest.fit.gbps.value)) return undefined;
  const { id, fit } = nearest;
  const [beta, ceiling] = [fit.gbps.value * 1e9, streaming.value * 1e9];
  const computing = facts.computes();
  const measuredFlops = computing ? (2 * beta) / (bitsPerValue(formatById(id)) / 8) : Number.POSITIVE_INFINITY;
  return {
    memoryBytes: memoryGB * 1e9,
    costs: {
      ...atPeak(ceiling, Math.min(tflops * 1e12, measuredFlops)),
      fixedSeconds: overheadMs / 1000,
      dispatchSeconds: fit.overheadMs.value / 1000,
      weightBytesPerSecond: computing ? ceiling : beta,
    },
    steps: ofSteps,
    basis: [
      `weights ${computing ? 'multiplied' : 'read'} at the rate of GEMVs in ${id}${id === format ? '' : ` (none in ${format} were measured)`}`,
      `a paid once per projection; KV cache ${computing ? 'multiplied at the same rate' : 'read at the ceiling'}`,
    ].join(', '),
  };
}

/**
 * A machine by the law of whole steps. Predictions count only projections as dispatches, so t_d is multiplied by the
 * mean number of dispatches per projection.
 * @returns the reason for too few steps, or a law without compute of a run that arithmetic limits
 */
function machineOfSteps(
  facts: RecordFacts,
  found: RecordLaw | undefined,
  format: string,
  { memoryGB, tflops = Number.POSITIVE_INFINITY, overheadMs = 0 }: Omit<Spec, 'gbps'>,
): MeasuredMachine | string {
  const { length } = facts.timed();
  if (length === 0) return `the record has no decode steps; ${TIME_SOME}`;
  if (!found || found.basis === 'products' || !knowsWeights(found.law)) {
    if (facts.computes()) return ARITHMETIC;
    return `the record’s ${countText(length, 'decode step')} do not tell what weights cost; ${TIME_SOME}`;
  }
  const { law, basis } = found;
  const id = [format, 'f16', ...law.terms.flatMap((term) => term.id.split('beta_w:').slice(1))].find(
    (one) => stepCostsOf(law, one) !== undefined && law.points.some(({ weightBytes }) => one in weightBytes),
  );
  const costs = id === undefined ? undefined : stepCostsOf(law, id);
  // A law without compute would take arithmetic for bandwidth.
  if (id === undefined || !costs || (law.form.overlap === null && facts.computes())) {
    return ARITHMETIC;
  }
  const ofMachine = (known: StepCosts): StepCosts => ({
    ...known,
    fixedSeconds: known.fixedSeconds + overheadMs / 1000,
    dispatchSeconds: known.dispatchSeconds * facts.dispatchesPerProjection(),
    flopsPerSecond: Math.min(known.flopsPerSecond, tflops * 1e12),
  });
  return {
    memoryBytes: memoryGB * 1e9,
    costs: ofMachine(costs),
    steps: measuredSteps(facts, law, id, ofMachine),
    basis: `the law of its ${law.points.length} ${basis}, weights in ${id}${id === format ? '' : ` (none in ${format} were measured)`}: ${formName(law.form)}`,
  };
}

const TIME_SOME = 'time some of several models: hbmark run --model A --model B';

const ARITHMETIC = 'arithmetic limits the run’s products, and its decode steps do not tell it from memory';

/** What a law of steps knows besides its costs. @param format that of the weights */
function measuredSteps(
  facts: RecordFacts,
  law: Law,
  format: string,
  ofMachine: (costs: StepCosts) => StepCosts,
): MeasuredSteps {
  const timed = facts.timed();
  const steps = law.points.filter((point) => point.steps === 1);
  const bytes = steps.map((point) => weightBytesOf(point) + point.kvBytes);
  const errors = law.heldOut.map(({ point, predictedMs }) => Math.log(predictedMs / point.ms.value) ** 2);
  return {
    count: steps.length,
    draws: law.draws.flatMap(({ form, costOf }) => {
      const costs = stepCostsOf({ terms: law.terms, form, costOf: (id) => ({ value: costOf(id) }) }, format);
      return costs ? [ofMachine(costs)] : [];
    }),
    noise: Math.max(MIN_ERROR, errors.length > 0 ? Math.sqrt(mean(errors)) : law.worstResidual),
    isMisfit: law.lackOfFit !== null,
    models: [...new Set(timed.map(({ model }) => model))],
    format,
    bytes: [minOf(bytes), maxOf(bytes)],
    context: maxOf(timed.map(({ context }) => context)),
    batch: maxOf(timed.map(({ batch }) => batch)),
  };
}
