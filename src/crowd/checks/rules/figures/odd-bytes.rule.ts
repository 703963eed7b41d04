/** No more bytes than there were: the label `odd-bytes` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'odd-bytes',
  name: 'No more bytes than there were',
  statement: 'No case reads more bytes than its shape has.',
  severity: 'impossible',
});
