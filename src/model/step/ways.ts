/** Other ways to compute a decode step: with activations in bytes, for weights whose format has bytes. */

import type { StepWay } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { hasBytes, type StepOptions } from './plan.ts';
import { stepOf } from './step.ts';

const WAYS = ['i8-after-norms', 'i8'] as const;

/** The ways beside f32, which is always there. */
export const waysOf = (model: Model, options: StepOptions): StepWay[] =>
  Object.values(options.formats).some(hasBytes)
    ? WAYS.map((activations) => ({
        activations,
        requires: ['packed_4x8_integer_dot_product'],
        make: () => stepOf(model, { ...options, activations }),
      }))
    : [];
