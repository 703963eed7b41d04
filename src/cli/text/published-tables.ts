/** The laws against published figures, as tables: batched steps, devices and pairs of GPUs. */

import { mean } from 'simple-statistics';
import { integerText, significant } from '../../../results/figures.ts';
import { BATCH_1, BATCHED, THROUGHPUT } from '../../../results/published.ts';
import { formName } from '../../model/law/form.ts';
import type { BatchedResult } from '../../model/published/batched.ts';
import type { DevicePrediction, VendorResult } from '../../model/published/devices.ts';
import type { Gains, PairResult } from '../../model/published/pairs.ts';
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
    `Decode steps over batch and context on ${BATCHED.device}: fitted to 70 % of the steps, predicting the other 30 %, ${seeds} times`,
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
function remarksOn({ model, experts, law }: BatchedResult): string[] {
  const above = law.terms.filter(({ id, figure }) => id.startsWith('beta') && (figure?.value ?? 0) > BATCHED.gbps);
  const far = law.points
    .map((point) => ({ point, error: law.predictMs(point).value / point.ms.value - 1 }))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error))[0];
  const why = experts ? ': a batch touches fewer experts than it would if its tokens picked independently' : '';
  return [
    ...above.map(
      ({ id, figure }) =>
        `  ${model}: ${id} is ${significant(figure?.value ?? 0)} GB/s, above the peak of ${BATCHED.gbps}${why}`,
    ),
    ...(far ? [`  ${model}: the step farthest from the law is ${far.point.name}, by ${percent(far.error)} %`] : []),
  ];
}

/**
 * Returns the errors of devices, each predicted from the other devices of its vendor, and the rows that are far off.
 */
export function deviceLines(judged: readonly Judged<VendorResult>[]): string[] {
  return [
    'One sequence on each device, from its peak bandwidth: T = a + bytes/(η · peak). Each device is predicted from the others',
    ...Object.values(BATCH_1.sources).map(({ text }) => `(${text})`),
    table(
      judged.map(({ result, ...one }) => [
        ...[result.vendor, String(result.devices), String(result.predictions.length)],
        significant(result.efficiency, 2),
        Object.entries(result.overheadMs)
          .map(([backend, ms]) => `${backend} ${significant(ms, 2)}`)
          .join('; '),
        ...[percent(result.medianError), one.target === undefined ? '–' : percent(one.target)],
        one.target === undefined ? 'too few for a target' : verdictText({ result, ...one }),
      ]),
      ['vendor', 'devices', 'rows', 'η', 'a, ms', 'median error, %', 'target, %', ''],
    ),
    `Rows that are off by more than ${percent(FAR)} %:`,
    ...judged.flatMap(({ result }) =>
      result.predictions.filter(({ error }) => Math.abs(error) > FAR).map((far) => farLine(result, far)),
    ),
  ];
}

/**
 * Returns the line of a row that is far off, with the errors of other rows of its device, or else of its chip. If those
 * are small, the row is at fault rather than the law.
 */
function farLine(
  { vendor, efficiency, predictions }: VendorResult,
  { row, predicted, error }: DevicePrediction,
): string {
  const others = predictions.filter((one) => one.row.device === row.device && one.row.source !== row.source);
  const chip = row.device.replace(/ \d+(c| ?GB)$/, '');
  const elsewhere =
    others.length > 0
      ? others
      : predictions.filter(
          (one) => one.row !== row && one.row.device.startsWith(chip) && one.row.source !== row.source,
        );
  const why =
    elsewhere.length > 0
      ? `its rows from other sources are off by ${percent(mean(elsewhere.map((one) => Math.abs(one.error))))} %`
      : `no other source has it; its group (${vendor}) reaches ${significant(100 * efficiency, 2)} % of a peak`;
  return `  ${row.device}, ${row.model} ${row.quantisation} (${row.source}): ${significant(row.tokensPerSecond)} tokens/s, predicted ${significant(predicted)}, ${error > 0 ? '+' : ''}${percent(error)} %: ${why}`;
}

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
