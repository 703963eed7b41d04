/** An adapter that exists: the label `odd-adapter` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'odd-adapter',
  name: 'An adapter that exists',
  statement: 'What the record says of its GPU is true of some GPU of that vendor.',
  severity: 'doubtful',
});
