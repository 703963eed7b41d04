/** The decode steps of a record, as a table and as data. */

import { isTimedStep, stepBytes, stepFigures } from '../../../../results/derived/decode.ts';
import { roundsOf } from '../../../../results/derived/derive.ts';
import type { DecodeCase, DecodeMeasurement, RunRecord } from '../../../../results/record/schema.ts';
import {
  bytesText,
  type Figure,
  figureOf,
  figureText,
  integerText,
  msText,
  significant,
} from '../../../../results/text/figures.ts';
import { activationsText, layersText, lengthsText } from '../../../../results/text/step-text.ts';
import { type RecordLaw, stepPrediction } from '../../../model/law/of-record.ts';
import { stepText } from '../case-text.ts';
import { type ExplanationDocument, explainedLines, explanationDocument } from '../explained.ts';
import { table } from './table.ts';

/** A decode step in the document of `hbmark run --json`. */
export interface DecodeDocument extends DecodeCase {
  readonly status: DecodeMeasurement['status'];
  /** Why there are no figures; null for a measured step. */
  readonly reason: string | null;
  readonly stepMs: Figure | null;
  /** Throughput of all sequences together. */
  readonly tokensPerSecond: Figure | null;
  readonly tokensPerSecondPerUser: Figure | null;
  /** The prediction of the run's own law. Null if the run has no law, or the law does not know the model. */
  readonly predictedTokensPerSecond: number | null;
  /** Whether the prediction is by a fit that has not seen this step. */
  readonly heldOut: boolean;
  readonly gbps: Figure | null;
  /** Bytes that one step reads and writes. */
  readonly stepBytes: number | null;
  readonly dispatches: number | null;
  readonly layers: { readonly distinct: number; readonly total: number } | null;
  readonly residentBytes: number | null;
  /** Where the time goes; null if that was not asked for, or not measured. */
  readonly explained: ExplanationDocument | null;
}

/** Returns the steps of a record as data. `found` is the record's law. */
export function decodeDocument(record: RunRecord, found: RecordLaw | undefined): DecodeDocument[] {
  const { decode = [], clock } = record;
  return decode.map((m) => {
    const predicted = found && stepPrediction(found.law, m.case);
    const measured = isTimedStep(m) ? m : undefined;
    const figures = measured && stepFigures(measured, clock.trusted);
    return {
      ...m.case,
      status: m.status,
      reason: isTimedStep(m) ? null : m.reason,
      stepMs: figures ? figureOf(figures.stepMs) : null,
      tokensPerSecond: figures ? figureOf(figures.tokensPerSecond) : null,
      tokensPerSecondPerUser: figures ? figureOf(figures.perUser) : null,
      predictedTokensPerSecond: predicted ? (1000 * m.case.batch) / predicted.ms : null,
      heldOut: predicted?.heldOut ?? false,
      gbps: figures ? figureOf(figures.gbps) : null,
      stepBytes: measured ? stepBytes(measured) : null,
      dispatches: measured?.dispatches ?? null,
      activations: measured ? activationsText(measured) : null,
      layers: measured?.layers ?? null,
      residentBytes: measured?.residentBytes ?? null,
      explained: measured ? explanationDocument(measured, record) : null,
    };
  });
}

const HEADER = [
  'decode step of',
  'weights',
  'KV',
  'batch',
  'context',
  'ms',
  'tokens/s/user',
  '95 % within run',
  'tokens/s',
  'bytes',
  'GB/s',
  'activations',
  'dispatches',
  'layers',
  'rounds',
  'ended',
];

/** Returns the table of the steps that a person asked for; nothing if none were. Steps of claims are left out. */
export function decodeLines(record: RunRecord): string[] {
  const { clock } = record;
  const decode = (record.decode ?? []).filter((m) => !m.case.experiment);
  if (decode.length === 0) return [];
  const others = decode.filter((m) => !isTimedStep(m));
  const rows = decode.filter(isTimedStep).map((m) => {
    const { model, weights, kv, batch } = m.case;
    const figures = stepFigures(m, clock.trusted);
    const of = [model, weights, kv, integerText(batch), lengthsText(m.case)];
    const rest = [
      activationsText(m),
      String(m.dispatches),
      layersText(m.layers),
      String(roundsOf(m.samples)),
      m.stopped,
    ];
    const bytes = bytesText(stepBytes(m));
    if (!figures) return [...of, '', '', '', '', bytes, '', ...rest];
    const { stepMs, perUser, tokensPerSecond, gbps } = figures;
    const { value, interval = '–' } = figureText(perUser, '');
    return [
      ...of,
      msText(stepMs.value),
      value,
      interval,
      significant(tokensPerSecond.value),
      bytes,
      significant(gbps.value),
      ...rest,
    ];
  });
  return [
    '',
    ...(rows.length > 0 ? [table(rows, HEADER)] : []),
    ...others.map(({ status, case: c, reason }) => `${status}: ${stepText(c)}: ${reason}`),
    ...explainedLines(record),
  ];
}
