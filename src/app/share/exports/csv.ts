/**
 * A record's measurements as CSV: a line for each case, with every figure as a plain number in the unit of its column.
 */

import { isTimedStep, stepBytes } from '../../../../results/derived/decode.ts';
import { dispatchBytes, isMeasured, roundsOf } from '../../../../results/derived/derive.ts';
import type { DecodeMeasurement, Measurement, RunRecord } from '../../../../results/record/schema.ts';
import type { RunView } from '../../analysis/view.ts';
import { kernelName, stepName } from '../case-rows.ts';
import { type Cell, csvText, ends, NO_FIGURE } from './csv-text.ts';

const COLUMNS = [
  ...['record', 'case', 'kind', 'status', 'bytes'],
  ...['gbps', 'gbps_low', 'gbps_high'],
  ...['ms', 'ms_low', 'ms_high'],
  ...['tokens_per_s', 'tokens_per_s_low', 'tokens_per_s_high'],
  ...['rounds', 'samples', 'stopped', 'reason'],
] as const;

export function csvOf(record: RunRecord, { rows, steps }: Pick<RunView, 'rows' | 'steps'>): string {
  const { id, measurements, decode = [] } = record;
  const lines: (readonly Cell[])[] = [
    COLUMNS,
    ...measurements.map((m, i) => [id, kernelName(m.case), 'kernel', ...kernelCells(m, rows[i])]),
    ...decode.map((m, i) => {
      const kind = m.case.experiment ? 'step of a claim' : 'step';
      return [id, stepName(m.case), kind, ...stepCells(m, steps[i])];
    }),
  ];
  return csvText(lines);
}

function kernelCells(m: Measurement, figures: RunView['rows'][number]): Cell[] {
  if (!isMeasured(m)) return untimed(m);
  const [gbps, ms] = [ends(figures?.gbps), ends(figures?.ms)];
  return [m.status, dispatchBytes(m), ...gbps, ...ms, ...NO_FIGURE, ...sampling(m)];
}

function stepCells(m: DecodeMeasurement, figures: RunView['steps'][number]): Cell[] {
  if (!isTimedStep(m)) return untimed(m);
  const [gbps, ms] = [ends(figures?.gbps), ends(figures?.stepMs)];
  return [m.status, stepBytes(m), ...gbps, ...ms, ...ends(figures?.perUser), ...sampling(m)];
}

/** The cells of a case without a time, from its status to its reason. */
const untimed = ({ status, reason }: { readonly status: string; readonly reason?: string }): Cell[] => [
  ...[status, undefined, ...NO_FIGURE, ...NO_FIGURE, ...NO_FIGURE],
  ...[undefined, undefined, undefined, reason],
];

const sampling = ({ samples, stopped }: Extract<Measurement, { status: 'measured' }> | TimedStep): Cell[] => [
  ...[roundsOf(samples), samples.length, stopped, undefined],
];

type TimedStep = Extract<DecodeMeasurement, { status: 'measured' }>;
