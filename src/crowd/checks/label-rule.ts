/** Labels of records as rules of the collection: what a reader is warned of is not computed twice. */

import { labelOf } from '../../../results/labels/index.ts';
import type { Rule } from './rule.ts';

/** The rule that a record does not earn the label with the rule's own id. */
export const labelRule = (rule: Omit<Rule, 'check'>): Rule => ({
  ...rule,
  check: (record) => labelOf(rule.id, record)?.reason,
});
