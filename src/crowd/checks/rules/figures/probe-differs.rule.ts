/** The first look at memory beside the figures: the label `probe-differs`, for GPUs. */

import { labelOf } from '../../../../../results/labels/index.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'probe-differs',
  name: 'First look and figures agree',
  statement: 'The first look at the memory and the figures that follow agree roughly.',
  severity: 'doubtful',
  // Programs on the CPU share it with others: three in a hundred of their honest records differ by as much.
  check: (record, { software }) => (software ? undefined : labelOf('probe-differs', record)?.reason),
} satisfies Rule;
