/** No faster than the memory: the label `above-peak` as a rule of the collection. */

import { labelRule } from '../../label-rule.ts';

export default labelRule({
  id: 'above-peak',
  name: 'No faster than the memory',
  statement: 'The memory is read no faster than that GPU’s memory can be.',
  severity: 'doubtful',
});
