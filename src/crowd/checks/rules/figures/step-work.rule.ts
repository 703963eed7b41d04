/** The work of a step: a model reads the bytes that its shape has, and has its own number of layers. */

import { isTimedStep } from '../../../../../results/derived/decode.ts';
import { bytesText } from '../../../../../results/text/figures.ts';
import { stepWork } from '../../../../model/models/accounting.ts';
import { modelOfCase } from '../../../../model/models/index.ts';
import { tensorsAllIn } from '../../../../model/models/tensors.ts';
import type { Rule } from '../../rule.ts';

/**
 * What a step reads over what its weights and caches have: activations come on top, up to 15 % in small models with
 * many sequences. Experts that several tokens share are counted by a mean.
 */
const [LEAST, MOST, OF_EXPERTS] = [0.97, 1.3, 0.5];

export default {
  id: 'step-work',
  name: 'The bytes of that model',
  statement: 'A model that is known by name has a known size. Its steps read those bytes, through as many layers.',
  severity: 'doubtful',
  check({ decode = [] }) {
    for (const { case: of, layers, work } of decode.filter(isTimedStep)) {
      const model = modelOfCase(of.model);
      if (!model) continue;
      if (layers.total !== model.layers.length || layers.distinct > layers.total) {
        return `A step of ${of.model} went through ${layers.total} layers, and the model has ${model.layers.length}.`;
      }
      if (of.shortest !== undefined) continue;
      const { weightBytes, kvBytes } = stepWork(model, tensorsAllIn(model, of.weights), of);
      const picks = of.batch > 1 && model.layers.some(({ mlp }) => mlp.kind === 'experts');
      const share = work.bytesRead / (weightBytes + kvBytes);
      if (share < LEAST * (picks ? OF_EXPERTS : 1) || share > MOST / (picks ? OF_EXPERTS : 1)) {
        return `A step of ${of.model} read ${bytesText(work.bytesRead)}, and its weights and caches take ${bytesText(weightBytes + kvBytes)}.`;
      }
    }
    return undefined;
  },
} satisfies Rule;
