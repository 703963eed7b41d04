/** Where the time of a step goes: weights, KV cache, launches and the rest, by what the run found of its machine. */

import { isTimedStep } from '../../../results/derived/decode.ts';
import { labelOf } from '../../../results/labels/index.ts';
import type { DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import { analyse } from '../../model/gemv-line/analyse.ts';
import { stepCostsOf } from '../../model/law/costs.ts';
import { knowsWeights, type RecordLaw, stepName, stepPoints } from '../../model/law/of-record.ts';
import { type LawPoint, weightBytesOf } from '../../model/law/point.ts';
import type { TermId } from '../../model/law/terms.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import type { Model } from '../../model/models/model.ts';
import { withTwiceBandwidth } from '../../model/predict/predict.ts';
import { type StepCosts, stepTime } from '../../model/theory/step-time.ts';
import { modelName } from '../text/names.ts';
import { type StepParts, stepLabel } from './step-parts.ts';

export interface WhyView {
  /** `Llama 3.1 8B int4-g32` */
  readonly of: string;
  /** `steps`: by the law of whole steps. `weights`: by products of matrices, since no whole step was timed. */
  readonly by: 'steps' | 'weights';
  /** The first is the step of the result’s sentence. */
  readonly steps: readonly StepParts[];
  /** The share of the first step that goes to memory. Null: something else may be as slow, and cannot be told from it. */
  readonly memoryShare: number | null;
  /** How many times as fast the first step would be with twice the bandwidth. Null as above. */
  readonly twiceBandwidth: number | null;
  /** Parts that the run cannot tell from others. */
  readonly blurred: readonly string[];
  readonly bound: BoundVerdict;
}

/** The maximum of steps that are shown beside each other. */
const MAX_STEPS = 6;

const asMs = (seconds: number): number => 1000 * seconds;

/**
 * @param step the decode step of the result’s sentence; undefined where no whole step was timed
 * @param found the law of the record
 * @param model the preset that is estimated where no whole step was timed
 * @returns undefined where too little was measured
 */
export function whyOf(
  record: RunRecord,
  step: DecodeCase | undefined,
  found: RecordLaw | undefined,
  model: Model,
): WhyView | undefined {
  const bound = boundOf(record, found);
  return step ? bySteps(record, step, found, bound) : byWeights(record, model, bound);
}

/** Whether the run found that its products wait for something other than memory. */
const computes = (record: RunRecord): boolean => labelOf('not-bandwidth-bound', record) !== undefined;

const NAMES: Readonly<Partial<Record<TermId, string>>> = {
  a: 'the fixed cost of a step',
  t_d: 'launches',
  b: 'the cost of each reader',
  beta_kv: 'the KV cache',
};

function bySteps(
  record: RunRecord,
  step: DecodeCase,
  found: RecordLaw | undefined,
  bound: BoundVerdict,
): WhyView | undefined {
  if (!found || found.basis === 'products' || !knowsWeights(found.law)) return undefined;
  const { law } = found;
  const costs = stepCostsOf(law, step.weights);
  if (!costs) return undefined;
  const points = new Map(stepPoints(record).map((point) => [point.name, point]));
  const like = (record.decode ?? [])
    .filter(isTimedStep)
    .map((m) => m.case)
    .filter((c) => !c.experiment && c.model === step.model && c.weights === step.weights && c.kv === step.kv);
  const steps = like.flatMap((c) => {
    const point = points.get(stepName(c));
    return point ? [{ c, point }] : [];
  });
  const first = steps.find(({ c }) => stepName(c) === stepName(step));
  if (!first) return undefined;
  const shown = [first, ...spread(steps.filter((one) => one !== first))];
  const work = { ...first.point, weightBytes: weightBytesOf(first.point) };
  const time = stepTime(work, costs, first.point.dispatches);
  const faster = stepTime(work, withTwiceBandwidth(costs), first.point.dispatches);
  const isKnown = !computes(record) || law.form.overlap !== null;
  return {
    of: `${modelName(step.model)} ${step.weights}`,
    by: 'steps',
    steps: shown.map(({ c, point }) => partsOf(stepLabel(c), point, costs)),
    memoryShare: isKnown ? time.spent.bandwidth / time.seconds : null,
    twiceBandwidth: isKnown ? time.seconds / faster.seconds : null,
    blurred: law.terms.flatMap(({ id, unidentified }) => (unidentified === null ? [] : (NAMES[id] ?? []))),
    bound,
  };
}

/** As many steps as are shown beside the first, from all of a sweep. */
function spread<T>(all: readonly T[]): readonly T[] {
  const most = MAX_STEPS - 1;
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => Math.round((i * (all.length - 1)) / (most - 1))).flatMap(
    (place) => all[place] ?? [],
  );
}

function partsOf(name: string, point: LawPoint, costs: StepCosts): StepParts {
  const { weightSeconds, kvSeconds } = stepTime(
    { ...point, weightBytes: weightBytesOf(point) },
    costs,
    point.dispatches,
  );
  return {
    ...{ name, measuredMs: point.ms },
    weightsMs: asMs(weightSeconds),
    kvMs: asMs(kvSeconds),
    launchesMs: asMs(point.dispatches * costs.dispatchSeconds),
    restMs: asMs(costs.fixedSeconds + point.batch * costs.sequenceSeconds),
  };
}

function byWeights(record: RunRecord, model: Model, bound: BoundVerdict): WhyView | undefined {
  const { weightsOnly, series } = analyse(record, model);
  const [fit] = series
    .flatMap((one) => (one.format === weightsOnly?.format && one.fit ? [one.fit] : []))
    .sort((a, b) => b.gbps.value - a.gbps.value);
  if (!weightsOnly || !fit) return undefined;
  const weightsMs = weightsOnly.weightBytes / fit.gbps.value / 1e6;
  const launchesMs = weightsOnly.dispatches * fit.overheadMs.value;
  const ms = weightsMs + launchesMs;
  const isKnown = !computes(record);
  return {
    of: `${model.name} ${weightsOnly.format}`,
    by: 'weights',
    steps: [{ name: '1 reader, weights alone', measuredMs: null, weightsMs, kvMs: 0, launchesMs, restMs: 0 }],
    memoryShare: isKnown ? weightsMs / ms : null,
    twiceBandwidth: isKnown ? ms / (weightsMs / 2 + launchesMs) : null,
    blurred: [],
    bound,
  };
}
