/** Outputs were compared: the label `not-verified` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'not-verified',
  name: 'Outputs were compared',
  statement: 'The output of every case was compared with the right result.',
  severity: 'impossible',
});
