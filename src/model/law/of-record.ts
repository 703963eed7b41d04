/** The law of a machine out of a record of it: its decode steps, and its matrix–vector products where those do not suffice. */

import { isTimedStep, stepFigures } from '../../../results/decode.ts';
import { dispatchMs, isMeasured, isPlainGemv } from '../../../results/derive.ts';
import { figureOf } from '../../../results/figures.ts';
import type { DecodeCase, DecodeMeasured, Measured, RecordBody } from '../../../results/schema.ts';
import { groupBy } from '../../../results/statistics.ts';
import { stepWork } from '../models/accounting.ts';
import { MODELS, NAMED_MODELS } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { fitLaw, type Law } from './fit-law.ts';
import type { LawPoint } from './point.ts';

type Run = Pick<RecordBody, 'clock' | 'measurements' | 'decode'>;

/** What the points of a law are: decode steps, products (GEMVs, each a dispatch by itself), or both. */
export type Basis = 'steps' | 'steps and products' | 'products';

export interface RecordLaw {
  readonly basis: Basis;
  readonly law: Law;
}

/**
 * Steps, where they are enough for a law. They alone cannot tell what weights take from fixed costs where all read the
 * same; then the run's products come in, which pay t_d and read weights, and nothing else. Where there are no steps,
 * products alone give t_d and β_w.
 *
 * @param models whose shapes are known: a record names its models only
 * @returns undefined where neither steps nor products are enough
 */
export function lawOfRecord(record: Run, models: readonly Model[] = NAMED_MODELS, seed = 1): RecordLaw | undefined {
  const steps = stepPoints(record, models);
  const ofSteps = fitLaw(steps, seed);
  if (ofSteps && knowsWeights(ofSteps)) return { basis: 'steps', law: ofSteps };
  const formats = new Set(steps.flatMap(({ weightBytes }) => Object.keys(weightBytes)));
  const products = productPoints(record);
  const alike = products.filter(({ weightBytes }) => Object.keys(weightBytes).some((format) => formats.has(format)));
  const ofBoth = steps.length > 0 && alike.length > 0 ? fitLaw([...steps, ...alike], seed) : undefined;
  if (ofBoth && knowsWeights(ofBoth)) return { basis: 'steps and products', law: ofBoth };
  if (ofSteps) return { basis: 'steps', law: ofSteps };
  const ofProducts = fitLaw(products, seed);
  return ofProducts && { basis: 'products', law: ofProducts };
}

/** Does a law tell what weights take? Else it is true of the models and formats that it was fitted to, and of no others. */
export const knowsWeights = ({ terms }: Law): boolean =>
  terms.some(({ id, figure }) => figure !== null && (id === 'beta' || id.startsWith('beta_w:')));

/** The decode steps of a record as points; those of models that are not among `models` are left out. */
export function stepPoints({ decode = [], clock }: Run, models: readonly Model[] = NAMED_MODELS): LawPoint[] {
  return decode.filter(isTimedStep).flatMap((m) => {
    const model = models.find(({ id }) => id === m.case.model);
    const figures = stepFigures(m, clock.trusted);
    return model && figures ? [stepPoint(m, model, figureOf(figures.stepMs))] : [];
  });
}

/** Models of timed steps that are no presets, as those of files are: a record has their names, not their shapes. */
export function strangersIn({ decode = [] }: Pick<Run, 'decode'>): string[] {
  const named = decode.filter((m) => m.status === 'measured' && !m.case.experiment).map((m) => m.case.model);
  return [...new Set(named)].filter((id) => !MODELS.some((model) => model.id === id));
}

/** What the point of a step is called. */
export const stepName = (of: DecodeCase): string =>
  `${of.model}, ${of.weights}, ${of.kv} KV, batch ${of.batch}, context ${of.context}`;

function stepPoint({ case: of, dispatches }: DecodeMeasured, model: Model, ms: LawPoint['ms']): LawPoint {
  const work = stepWork(model, tensorsIn(model, allIn(of.weights)), of);
  return {
    name: stepName(of),
    ms,
    ...{ steps: 1, dispatches, batch: of.batch },
    weightBytes: { [of.weights]: work.weightBytes },
    ...{ kvBytes: work.kvBytes, weightFlops: work.weightFlops, kvFlops: work.kvFlops },
  };
}

/** Products of one token as points: of each format those of the variant that is fastest at its largest. */
export function productPoints({ measurements, clock }: Run): LawPoint[] {
  const products = measurements
    .filter(isMeasured)
    .filter(isPlainGemv)
    .flatMap((m) => {
      const ms = dispatchMs(m.samples, clock.trusted);
      return ms && ms.value > 0 ? [{ m, ms }] : [];
    });
  return [...groupBy(products, ({ m }) => String(m.case.params.format)).values()].flatMap((ofFormat) => {
    const most = Math.max(...ofFormat.map(({ m }) => m.work.bytesRead));
    const [fastest] = ofFormat.filter(({ m }) => m.work.bytesRead === most).sort((a, b) => a.ms.value - b.ms.value);
    return ofFormat
      .filter(({ m }) => m.case.variant === fastest?.m.case.variant)
      .map(({ m, ms }) => productPoint(m, figureOf(ms)));
  });
}

function productPoint({ case: { params }, work }: Measured, ms: LawPoint['ms']): LawPoint {
  const format = String(params.format);
  return {
    name: `gemv, ${Object.values(params).join(' ')}`,
    ms,
    ...{ steps: 0, dispatches: 1, batch: 0 },
    weightBytes: { [format]: work.bytesRead + work.bytesWritten },
    ...{ kvBytes: 0, weightFlops: work.flops, kvFlops: 0 },
  };
}

/** What the law says of a step that it was fitted to, held out or seen; undefined for others. */
export function stepPrediction(
  law: Law,
  of: DecodeCase,
): { readonly ms: number; readonly heldOut: boolean } | undefined {
  const name = stepName(of);
  const unseen = law.heldOut.find(({ point }) => point.name === name);
  if (unseen) return { ms: unseen.predictedMs, heldOut: true };
  const point = law.points.find((one) => one.name === name);
  return point && { ms: law.predictMs(point).value, heldOut: false };
}
