/** Decode steps of a machine with known costs, which a fit of the law must find again. */

import { probit } from 'simple-statistics';
import type { DecodeMeasured, Sample } from '../../results/record/schema.ts';
import { dispatchesOf } from '../../src/model/gemv-line/matrix-uses.ts';
import type { LawPoint } from '../../src/model/law/point.ts';
import { stepWork } from '../../src/model/models/accounting.ts';
import { modelById } from '../../src/model/models/predicted.ts';
import { allIn, tensorsIn } from '../../src/model/models/tensors.ts';
import { type StepCosts, stepTime } from '../../src/model/theory/step-time.ts';
import { sourceOf } from './random.ts';

/** A GPU that reads weights at 0.8 TB/s and KV caches at 0.6 TB/s. */
export const MACHINE: StepCosts = {
  fixedSeconds: 2e-4,
  dispatchSeconds: 3e-6,
  sequenceSeconds: 2e-5,
  weightBytesPerSecond: 8e11,
  kvBytesPerSecond: 6e11,
  flopsPerSecond: Number.POSITIVE_INFINITY,
  overlap: Number.POSITIVE_INFINITY,
};

export interface Sweep {
  readonly models?: readonly string[];
  readonly batches?: readonly number[];
  readonly contexts?: readonly number[];
  /** The relative standard error of each time. */
  readonly noise?: number;
  readonly seed?: number;
}

/** Returns a point for each model, batch and context, as a machine of `costs` would run it, with seeded noise. */
export function simulatedPoints(
  costs: StepCosts,
  {
    models = ['smollm2-135m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b'],
    batches = [1, 8, 32],
    contexts = [128, 2048, 16384],
    noise = 0.01,
    seed = 1,
  }: Sweep = {},
): LawPoint[] {
  const random = sourceOf(seed);
  const normal = (): number => probit((random.below(1e6) + 0.5) / 1e6);
  return models.flatMap((id) => {
    const model = modelById(id);
    const tensors = tensorsIn(model, allIn('f16'));
    const dispatches = 2 * dispatchesOf(model);
    return batches.flatMap((batch) =>
      contexts.map((context): LawPoint => {
        const work = stepWork(model, tensors, { batch, context, kv: 'f16' });
        const ms = 1000 * stepTime(work, costs, dispatches).seconds * (1 + noise * normal());
        return {
          name: `${id}, batch ${batch}, context ${context}`,
          ms: { value: ms, ci95: [ms * (1 - 1.96 * noise), ms * (1 + 1.96 * noise)] },
          ...{ steps: 1, dispatches, batch },
          weightBytes: { f16: work.weightBytes },
          ...{ kvBytes: work.kvBytes, weightFlops: work.weightFlops, kvFlops: work.kvFlops },
        };
      }),
    );
  });
}

/** Returns samples of three rounds of two regions, whose dispatches take `ms` each. */
export const samplesOf = (ms: number): Sample[] =>
  [0, 1, 2].flatMap((round) =>
    [4, 8].map((dispatches) => ({
      ...{ round, atMs: round, dispatches },
      ...{ wallMs: 1 + dispatches * ms, gpuMs: 1 + dispatches * ms },
    })),
  );

/** Returns decode steps of `models` as a record has them, of 100 dispatches each, run by a machine of `costs`. */
export function decodeSteps(models: readonly string[], costs = MACHINE): DecodeMeasured[] {
  return models.flatMap((id) => {
    const model = modelById(id);
    const tensors = tensorsIn(model, allIn('f16'));
    return [1, 8].flatMap((batch) =>
      [128, 4096].map((context): DecodeMeasured => {
        const work = stepWork(model, tensors, { batch, context, kv: 'f16' });
        return {
          status: 'measured',
          case: { model: id, weights: 'f16', kv: 'f16', batch, context },
          work: { bytesRead: 1, bytesWritten: 1, flops: 1 },
          dispatches: 100,
          layers: { distinct: 1, total: 1 },
          ...{
            residentBytes: 1,
            rotationBytes: 1,
            checksum: '00000000',
            preRollSteps: 0,
            discarded: [],
            stopped: 'interval',
          },
          verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 1 },
          samples: samplesOf(1000 * stepTime(work, costs, 100).seconds),
        };
      }),
    );
  });
}
