/** One thing at a time: the label `overlapping-regions` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'overlapping-regions',
  name: 'One thing at a time',
  statement: 'A run times one thing after the other: no two timed regions overlap.',
  severity: 'impossible',
});
