/**
 * Other ways to compute a decode step: without norms between projections; with activations in bytes, for weights whose
 * format has bytes.
 */

import type { StepWay } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { hasBytes, type StepOptions } from './plan.ts';
import { joinedNorms, stepOf } from './step.ts';

const IN_BYTES = ['i8-after-norms', 'i8'] as const;

/** The ways beside f32, which is always there. */
export function waysOf(model: Model, options: StepOptions): StepWay[] {
  const way = (activations: StepWay['activations']) => ({
    activations,
    make: () => stepOf(model, { ...options, activations }),
  });
  const spares = joinedNorms(model, options);
  return [
    ...(spares > 0 ? [{ ...way('f32-joined'), requires: [], spares }] : []),
    ...(Object.values(options.formats).some(hasBytes)
      ? IN_BYTES.map(
          (activations): StepWay => ({
            ...way(activations),
            requires: ['packed_4x8_integer_dot_product'],
          }),
        )
      : []),
  ];
}
