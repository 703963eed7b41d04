/** Which decode steps of which models a run is to time: every batch at every context, in one pair of formats. */

import type { DecodeCase } from '../../results/schema.ts';
import type { Step } from '../../shaders/step.ts';
import type { DecodeSweep } from './decode-sweep.ts';
import type { Model } from './models/model.ts';
import { stepOf } from './step.ts';
import { allIn } from './tensors.ts';

/** Steps of a timed region, at the most: sequences have so much room to grow. */
export const MOST_STEPS = 64;

/** A step that somebody asked for. */
export interface DecodeTask {
  readonly case: DecodeCase;
  make(distinctLayers: number): Step;
}

/** In order of model, batch and context. `make` throws a RangeError where the kernels that there are cannot run the model. */
export function decodeTasks(
  models: readonly Model[],
  { weights, kv, contexts, shortest, batches }: DecodeSweep,
): DecodeTask[] {
  return models.flatMap((model) =>
    batches.flatMap((batch) =>
      contexts.map((context) => {
        // One sequence is the longest.
        const lengths = { context, ...(shortest !== undefined && batch > 1 && { shortest }) };
        return {
          case: { model: model.id, weights, kv, batch, ...lengths },
          make: (distinctLayers: number) =>
            stepOf(model, { formats: allIn(weights), kv, batch, ...lengths, mostSteps: MOST_STEPS, distinctLayers }),
        };
      }),
    ),
  );
}
