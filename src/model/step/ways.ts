/** Other ways to compute a decode step: with activations in bytes, for weights whose format has bytes. */

import { formatById } from '../../../shaders/formats/index.ts';
import type { Step } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { type ActivationType, type StepOptions, stepOf } from './step.ts';

export interface StepWay {
  readonly activations: Exclude<ActivationType, 'f32'>;
  readonly requires: readonly ['packed_4x8_integer_dot_product'];
  make(): Step;
}

const TYPES = ['i8-after-norms', 'i8'] as const;

/** The ways beside f32, which is always there. */
export const waysOf = (model: Model, options: StepOptions): StepWay[] =>
  Object.values(options.formats).some((format) => formatById(format).bytes !== undefined)
    ? TYPES.map((activations) => ({
        activations,
        requires: ['packed_4x8_integer_dot_product'],
        make: () => stepOf(model, { ...options, activations }),
      }))
    : [];
