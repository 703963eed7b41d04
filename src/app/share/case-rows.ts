/** What a run measured, as one list for links and tables. Pure. */

import { isTimedStep } from '../../../results/derived/decode.ts';
import type { Case, DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import type { Figure } from '../../../results/text/figures.ts';
import type { RunView } from '../analysis/view.ts';
import { formatText, shapeText } from '../cards/measurements/case-text.ts';
import { stepText } from '../text/names.ts';
import type { CaseRow, Unit } from './case-row.ts';

/** The name of the row of the read ceiling, by which others are judged. */
const CEILING = 'Memory, read';

/** The rows of a record: the read ceiling, then whole decode steps, then kernels. Steps of claims have none. */
export function caseRows(record: RunRecord, view: Pick<RunView, 'headline' | 'rows' | 'steps'>): CaseRow[] {
  const { headline, rows, steps } = view;
  const ceiling: CaseRow[] = headline ? [{ name: CEILING, outcome: { unit: 'GB/s', figure: headline.gbps } }] : [];
  const decode = (record.decode ?? []).flatMap((m, index): CaseRow[] => {
    if (m.case.experiment) return [];
    const figure = steps[index]?.perUser;
    return [{ name: stepName(m.case), outcome: isTimedStep(m) ? outcomeOf('tokens/s', figure) : { status: m.status } }];
  });
  const kernels = record.measurements.map((m, index): CaseRow => {
    const name = kernelName(m.case);
    if (m.status !== 'measured') return { name, outcome: { status: m.status } };
    const { gbps, ms } = rows[index] ?? {};
    return { name, outcome: gbps ? outcomeOf('GB/s', gbps) : outcomeOf('ms', ms) };
  });
  return [...ceiling, ...decode, ...kernels];
}

const outcomeOf = (unit: Unit, figure: Figure | undefined): CaseRow['outcome'] =>
  figure ? { unit, figure } : { status: 'untimed' };

/** `Llama 3.2 1B int4-g32, batch 1, context 1,024, KV cache f16` */
export const stepName = (c: DecodeCase): string => `${stepText(c)}, KV cache ${c.kv}`;

/** `gemv f16, 4,096 × 2,048, portable` */
export const kernelName = (c: Case): string =>
  [`${c.kernel} ${formatText(c)}`.trim(), shapeText(c), c.variant].filter(Boolean).join(', ').replaceAll('\u00a0', ' ');
