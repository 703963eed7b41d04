/**
 * The law of a machine from its record: fitted to decode steps, and to matrix–vector products where steps do not
 * suffice.
 */

import { isTimedStep, stepFigures } from '../../../results/derived/decode.ts';
import { dispatchMs, isMeasured, isPlainGemv } from '../../../results/derived/derive.ts';
import { groupBy, maxOf } from '../../../results/lists.ts';
import type { DecodeCase, DecodeMeasured, Measured, RecordBody } from '../../../results/record/schema.ts';
import { figureOf } from '../../../results/text/figures.ts';
import { type StepWork, stepWork } from '../models/accounting.ts';
import { MODELS, NAMED_MODELS } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { tensorsAllIn } from '../models/tensors.ts';
import { fitLaw, type Law } from './fit-law.ts';
import type { LawPoint } from './point.ts';

type Run = Pick<RecordBody, 'clock' | 'measurements' | 'decode'>;

/** The kind of a law's points: decode steps, products (single dispatches of GEMVs), or both. */
export type Basis = 'steps' | 'steps and products' | 'products';

export interface RecordLaw {
  readonly basis: Basis;
  readonly law: Law;
}

/**
 * Fits the law of a record. Its points are decode steps, where these suffice. Steps that all read the same weights
 * cannot tell the cost of weights from fixed costs; then products join in, which pay only t_d and weights. Without
 * steps, products alone give t_d and β_w.
 *
 * @param models models by whose shapes steps are accounted: a record only names its models
 * @returns undefined where neither steps nor products suffice
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
  return ofProducts && { basis: 'products', law: withoutSteps(ofProducts, record, steps.length) };
}

/**
 * The law of products with a reason for each term that only steps pay. Where steps were timed and could not be used, it
 * would be wrong to say that there is none.
 */
function withoutSteps(law: Law, { decode = [] }: Run, known: number): Law {
  const timed = decode.filter(isTimedStep).length;
  if (timed === 0) return law;
  const why =
    known > 0
      ? `${timed === 1 ? 'the one decode step that was timed is' : `the ${timed} decode steps that were timed are`} too few, or too much alike, to tell`
      : 'the decode steps that were timed are of a model whose shape is not known';
  const ofSteps: readonly string[] = ['a', 'b', 'beta_kv'];
  return {
    ...law,
    terms: law.terms.map((term) =>
      term.unidentified !== null && ofSteps.includes(term.id) ? { ...term, unidentified: why } : term,
    ),
  };
}

/**
 * Whether a law knows the cost of weights. A law without it holds only for the models and formats that it was fitted
 * to.
 */
export const knowsWeights = ({ terms }: Law): boolean =>
  terms.some(({ id, figure }) => figure !== null && (id === 'beta' || id.startsWith('beta_w:')));

/** The decode steps of a record as points. Steps of models that are not among `models` are left out. */
export function stepPoints({ decode = [], clock }: Run, models: readonly Model[] = NAMED_MODELS): LawPoint[] {
  const byId = new Map(models.toReversed().map((model) => [model.id, model]));
  return decode.filter(isTimedStep).flatMap((m) => {
    const model = byId.get(m.case.model);
    const figures = stepFigures(m, clock.trusted);
    return model && figures
      ? [stepPoint(m, stepWork(model, tensorsAllIn(model, m.case.weights), m.case), figureOf(figures.stepMs))]
      : [];
  });
}

/**
 * Ids of models that were timed and are no presets, such as models from files: a record has their ids, not their
 * shapes.
 */
export function strangersIn({ decode = [] }: Pick<Run, 'decode'>): string[] {
  const named = decode.filter((m) => m.status === 'measured' && !m.case.experiment).map((m) => m.case.model);
  return [...new Set(named)].filter((id) => !MODELS.some((model) => model.id === id));
}

/** The name of a step's point. */
export const stepName = (of: DecodeCase): string =>
  `${of.model}, ${of.weights}, ${of.kv} KV, batch ${of.batch}, context ${of.context}`;

function stepPoint({ case: of, dispatches }: DecodeMeasured, work: StepWork, ms: LawPoint['ms']): LawPoint {
  return {
    name: stepName(of),
    ms,
    ...{ steps: 1, dispatches, batch: of.batch },
    weightBytes: { [of.weights]: work.weightBytes },
    ...{ kvBytes: work.kvBytes, weightFlops: work.weightFlops, kvFlops: work.kvFlops },
  };
}

/**
 * Products of one token as points: for each format, those of the kernel variant that is fastest at the largest size.
 */
export function productPoints({ measurements, clock }: Run): LawPoint[] {
  const products = measurements
    .filter(isMeasured)
    .filter((m) => isPlainGemv(m) && m.case.params.format !== undefined)
    .flatMap((m) => {
      const ms = dispatchMs(m.samples, clock.trusted);
      return ms && ms.value > 0 ? [{ m, ms }] : [];
    });
  return [...groupBy(products, ({ m }) => String(m.case.params.format)).values()].flatMap((ofFormat) => {
    const maxBytes = maxOf(ofFormat.map(({ m }) => m.work.bytesRead));
    const [fastest] = ofFormat.filter(({ m }) => m.work.bytesRead === maxBytes).sort((a, b) => a.ms.value - b.ms.value);
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

/** The law's prediction of a step that is one of its points, held out or not; undefined for other steps. */
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
