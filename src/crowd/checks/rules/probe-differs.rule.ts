/** First look and figures agree: the label `probe-differs` as a rule of the collection. */

import { labelRule } from '../label-rule.ts';

export default labelRule({
  id: 'probe-differs',
  name: 'First look and figures agree',
  statement: 'The first look at the memory and the figures that follow agree roughly.',
  severity: 'doubtful',
});
