/** No gap where a case was: the label `missing-cases` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'missing-cases',
  name: 'No gap where a case was',
  statement: 'No time is missing in every round, as if a case had been taken out.',
  severity: 'doubtful',
});
