/** Where the time of a record's decode steps goes, as tables and as data. */

import { isTimedStep } from '../../../results/derived/decode.ts';
import { type Explanation, explanationOf, type Parts } from '../../../results/derived/explained.ts';
import { PART_WORDS, PARTS, type PartId } from '../../../results/derived/step-parts.ts';
import type { DecodeMeasured, RunRecord } from '../../../results/record/schema.ts';
import {
  type Figure,
  figureOf,
  integerText,
  msFigureText,
  msText,
  NONE,
  significant,
} from '../../../results/text/figures.ts';
import { shapeText, stepText } from './case-text.ts';
import { table } from './tables/table.ts';

/** The parts of a time in ms. Null: a part is not measured, and lies in the rest. */
type PartsDocument = Readonly<Record<PartId, Figure | null>>;

/** Where the time of a step goes, in the document of `hbmark run --json`. */
export interface ExplanationDocument {
  readonly rounds: number;
  /** The bandwidth that bytes are divided by; null if the run has none. */
  readonly gbps: Figure | null;
  readonly launchMs: Figure;
  readonly partsMs: PartsDocument;
  /** The part of the rest that no kernel takes. */
  readonly betweenMs: Figure;
  readonly kernels: readonly {
    readonly kernel: string;
    readonly variant: string;
    readonly params: Readonly<Record<string, number | string>>;
    readonly dispatches: number;
    readonly ms: Figure;
    /** Its part of the step's time, 0 … 1. */
    readonly share: Figure;
    readonly partsMs: PartsDocument;
    readonly mayBeCached: boolean;
  }[];
}

const partsDocument = (parts: Parts): PartsDocument =>
  Object.fromEntries(PARTS.map((id) => [id, parts[id] ? figureOf(parts[id]) : null])) as PartsDocument;

/** Returns where the time of a step goes as data; null if the record does not explain it. */
export function explanationDocument(m: DecodeMeasured, record: RunRecord): ExplanationDocument | null {
  const found = explanationOf(m, record);
  if (!found) return null;
  const { rounds, gbps, launchMs, parts, between, kernels } = found;
  return {
    rounds,
    gbps: gbps ? figureOf(gbps) : null,
    launchMs: figureOf(launchMs),
    partsMs: partsDocument(parts),
    betweenMs: figureOf(between),
    kernels: kernels.map(({ of: { kernel, variant, params, dispatches }, ms, share, parts: own, mayBeCached }) => ({
      ...{ kernel, variant, params, dispatches, mayBeCached },
      ...{ ms: figureOf(ms), share: figureOf(share), partsMs: partsDocument(own) },
    })),
  };
}

/** Returns where the time of each explained step goes, under a heading. */
export function explainedLines(record: RunRecord): string[] {
  return (record.decode ?? []).filter(isTimedStep).flatMap((m) => {
    const { explained, case: c } = m;
    if (!explained) return [];
    const of = stepText(c);
    if (explained.status === 'skipped') return ['', `not explained: ${of}: ${explained.reason}`];
    const found = explanationOf(m, record);
    return found ? ['', ...stepLines(of, found)] : ['', `not explained: ${of}: no round is whole`];
  });
}

function stepLines(of: string, { stepMs, gbps, parts, between, kernels, rounds }: Explanation): string[] {
  const share = (figure: Figure) => percent(figure.value / stepMs.value);
  const partRows = PARTS.map((id) => {
    const part = parts[id];
    return part
      ? [id, msText(part.value), intervalText(part), share(part), PART_WORDS[id]]
      : [id, 'not measured', '', '', 'in the rest'];
  });
  const kernelRows = kernels.map(({ of: one, ms, share: own, parts: inKernel, mayBeCached }) => [
    `${one.kernel}${mayBeCached ? ' (may be cached)' : ''}`,
    ...[shapeText(one.params), integerText(one.dispatches), msText(ms.value), intervalText(ms), percent(own.value)],
    ...PARTS.map((id) => (inKernel[id] ? percent(inKernel[id].value / stepMs.value) : NONE)),
  ]);
  const rate = gbps ? `${significant(gbps.value)} GB/s` : 'unknown';
  return [
    `where the time of a step goes: ${of}; ${msText(stepMs.value)}, read bandwidth ${rate}, ${rounds} rounds`,
    table(partRows, ['part', 'time', '95 % within run', 'of the step', '']),
    `${msText(between.value)} of the rest, ${share(between)}, no kernel takes`,
    '',
    table(kernelRows, KERNEL_HEADER),
  ];
}

const KERNEL_HEADER = [
  ...['kernel', 'shape', 'dispatches', 'time in a step', '95 % within run', 'of the step'],
  ...PARTS,
];

const intervalText = (figure: Figure): string => {
  const { interval, unit } = msFigureText(figure);
  return interval === undefined ? NONE : `${interval} ${unit}`;
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
