/** Rounds in their order: the label `odd-rounds` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'odd-rounds',
  name: 'Rounds in their order',
  statement: 'A run visits its cases round by round and leaves none out in between.',
  severity: 'impossible',
});
