/** The served-throughput law against published servers, as a table of shares that are within some factor. */

import { THROUGHPUT } from '../../../../results/reference/published.ts';
import { integerText, significant } from '../../../../results/text/figures.ts';
import { type BroughtResult, FACTORS, type Falsification, type ServedResult } from '../../../model/published/served.ts';
import type { ServedCosts } from '../../../model/theory/served.ts';
import { table } from './table.ts';

/** The least shares of held-out rows within 1.3 and 2 times. They were set before the table was first printed. */
const TARGETS: readonly (number | undefined)[] = [0.5, 0.8, undefined];

/** Whether every way to hold rows out keeps the targets. */
export const servedMet = ({ heldOut }: ServedResult): boolean =>
  heldOut.every(({ within }) => within.every((share, i) => share >= (TARGETS[i] ?? 0)));

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const lineOf =
  (seen: string) =>
  ({ name, rows, within, middle }: Falsification): string[] => [
    ...[seen, name, integerText(rows), ...within.map(percent), significant(middle, 2)],
  ];

/** Returns the tables, what the costs are, and where the thesis stops. */
export function servedLines(result: ServedResult): string[] {
  const { costs, rows, heldOut, byKind, inSample, unfitted, waits } = result;
  const assumed = THROUGHPUT.requests.flatMap(({ test, assumed: what }) => (what ? [`${test}: ${what}`] : []));
  const targets = TARGETS.flatMap((share, i) => (share ? [`${percent(share)} within ${FACTORS[i]}×`] : []));
  return [
    `Served throughput, ${integerText(rows)} rows: T = a + b·B + bytes/(η_d·BW) + ops/(η_p·F) + ops of experts/(η_e·F) + α·hops, X = B/T, prefill interleaved`,
    table(
      [
        ...heldOut.map(lineOf('held out')),
        ...byKind.map(lineOf('  of the halves')),
        ...inSample.map(lineOf('seen')),
        ...unfitted.map(lineOf('nothing fitted')),
      ],
      ['', 'rows predicted', 'rows', ...FACTORS.map((factor) => `within ${factor}×`), 'median of predicted/measured'],
    ),
    `Targets, for every way to hold out: ${targets.join(', ')}: ${servedMet(result) ? 'met' : 'missed'}`,
    `Fitted to tests without a limit on a token's time: ${costsText(costs)}`,
    `Of a step, servers wait ${percent(waits.memory)} for memory, ${percent(waits.compute)} for compute, prefill included, ${percent(waits.overhead)} for overhead and ${percent(waits.exchange)} for other GPUs.`,
    'Here the thesis stops: these servers are not bound by bandwidth. They hold so many requests that arithmetic and',
    `software take ${percent(waits.compute + waits.overhead)} of a step, and reading alone promises several times of what they make.`,
    `Assumed of MLPerf, which does not publish it: ${assumed.join('; ')}`,
  ];
}

/** Returns rows that somebody brought, as predicted, and the shares that are within each factor. */
export function broughtLines({ predictions, within, unknown }: BroughtResult): string[] {
  return [
    'Your rows, by costs that are fitted to the published ones',
    table(
      predictions.map(({ row, predicted }) => [
        ...[row.gpu, row.model, row.weights, row.test, integerText(Math.round(row.tokensPerSecondPerGpu))],
        ...[integerText(Math.round(predicted)), significant(predicted / row.tokensPerSecondPerGpu, 2)],
      ]),
      ['GPU', 'model', 'weights', 'test', 'tokens/s of a GPU', 'predicted', 'predicted/measured'],
    ),
    table(
      [lineOf('')(within)],
      ['', 'rows', '', ...FACTORS.map((factor) => `within ${factor}×`), 'median of predicted/measured'],
    ),
    ...(unknown > 0
      ? [`${integerText(unknown)} rows do not say how long their requests are (input, output), and are left out`]
      : []),
  ];
}

/** `a = 5.0 ms, b = 7.4 µs a request, …` */
function costsText({ stepSeconds, requestSeconds, memory, dense, experts, hopSeconds }: ServedCosts): string {
  const share = (inverse: number): string => significant(1 / inverse, 2);
  return [
    `a = ${significant(1e3 * stepSeconds, 2)} ms`,
    `b = ${significant(1e6 * requestSeconds, 2)} µs a request`,
    `η_d = ${share(memory)}`,
    `η_p = ${share(dense)}`,
    `η_e = ${share(experts)}`,
    `α = ${significant(1e6 * hopSeconds, 2)} µs`,
  ].join(', ');
}
