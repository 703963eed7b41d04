/** Which decode steps of which models a run is to time: every batch at every context, in one pair of formats. */

import type { DecodeCase } from '../../results/schema.ts';
import type { Step } from '../../shaders/step.ts';
import type { Model } from './models/model.ts';
import { stepOf } from './step.ts';
import { allIn } from './tensors.ts';

/** What the kernels of attention read. */
export const KV_FORMATS: readonly string[] = ['f16', 'int8', 'int4-g32'];

export interface DecodeSweep {
  /** Format of all matrices, the head's and the embedding among them. */
  readonly weights: string;
  /** Format of the KV cache. */
  readonly kv: string;
  /** Positions of each sequence, the new one included. */
  readonly contexts: readonly number[];
  /** Sequences, one token of each. */
  readonly batches: readonly number[];
}

/** Steps of a timed region, at the most: sequences have so much room to grow. */
export const MOST_STEPS = 64;

/** In order of model, batch and context. `make` throws a RangeError where the kernels that there are cannot run the model. */
export function decodeTasks(
  models: readonly Model[],
  { weights, kv, contexts, batches }: DecodeSweep,
): { readonly case: DecodeCase; make(distinctLayers: number): Step }[] {
  return models.flatMap((model) =>
    batches.flatMap((batch) =>
      contexts.map((context) => ({
        case: { model: model.id, weights, kv, batch, context },
        make: (distinctLayers: number) =>
          stepOf(model, { formats: allIn(weights), kv, batch, context, mostSteps: MOST_STEPS, distinctLayers }),
      })),
    ),
  );
}
