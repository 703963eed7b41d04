/** Time that regions account for: the label `lost-time` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'lost-time',
  name: 'No time is missing',
  statement: 'The time that passed while the run measured is the time of its regions, and little else.',
  severity: 'doubtful',
});
