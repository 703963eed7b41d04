/** The date: a run began before it was received, and after HBMark could measure. */

import { labelOf } from '../../../../../results/labels/index.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'odd-date',
  name: 'A possible date',
  statement: 'A run began before the collection received it, and not before HBMark existed.',
  severity: 'doubtful',
  check: (record, _, { receivedMs }) => labelOf('odd-date', record, { nowMs: receivedMs })?.reason,
} satisfies Rule;
