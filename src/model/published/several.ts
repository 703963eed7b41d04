/**
 * What steps of several sequences cost an engine beside their bytes, fitted to published steps over batch and context:
 * `T = n·t_d + bytes/(η·BW) + n·onset + b·B` (`theory/engine-time.ts`). η and t_d are those of one sequence on that GPU, as
 * all its figures tell them (`engines.ts`).
 */

import { mean, median, quantile } from 'simple-statistics';
import { gpusCalled } from '../../../results/gpus/by-name.ts';
import { deviceOf } from '../../../results/gpus/kinds.ts';
import { maxOf } from '../../../results/lists.ts';
import type { EngineFit, SeveralFit } from '../../../results/reference/engine-costs.ts';
import { type BatchedTable, vendorBackend } from '../../../results/reference/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { leastSquaresNonNegative } from '../law/least-squares.ts';
import { weightBytesOf } from '../law/point.ts';
import { modelById } from '../models/predicted.ts';
import { expectedStepOf, groupOf } from '../predict/expected-step.ts';
import { shaderTflopsOf } from '../serving/shader-peak.ts';
import { engineTime } from '../theory/engine-time.ts';
import { batchedPoints } from './batched.ts';
import { architectureOf, rounded } from './engine-fit.ts';
import { DECODE_LAW, decodeFit, type EngineRow } from './engines.ts';
import { type PromptRow, promptFit } from './prompts.ts';

/** Published steps of several sequences, and where they are from. */
export interface SeveralTable {
  readonly source: string;
  readonly table: BatchedTable;
}

/**
 * Standard deviations of the logarithm of the costs. A GPU, an architecture and a backend may differ in them as they do
 * in t_d, which is a fixed cost, too.
 */
const SPREADS = {
  model: 0.3,
  device: DECODE_LAW.spreads.device[1] as number,
  architecture: DECODE_LAW.spreads.architecture[1] as number,
  backend: DECODE_LAW.spreads.backend[1] as number,
};

type DecodeFit = Pick<EngineFit, 'costs'>;

/** The costs of one sequence on the GPU of a table. @throws Error for a GPU whose backend has no figures */
function costsOn({ costs }: DecodeFit, { device }: BatchedTable) {
  const own = groupOf(costs, vendorBackend(device), device);
  if (!own) throw new Error(`no figures of one sequence by the backend of ${device}`);
  return own;
}

/** Fits the costs of several sequences to all steps of a table. @param reach see `SeveralFit` */
export function severalFit({ source, table }: SeveralTable, fit: DecodeFit, reach: number): SeveralFit {
  const { bandwidthShare, dispatchSeconds } = costsOn(fit, table);
  const steps = table.models.flatMap((one) => batchedPoints(table, one)).filter(({ batch }) => batch > 1);
  const [rows, times] = [[] as number[][], [] as number[]];
  for (const point of steps) {
    const seconds = point.ms.value / 1000;
    const bytes = weightBytesOf(point) + point.kvBytes;
    const quantities = [Math.log(bandwidthShare), Math.log(dispatchSeconds)];
    const { y } = engineTime({ dispatches: point.dispatches, bytes }, table.gbps * 1e9, quantities);
    rows.push([point.dispatches / seconds, point.batch / seconds]);
    times.push(1 - Math.exp(y) / seconds);
  }
  const [onset = 0, sequence = 0] = leastSquaresNonNegative(rows, times);
  const { device, generated, models } = table;
  return {
    ...{ source, rows: steps.length, models: models.length },
    ...{ device: deviceOf(device), backend: vendorBackend(device), architecture: architectureOf(device) },
    gbps: table.gbps,
    ...{ onsetSeconds: rounded(onset), sequenceSeconds: rounded(sequence), spreads: SPREADS, reach },
    batch: maxOf(steps.map(({ batch }) => batch)),
    context: maxOf(models.flatMap((one) => one.rows.map(({ prompt }) => prompt))) + generated,
  };
}

/** A step, as `predict` expects it from the figures of other models. */
export interface SeveralPrediction {
  readonly model: string;
  readonly context: number;
  readonly batch: number;
  /** Tokens/s of all sequences, as measured, as expected, and with neither onset nor b. */
  readonly measured: number;
  readonly predicted: number;
  readonly without: number;
  /** predicted/measured − 1. */
  readonly error: number;
  /** Standard deviation of ln T of a figure like this. */
  readonly deviation: number;
}

/** Predicts the steps of each model of a table: no figure of it was seen, be it of steps or of prompts. */
export function severalLeftOut(
  rows: readonly EngineRow[],
  prompts: readonly PromptRow[],
  { source, table }: SeveralTable,
): SeveralPrediction[] {
  const { device, gbps, generated, kv } = table;
  const [spec] = gpusCalled(device);
  const shaderTflops = spec && shaderTflopsOf(spec);
  return table.models.flatMap((published) => {
    const { model: id, quantisation, head } = published;
    const isOther = ({ model }: { readonly model: string }): boolean => model !== id;
    const decode = decodeFit(rows.filter(isOther), source, {});
    const seen: BatchedTable = { ...table, models: table.models.filter(isOther) };
    const on = {
      fit: {
        ...decode,
        several: severalFit({ source, table: seen }, decode, 0),
        prompts: promptFit(prompts.filter(isOther), {}),
      },
      ...{ backend: vendorBackend(device), costs: costsOn(decode, table), gpu: { name: device, gbps, shaderTflops } },
    };
    const free = { ...on, fit: { ...on.fit, several: { ...on.fit.several, ...FREE } } };
    const model = modelById(id);
    const served = { model, tensors: quantisedTensors(model, quantisation, head), weights: quantisation, kv };
    return published.rows
      .filter(({ batch }) => batch > 1)
      .map(({ prompt, batch, seconds }): SeveralPrediction => {
        const point = { context: prompt + Math.ceil(generated / 2), batch };
        const [step, without] = [on, free].map((one) => expectedStepOf(one, served, point));
        if (typeof step !== 'object' || typeof without !== 'object') throw new Error(`no expectation of ${id}`);
        const [measured, predicted] = [(batch * generated) / seconds, batch / step.seconds];
        return {
          ...{ model: id, context: prompt, batch, measured, predicted, without: batch / without.seconds },
          ...{ error: predicted / measured - 1, deviation: step.deviation },
        };
      });
  });
}

const FREE = { onsetSeconds: 0, sequenceSeconds: 0 };

/** The error of a prediction in its own deviations. */
const deviations = ({ predicted, measured, deviation }: SeveralPrediction): number =>
  Math.abs(Math.log(predicted / measured)) / deviation;

/** The reach of intervals that hold 95 % of predictions, and are no narrower than a normal error's. */
export const severalReach = (some: readonly SeveralPrediction[]): number =>
  rounded(Math.max(1.96, quantile(some.map(deviations), 0.95)));

export interface SeveralErrors {
  readonly steps: number;
  /** The median of relative errors. */
  readonly median: number;
  /** The mean of errors with their sign: above 0, steps are expected too fast. */
  readonly bias: number;
  /** The share of steps within their interval. */
  readonly within: number;
  /** The median of relative errors with neither onset nor b. */
  readonly without: number;
}

export const severalErrors = (some: readonly SeveralPrediction[], reach: number): SeveralErrors => ({
  steps: some.length,
  median: median(some.map(({ error }) => Math.abs(error))),
  bias: mean(some.map(({ error }) => error)),
  within: some.filter((one) => deviations(one) <= reach).length / some.length,
  without: median(some.map(({ without, measured }) => Math.abs(without / measured - 1))),
});
