/** Times that clocks can show: the label `odd-times` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'odd-times',
  name: 'Times that clocks can show',
  statement: 'Every time is one that the clocks of the machine can show, and varies as times of machines do.',
  severity: 'impossible',
});
