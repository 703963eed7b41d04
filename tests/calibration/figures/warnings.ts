/** Which labels warn that a headline may be off. */

import { labelOf } from '../../../results/labels/index.ts';
import type { RecordBody } from '../../../results/record/schema.ts';

/** The labels that say that the headline may be off, and why. Others tell circumstances, such as which clock timed it. */
const WARNINGS = [
  ...['coarse-clock', 'not-a-line', 'nothing-measured', 'too-few-samples', 'wrong-results'],
  ...['small-rotation', 'bent-read-line', 'launch-included', 'uneven-memory', 'not-steady', 'throttled'],
];

/** Returns the ids of the labels of a record that warn that its headline may be off. */
export const warningsOf = (record: RecordBody): string[] => WARNINGS.filter((id) => labelOf(id, record));
