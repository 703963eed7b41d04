/**
 * Labels: what a reader must know before believing a figure of a run. Each is a rule over the record, so a record has
 * the same labels on the page, in the terminal and in the collection; but for what only its reader knows (label.ts).
 */

import type { RecordBody } from '../record/schema.ts';
import { CLOCK } from './clock.ts';
import { COHERENCE } from './coherence.ts';
import { COURSE } from './course.ts';
import type { Label, LabelRule, Reader } from './label.ts';
import { PEAK, SOFTWARE } from './machine.ts';
import { MEMORY } from './memory.ts';
import { STEADINESS } from './steadiness.ts';
import { stepsOfLabel } from './steps.ts';

/** All rules, in the order in which their labels are shown. */
const RULES: readonly LabelRule[] = [...SOFTWARE, ...CLOCK, ...STEADINESS, ...MEMORY, ...PEAK, ...COHERENCE, ...COURSE];

/** The ids of all labels. */
export const LABEL_IDS: readonly string[] = RULES.map(({ id }) => id);

/** One label of a record, without the time that the others take. Undefined: the record does not earn it. */
export function labelOf(id: string, record: RecordBody, reader: Reader = {}): Pick<Label, 'reason'> | undefined {
  const reason = RULES.find((rule) => rule.id === id)?.applies(record, reader);
  return reason === undefined ? undefined : { reason };
}

/** The labels of a record, or of a run so far, for its reader. */
export function labelsOf(record: RecordBody, reader: Reader = {}): Label[] {
  return RULES.flatMap(({ id, title, applies }) => {
    const reason = applies(record, reader);
    return reason === undefined ? [] : [{ id, title, reason, steps: stepsOfLabel(id, record) }];
  });
}
