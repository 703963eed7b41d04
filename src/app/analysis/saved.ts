/** What fewer bits save: the time and the bytes of the same work in several number formats, against the widest. */

import { isTimedStep, stepBytes } from '../../../results/derived/decode.ts';
import { dispatchBytes, isMeasured, isPlainGemv, timeRatio } from '../../../results/derived/derive.ts';
import { groupBy } from '../../../results/lists.ts';
import type { DecodeCase, RunRecord, Sample } from '../../../results/record/schema.ts';
import { mapEstimate } from '../../../results/statistics.ts';
import { type Figure, figureOf, integerText } from '../../../results/text/figures.ts';
import { modelName } from '../text/names.ts';
import { stepLabel } from './step-parts.ts';

export interface SavedRow {
  readonly format: string;
  /** The part of the widest format’s bytes that is not read. */
  readonly bytes: number;
  /** The part of the widest format’s time that is not taken. Negative: it takes longer. */
  readonly time: Figure;
}

export interface SavedView {
  /** The work, as the end of a sentence: `a step of Llama 3.1 8B, 1 reader, context 4,096`. */
  readonly of: string;
  /** The format that the others are compared with. */
  readonly widest: string;
  readonly rows: readonly SavedRow[];
}

interface Timed {
  readonly format: string;
  readonly bytes: number;
  readonly samples: readonly Sample[];
}

/**
 * The formats of whole steps, those of the result’s sentence first; else those of the largest product of a matrix.
 * @returns undefined where no work was timed in two formats
 */
export function savedOf(record: RunRecord, step: DecodeCase | undefined): SavedView | undefined {
  const groups = [...stepGroups(record, step), ...productGroups(record)];
  for (const { of, all } of groups) {
    const sorted = [...all].sort((a, b) => b.bytes - a.bytes);
    const [widest, ...others] = sorted;
    if (!widest) continue;
    const rows = others.flatMap(({ format, bytes, samples }): SavedRow[] => {
      const ratio = timeRatio({ samples }, widest, record.clock.trusted);
      const time = ratio && mapEstimate(ratio, (share) => 1 - share);
      return time && bytes < widest.bytes ? [{ format, bytes: 1 - bytes / widest.bytes, time: figureOf(time) }] : [];
    });
    if (rows.length > 0) return { of, widest: widest.format, rows };
  }
  return undefined;
}

interface Group {
  readonly of: string;
  readonly all: readonly Timed[];
}

function stepGroups({ decode = [] }: RunRecord, step: DecodeCase | undefined): Group[] {
  const key = ({ model, kv, batch, context, shortest, memoryBytes }: DecodeCase): string =>
    JSON.stringify([model, kv, batch, context, shortest, memoryBytes]);
  const groups = [...groupBy(decode.filter(isTimedStep), (m) => key(m.case))];
  const rank = ([one]: (typeof groups)[number]): number => (step && one === key(step) ? 0 : 1);
  return groups
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(([, all]): Group[] => {
      const [first] = all;
      return first
        ? [
            {
              of: `a step of ${modelName(first.case.model)}, ${stepLabel(first.case)}`,
              all: all.map((m) => ({ format: m.case.weights, bytes: stepBytes(m), samples: m.samples })),
            },
          ]
        : [];
    });
}

/** The products of each size, the largest first; of each format, the variant that was timed first. */
function productGroups({ measurements }: RunRecord): Group[] {
  const products = measurements
    .filter(isMeasured)
    .filter((m) => isPlainGemv(m) && m.case.params.format !== undefined)
    .filter((m) => m.case.variant === 'portable');
  const sizeOf = ({ case: { params } }: (typeof products)[number]): number =>
    Number(params.rows) * Number(params.columns);
  return [...groupBy(products, (m) => `${m.case.params.rows} × ${m.case.params.columns}`).values()]
    .sort((a, b) => sizeOf(b[0] as (typeof products)[number]) - sizeOf(a[0] as (typeof products)[number]))
    .flatMap((all): Group[] => {
      const [first] = all;
      if (!first) return [];
      const { rows, columns } = first.case.params;
      return [
        {
          of: `a product with a matrix of ${integerText(Number(rows))} × ${integerText(Number(columns))}`,
          all: all.map((m) => ({
            format: String(m.case.params.format),
            bytes: dispatchBytes(m),
            samples: m.samples,
          })),
        },
      ];
    });
}
