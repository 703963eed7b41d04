/** A build that is known: the label `unpublished-build` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'unpublished-build',
  name: 'A build that is known',
  statement: 'The program that measured is one that was published, so that everyone can see what it does.',
  severity: 'doubtful',
});
