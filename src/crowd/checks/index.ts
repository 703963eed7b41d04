/** All rules, and the judgement that follows from them. A rule is a file of `rules/`, in a folder of what it looks at, and is found there. */

import type { RunRecord } from '../../../results/record/schema.ts';
import { isReproduced } from '../reproduced.ts';
import { rowOf } from '../row-of.ts';
import { publicText } from './public-text.ts';
import type { Context, Judgement, Rule } from './rule.ts';

/** All rules, in the order of their ids. */
export const RULES: readonly Rule[] = Object.values(
  import.meta.glob<Rule>('./rules/*/*.rule.ts', { eager: true, import: 'default' }),
).sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * Judges a record that has passed its check (`results/record/check.ts`).
 *
 * @param receivedMs when the collection received it, by its own clock: ms since 1970
 * @param context what the collection knows beside the record; without it, the record is judged by itself
 */
export function judge(record: RunRecord, receivedMs: number, context: Omit<Context, 'receivedMs'> = {}): Judgement {
  const row = rowOf(record);
  // Rules remember what they found in a record by its identity, and a caller may change its record afterwards.
  const subject = { ...record };
  const broken = RULES.flatMap(({ id, severity, check }) => {
    const text = check(subject, row, { ...context, receivedMs });
    return text === undefined ? [] : [{ severity, reason: { rule: id, text: publicText(text, record) } }];
  });
  const reasons = broken.map(({ reason }) => reason);
  if (broken.some(({ severity }) => severity === 'impossible')) return { status: 'rejected', reasons };
  if (broken.length > 0) return { status: 'quarantined', reasons };
  const { submitter, ofPart = [] } = context;
  const status = submitter !== undefined && isReproduced(row, submitter, ofPart) ? 'reproduced' : 'plausible';
  return { status, reasons };
}
