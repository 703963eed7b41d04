/** What the pages call a model and a decode step. Pure. */

import type { DecodeCase } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';
import { lengthsText } from '../../../results/text/step-text.ts';
import { MODELS } from '../../model/models/index.ts';

/** `Llama 3.1 8B int4-g32, batch 1, context 4,096` */
export const stepText = (step: Pick<DecodeCase, 'model' | 'weights' | 'batch' | 'context' | 'shortest'>): string =>
  `${shown(modelName(step.model))} ${step.weights}, batch ${step.batch}, context ${lengthsText(step)}`;

/** The name of a preset, or the id of any other model. */
export const modelName = (id: string): string => MODELS.find((model) => model.id === id)?.name ?? id;
