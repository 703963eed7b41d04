/** The GPU that it is called: the label `other-gpu` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'other-gpu',
  name: 'The GPU that it is called',
  statement: 'The GPU that a person named is one that the adapter may be.',
  severity: 'doubtful',
});
