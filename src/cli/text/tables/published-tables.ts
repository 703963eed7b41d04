/** The laws against published figures, as tables: batched steps, devices and pairs of GPUs. */

import { mean, median, quantile } from 'simple-statistics';
import { deviceOf } from '../../../../results/gpus/kinds.ts';
import { groupBy } from '../../../../results/lists.ts';
import { BATCHED, THROUGHPUT } from '../../../../results/reference/published.ts';
import { integerText, significant } from '../../../../results/text/figures.ts';
import { formName } from '../../../model/law/form.ts';
import type { BatchedResult } from '../../../model/published/batched.ts';
import { type EnginePrediction, isDisturbed, isWithin } from '../../../model/published/engine-fit.ts';
import type { EngineResult, EngineTransfer, KeptOut } from '../../../model/published/engine-results.ts';
import type { MachineLawResult, Transfer } from '../../../model/published/machine-law.ts';
import type { Gains, PairResult } from '../../../model/published/pairs.ts';
import { table } from './table.ts';

/** A result, the target of its error, and whether it is met. A result of too little data has neither. */
export interface Judged<T> {
  readonly result: T;
  /** The relative error to stay below. */
  readonly target: number | undefined;
  readonly met: boolean | undefined;
}

/** Rows with a larger relative error than this are listed one by one. */
const FAR = 0.15;

const percent = (share: number): string => (100 * share).toFixed(1);

const verdictText = ({ met }: Judged<unknown>): string => (met ? 'met' : 'missed');

/** Returns the held-out errors of decode steps over batch and context, a row for each model. */
export function batchedLines(judged: readonly Judged<BatchedResult>[], seeds: number): string[] {
  return [
    `Interpolation. Decode steps over batch and context on ${BATCHED.device}: fitted to 70 % of the steps, predicting the other 30 %, ${seeds} times`,
    `(${BATCHED.source})`,
    table(
      judged.map(({ result, ...one }) => [
        ...[result.model, result.quantisation, String(result.points.length), formName(result.law.form)],
        ...[percent(result.heldOutMape), percent(result.worstMape), percent(one.target ?? Number.NaN)],
        verdictText({ result, ...one }),
      ]),
      ['model', 'quantisation', 'steps', 'form of the law', 'error, %', 'worst split, %', 'target, %', ''],
    ),
    ...judged.flatMap(({ result }) => remarksOn(result)),
  ];
}

/** Returns a line for each rate above the peak, and one for the step that lies farthest from its law. */
function remarksOn({ model, law }: BatchedResult): string[] {
  const above = law.terms.filter(({ id, figure }) => id.startsWith('beta') && (figure?.value ?? 0) > BATCHED.gbps);
  const far = law.points
    .map((point) => ({ point, error: law.predictMs(point).value / point.ms.value - 1 }))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error))[0];
  return [
    ...above.map(
      ({ id, figure }) =>
        `  ${model}: ${id} is ${significant(figure?.value ?? 0)} GB/s, above the peak of ${BATCHED.gbps}`,
    ),
    ...(far ? [`  ${model}: the step farthest from the law is ${far.point.name}, by ${percent(far.error)} %`] : []),
  ];
}

/** The targets of a machine's law. */
export interface MachineTargets {
  /** The mean error of models that were left out. */
  readonly models: number;
  /** The largest β_w of the models with experts over the smallest. */
  readonly ratio: number;
}

export interface JudgedMachine {
  readonly result: MachineLawResult;
  readonly targets: MachineTargets;
  readonly met: boolean;
}

/** Returns how well one law of a machine says what it has not seen: a model, and larger batches. */
export function machineLines({ result, targets, met }: JudgedMachine): string[] {
  const { law, models, batches, expertGbps } = result;
  const rates = Object.entries(expertGbps).map(([model, gbps]) => `${model} ${significant(gbps)}`);
  const errorOf = (some: readonly Transfer[]): string => percent(mean(some.map(({ mape }) => mape)));
  return [
    `One law for all models on ${BATCHED.device}: T = n·t_d + b·B + onset + W(B^γ)/β_w + KV/β_kv. A model, or its batches above 4, are left out`,
    table(
      [
        ...models.map((one, i) => [
          ...[one.leftOut, percent(one.mape), one.routing.toFixed(2)],
          percent(batches[i]?.mape ?? Number.NaN),
        ]),
        ['mean', errorOf(models), '', errorOf(batches)],
      ],
      ['left out', 'error, %', 'γ of the others', 'its batches of 8 to 32 from all of 1 to 4, %'],
    ),
    `Fitted to all: t_d ${significant(1000 * law.dispatchMs, 2)} µs, b ${significant(law.sequenceMs, 2)} ms, onset ${significant(law.onsetMs, 2)} ms, β_w ${significant(law.weightGbps)} and β_kv ${significant(law.kvGbps)} of ${BATCHED.gbps} GB/s, γ ${law.routing}`,
    `With a β_w to each model with experts: ${rates.join(', ')} GB/s`,
    `Targets: models that were left out within ${percent(targets.models)} %, β_w within ${percent(targets.ratio - 1)} % of each other: ${met ? 'met' : 'missed'}`,
  ];
}

/** The targets of an engine's errors on GPUs that were left out. Null: none is set. */
export interface EngineTargets {
  readonly median: number;
  readonly p90: number | null;
  /** The share of rows within their 95 % interval, at least and at most. */
  readonly within: readonly [number, number] | null;
}

export interface EngineErrors {
  readonly median: number;
  readonly p90: number;
  readonly within: number;
}

/** Returns the errors of GPUs, each predicted from the others, and the rows that are far off. */
export function engineLines(results: readonly (EngineResult & { readonly judged: EngineJudged })[]): string[] {
  return [
    'One sequence on a GPU that was left out: T = n·t_d + bytes/(η·peak), with η and t_d of its architecture and backend, as the other GPUs tell them',
    ...results.map(({ engine, source }) => `(${engine}: ${source})`),
    table(
      results.flatMap(({ engine, predictions, reach, judged: { targets, met } }) => [
        [
          ...leftOutRow(engine, 'all', predictions, reach),
          `median ${percent(targets.median)}${targets.p90 === null ? '' : `, p90 ${percent(targets.p90)}`}${targets.within === null ? '' : `, within ${targets.within.map((share) => integerText(100 * share)).join(' to ')}`}`,
          met ? 'met' : 'missed',
        ],
        ...[...groupBy(predictions, (one) => one.row.backend)].map(([backend, some]) =>
          leftOutRow('', backend, some, reach),
        ),
      ]),
      ['engine', 'backend', 'GPUs', 'rows', 'median error, %', 'p90, %', 'within 95 %, %', 'targets, %', ''],
    ),
    ...results.map(
      ({ engine, predictions }) =>
        `${integerText(predictions.filter(isDisturbed).length)} rows of ${engine} ran at less than 60 % of their prediction: beside other work, or not on the GPU alone. They count above, and set no interval.`,
    ),
    `Rows of ${results[0]?.engine} that are off by more than ${percent(FAR)} %:`,
    ...(results[0]?.predictions ?? []).filter(({ error }) => Math.abs(error) > FAR).map(farLine),
  ];
}

/** Returns the errors of figures that are kept out of every fit, and the steps that are far off. */
export function keptOutLines({ steps, prompts }: KeptOut): string[] {
  return [
    'Figures of llama.cpp that are kept out of every fit, each as hbmark predict --gpu expects it',
    '(results/data/reference/held-out-decode.json)',
    table(
      (
        [
          ['steps', steps],
          ['prompts', prompts],
        ] as const
      ).flatMap(([name, { predictions, reach }]) => [
        leftOutRow(name, 'all', predictions, reach),
        ...[...groupBy<EnginePrediction, string>(predictions, ({ row }) => row.backend)].map(([backend, some]) =>
          leftOutRow('', backend, some, reach),
        ),
      ]),
      ['figures', 'backend', 'GPUs', 'rows', 'median error, %', 'p90, %', 'within 95 %, %'],
    ),
    `Steps that are off by more than ${percent(FAR)} %:`,
    ...steps.predictions.filter(({ error }) => Math.abs(error) > FAR).map(farLine),
  ];
}

/** What a leave-out leaves out, in the words of the table. */
const LEFT_OUT: Readonly<Record<EngineTransfer['leftOut'], string>> = {
  GPU: 'each GPU',
  model: 'each model',
  architecture: 'each architecture',
  backend: 'each backend',
  engine: 'the engine: from the other’s figures',
};

/** Returns the errors of transfers: what a fit says of a GPU, a model, a kind of device or an engine that it has not seen. */
export function transferLines(engines: readonly EngineTransfer[], { result }: JudgedMachine): string[] {
  const { models, batches } = result;
  const onMachine = (leftOut: string, some: readonly Transfer[]): string[] => {
    const errors = some.map(({ mape }) => mape);
    const steps = some.reduce((sum, one) => sum + one.steps, 0);
    return [
      'llama.cpp',
      `batched steps, ${BATCHED.device}`,
      leftOut,
      integerText(some.length),
      integerText(steps),
      percent(median(errors)),
      percent(Math.max(...errors)),
    ];
  };
  return [
    'Transfer: errors of figures whose GPU, model, kind of device or engine a fit has not seen',
    table(
      [
        ...engines.map(({ engine, figures, leftOut, groups, rows, ...errors }) => [
          ...[engine, figures === 'steps' ? 'steps of one sequence' : 'prompts', LEFT_OUT[leftOut]],
          ...[integerText(groups), integerText(rows), percent(errors.median), percent(errors.p90)],
        ]),
        onMachine('each model', models),
        onMachine('batches 8 to 32, from 1 to 4', batches),
      ],
      ['engine', 'of', 'left out', 'times', 'figures', 'median error, %', 'p90, %'],
    ),
    `Of ${BATCHED.device}, median and largest mean error of a model. A backend that was left out has the costs of other backends: no figure says more of it.`,
  ];
}

/** Returns the errors of prompts on GPUs that were left out. */
export function promptLines(results: readonly EngineResult[]): string[] {
  return [
    'Prompts on a GPU that was left out: T = a + bytes/(0.8·BW) + ops/(η·F), with η and a of its architecture and backend, and F of its shader cores',
    table(
      results.flatMap(({ engine, prompts: { predictions, reach } }) =>
        [
          [engine, 'all', predictions] as const,
          ...[...groupBy(predictions, ({ row }) => (row.mean === 'speed' ? 'speeds' : 'times to first token'))].map(
            ([figure, some]) => ['', figure, some] as const,
          ),
          ...[...groupBy(predictions, ({ row }) => row.backend)].map(([backend, some]) => ['', backend, some] as const),
        ].map(([name, of, some]) => leftOutRow(name, of, some, reach)),
      ),
      ['engine', '', 'GPUs', 'figures', 'median error, %', 'p90, %', 'within 95 %, %'],
    ),
  ];
}

/** Returns a row of errors: GPUs, figures, median, p90, and the share within intervals. */
function leftOutRow(
  name: string,
  of: string,
  some: readonly EnginePrediction[],
  reach: EngineResult['reach'],
): string[] {
  const { median, p90, within } = engineErrors(some, reach);
  const gpus = new Set(some.map(({ row: { device } }) => deviceOf(device))).size;
  return [name, of, integerText(gpus), integerText(some.length), ...[median, p90, within].map(percent)];
}

export interface EngineJudged {
  readonly targets: EngineTargets;
  readonly met: boolean;
}

export const engineErrors = (some: readonly EnginePrediction[], reach: EngineResult['reach']): EngineErrors => {
  const errors = some.map(({ error }) => Math.abs(error));
  return {
    median: median(errors),
    p90: quantile(errors, 0.9),
    within: some.filter((one) => isWithin(one, reach)).length / some.length,
  };
};

const farLine = ({ row, predicted, error }: EnginePrediction): string =>
  `  ${row.device}, ${row.backend}, ${row.model} ${row.quantisation}: ${significant(row.tokensPerSecond)} tokens/s, predicted ${significant(predicted)}, ${error > 0 ? '+' : ''}${percent(error)} %`;

/** The laws that a pair of GPUs is held against, with their titles. */
const LAWS: readonly (readonly [keyof Gains, string])[] = [
  ['compute', 'compute alone'],
  ['bandwidth', 'bandwidth'],
  ['derived', 'BW·(1 − φ)'],
  ['product', 'M·BW'],
  ['roofline', 'law with compute'],
];

/** Returns the gains of pairs of GPUs with the same compute and different memories, as measured and by each law. */
export function pairLines(pairs: readonly PairResult[]): string[] {
  const errorOf = (law: keyof Gains): string => {
    const errors = pairs.flatMap(({ gains, measured }) => {
      const gain = gains[law];
      return gain === null ? [] : [Math.abs(gain / measured - 1)];
    });
    return percent(mean(errors));
  };
  const name = (gpu: string): string => gpu.replace(/^(NVIDIA|AMD Instinct) /, '');
  const above = pairs.filter(({ gains, measured }) => gains.product > measured);
  return [
    'Two GPUs with the same compute in the same test: throughput of the second over the first, as measured and by each law, unfitted',
    ...Object.entries(THROUGHPUT.sources).map(([test, source]) => `(${test}: ${source})`),
    table(
      [
        ...pairs.map(({ from, to, model, test, by, gpus, measured, gains }) => [
          ...[`${name(from)} → ${name(to)}`, model],
          ...[`${test}, ${integerText(gpus)} GPU${gpus > 1 ? 's' : ''}, ${by}`, measured.toFixed(2)],
          ...LAWS.map(([law]) => gains[law]?.toFixed(2) ?? '–'),
        ]),
        ['mean error, %', '', '', '', ...LAWS.map(([law]) => errorOf(law))],
      ],
      ['GPUs', 'model', 'test', 'measured', ...LAWS.map(([, title]) => title)],
    ),
    `M·BW is above what was measured in ${above.length} of ${pairs.length}. These tests also prefill their requests, which takes compute. Only the last`,
    'column counts it, at peak rates, where the lengths of requests are published. Engines may differ from GPU to GPU too.',
  ];
}
