/** `npm run validate:published`: the laws against what others have published, each figure predicted without having been seen. */

import { writeFileSync } from 'node:fs';
import { mean } from 'simple-statistics';
import { integerText, significant } from '../../../results/figures.ts';
import { BATCH_1, BATCHED, THROUGHPUT } from '../../../results/published.ts';
import { formName } from '../../model/law/form.ts';
import { type BatchedResult, batchedResults } from '../../model/published/batched.ts';
import { type DevicePrediction, deviceResults, type VendorResult } from '../../model/published/devices.ts';
import { type MeasuredGrowth, measuredGrowth } from '../../model/published/generations.ts';
import { type Gains, type PairResult, pairResults } from '../../model/published/pairs.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { number, single } from '../flags.ts';
import { lawChart } from '../text/law-chart.ts';
import { table } from '../text/table.ts';

/** Errors that the laws are to stay below, relative: set before the tables were first printed. */
const TARGETS = {
  /** Mean absolute, of held-out steps. */
  batched: { dense: 0.03, experts: 0.08 },
  /** Median absolute, of devices left out. The others are too few for one. */
  devices: { Apple: 0.08, NVIDIA: 0.12 } as Readonly<Record<string, number>>,
};

/** Rows that are further off than this are named. */
const FAR = 0.15;

export interface ValidateFlags {
  readonly seeds: number;
  /** Where the README's chart goes; undefined: nowhere. */
  readonly chart: string | undefined;
  readonly json: boolean;
}

export const parseValidateFlags = (flags: Readonly<Record<string, unknown>>): ValidateFlags => ({
  seeds: number('--seeds', flags.seeds, { min: 1, max: 1000, whole: true }) ?? 20,
  chart: single('--chart', flags.chart),
  json: flags.json === true,
});

export function validate({ seeds, chart, json }: ValidateFlags): ExitCode {
  const batched = batchedResults(BATCHED, seeds);
  const devices = deviceResults(BATCH_1);
  const pairs = pairResults(THROUGHPUT.rows);
  const generations = measuredGrowth(THROUGHPUT.rows);
  if (chart !== undefined) writeFileSync(chart, lawChart(devices, batched, BATCHED.device));
  const missed = [
    ...batched.filter((result) => result.heldOutMape > targetOf(result)),
    ...devices.filter(({ vendor, medianError }) => medianError > (TARGETS.devices[vendor] ?? Number.POSITIVE_INFINITY)),
  ];
  console.log(
    json
      ? JSON.stringify({ batched: batched.map(batchedDocument), devices, pairs, generations }, null, 2)
      : [
          ...batchedLines(batched, seeds),
          '',
          ...deviceLines(devices),
          '',
          ...pairLines(pairs),
          '',
          ...generationLines(generations),
        ].join('\n'),
  );
  return missed.length > 0 ? EXIT.wrong : EXIT.done;
}

const targetOf = ({ experts }: BatchedResult): number => TARGETS.batched[experts ? 'experts' : 'dense'];

const percent = (share: number): string => (100 * share).toFixed(1);

const batchedDocument = ({ model, quantisation, points, law, heldOutMape, worstMape, ...rest }: BatchedResult) => ({
  ...{
    model,
    quantisation,
    experts: rest.experts,
    points: points.length,
    target: targetOf({ experts: rest.experts } as BatchedResult),
  },
  ...{ form: formName(law.form), heldOutMape, worstMape },
  terms: law.terms.map(({ id, figure, unit, unidentified }) => ({
    id,
    value: figure?.value ?? null,
    unit,
    unidentified,
  })),
});

function batchedLines(results: readonly BatchedResult[], seeds: number): string[] {
  return [
    `Decode steps over batch and context, ${BATCHED.device}: fitted to 70 % of the steps, the rest predicted, ${seeds} times`,
    `(${BATCHED.source})`,
    table(
      results.map((result) => [
        ...[result.model, result.quantisation, String(result.points.length), formName(result.law.form)],
        ...[
          percent(result.heldOutMape),
          percent(result.worstMape),
          percent(targetOf(result)),
          verdict(result.heldOutMape <= targetOf(result)),
        ],
      ]),
      ['model', 'quantisation', 'steps', 'form of the law', 'error, %', 'worst time, %', 'target, %', ''],
    ),
    ...results.flatMap(remarksOn),
  ];
}

const verdict = (met: boolean): string => (met ? 'met' : 'missed');

/** What a fit says besides: rates above the peak, and the step that lies farthest from it. */
function remarksOn({ model, experts, law }: BatchedResult): string[] {
  const above = law.terms.filter(({ id, figure }) => id.startsWith('beta') && (figure?.value ?? 0) > BATCHED.gbps);
  const far = law.points
    .map((point) => ({ point, error: law.predictMs(point).value / point.ms.value - 1 }))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error))[0];
  return [
    ...above.map(
      ({ id, figure }) =>
        `  ${model}: ${id} is ${significant(figure?.value ?? 0)} GB/s, above the peak of ${BATCHED.gbps}${experts ? ': the batch touches fewer experts than if its tokens picked without regard to each other' : ''}`,
    ),
    ...(far ? [`  ${model}: farthest from its law is ${far.point.name}, by ${percent(far.error)} %`] : []),
  ];
}

function deviceLines(results: readonly VendorResult[]): string[] {
  return [
    'One sequence on devices, from the peak of their memory: T = a + bytes/(η · peak), each device predicted from the others',
    ...Object.values(BATCH_1.sources).map(({ text }) => `(${text})`),
    table(
      results.map(({ vendor, devices, predictions, efficiency, overheadMs, medianError }) => [
        ...[vendor, String(devices), String(predictions.length), significant(efficiency, 2)],
        Object.entries(overheadMs)
          .map(([backend, ms]) => `${backend} ${significant(ms, 2)}`)
          .join('; '),
        ...[percent(medianError), TARGETS.devices[vendor] === undefined ? '–' : percent(TARGETS.devices[vendor])],
        TARGETS.devices[vendor] === undefined
          ? 'too few for a target'
          : verdict(medianError <= TARGETS.devices[vendor]),
      ]),
      ['vendor', 'devices', 'rows', 'η', 'a, ms', 'median error, %', 'target, %', ''],
    ),
    `Off by more than ${percent(FAR)} %:`,
    ...results.flatMap(({ vendor, efficiency, predictions }) =>
      predictions
        .filter(({ error }) => Math.abs(error) > FAR)
        .map((far) => farLine(vendor, efficiency, far, predictions)),
    ),
  ];
}

/** A row that is far off, with what else is known of its device: if other rows of it are well predicted, it is the row. */
function farLine(
  vendor: string,
  efficiency: number,
  { row, predicted, error }: DevicePrediction,
  all: readonly DevicePrediction[],
): string {
  const others = all.filter((one) => one.row.device === row.device && one.row.source !== row.source);
  const chip = row.device.replace(/ \d+(c| ?GB)$/, '');
  const elsewhere =
    others.length > 0
      ? others
      : all.filter((one) => one.row !== row && one.row.device.startsWith(chip) && one.row.source !== row.source);
  const why =
    elsewhere.length > 0
      ? `rows of it from elsewhere are off by ${percent(mean(elsewhere.map((one) => Math.abs(one.error))))} %`
      : `no other source has it; ${vendor} moves ${significant(100 * efficiency, 2)} % of a peak`;
  return `  ${row.device}, ${row.model} ${row.quantisation} (${row.source}): ${significant(row.tokensPerSecond)} tokens/s, predicted ${significant(predicted)}, ${error > 0 ? '+' : ''}${percent(error)} %: ${why}`;
}

const LAWS: readonly (readonly [keyof Gains, string])[] = [
  ['compute', 'compute alone'],
  ['bandwidth', 'bandwidth'],
  ['derived', 'BW·(1 − φ)'],
  ['product', 'M·BW'],
  ['roofline', 'law with compute'],
];

function pairLines(pairs: readonly PairResult[]): string[] {
  const errorOf = (law: keyof Gains): string => {
    const errors = pairs.flatMap(({ gains, measured }) => {
      const gain = gains[law];
      return gain === null ? [] : [Math.abs(gain / measured - 1)];
    });
    return percent(mean(errors));
  };
  const name = (gpu: string): string => gpu.replace(/^(NVIDIA|AMD Instinct) /, '');
  return [
    'Two GPUs that compute alike, the same test: what the second does of the first’s throughput, and what each law says, unfitted',
    ...Object.entries(THROUGHPUT.sources).map(([test, source]) => `(${test}: ${source})`),
    table(
      [
        ...pairs.map(({ from, to, model, test, by, gpus, measured, gains }) => [
          ...[
            `${name(from)} → ${name(to)}`,
            model,
            `${test}, ${integerText(gpus)} GPU${gpus > 1 ? 's' : ''}, ${by}`,
            measured.toFixed(2),
          ],
          ...LAWS.map(([law]) => gains[law]?.toFixed(2) ?? '–'),
        ]),
        ['mean error, %', '', '', '', ...LAWS.map(([law]) => errorOf(law))],
      ],
      ['GPUs', 'model', 'test', 'measured', ...LAWS.map(([, title]) => title)],
    ),
    `M·BW says more than was measured in ${pairs.filter(({ gains, measured }) => gains.product > measured).length} of ${pairs.length}. These tests read their requests too, and compute for that: only the last column counts it, at`,
    'peaks and where the lengths of requests are published. Engines of one table may differ from GPU to GPU besides.',
  ];
}

function generationLines(growth: readonly MeasuredGrowth[]): string[] {
  return [
    'Generations, GPU for GPU, as measured; compute and formats have changed with them, and the laws of memory know of neither',
    table(
      growth.map(({ from, to, test, model, measured, bandwidth, derived, product }) => [
        ...[`${from.gpu}, ${from.weights} → ${to.gpu}, ${to.weights}`, model, test],
        ...[measured, bandwidth, derived, product].map((n) => n.toFixed(2)),
      ]),
      ['GPUs', 'model', 'test', 'measured', 'bandwidth', 'BW·(1 − φ)', 'M·BW'],
    ),
  ];
}
