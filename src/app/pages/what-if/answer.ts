/** What the model says to a question: the machine, what is served, the prediction, and where a step's time goes. */

import { FORMATS } from '../../../../shaders/formats/index.ts';
import { quantisedTensors } from '../../../model/files/quantisations.ts';
import { kvBytesHeld, stepWork } from '../../../model/models/accounting.ts';
import type { Model } from '../../../model/models/model.ts';
import { modelById } from '../../../model/models/predicted.ts';
import { type SizedTensor, tensorsAllIn } from '../../../model/models/tensors.ts';
import { servingOf } from '../../../model/predict/frontier.ts';
import { machineOfSpec } from '../../../model/predict/machine-of-spec.ts';
import { type Machine, type Prediction, predict, type Served, timeOf } from '../../../model/predict/predict.ts';
import { joulesPerToken, MEMORY_ENERGY, type MemoryEnergy } from '../../../model/theory/energy.ts';
import { type Elasticities, fullMemoryElasticities, type Serving } from '../../../model/theory/laws.ts';
import { figuresOf, type Question } from './question.ts';

/** The energy of a token's memory accesses, with one kind of memory. */
export interface Energy {
  readonly memory: MemoryEnergy;
  readonly joules: number;
  readonly range: readonly [number, number];
}

export interface Answer {
  readonly question: Question;
  readonly memoryGB: number;
  readonly gbps: number;
  /** Null: compute is left out. */
  readonly tflops: number | null;
  readonly machine: Machine;
  readonly served: Served;
  readonly prediction: Prediction;
  /** Bytes of KV cache that one reader holds. */
  readonly seatBytes: number;
  /** The step of the question's readers, as if they all fitted. */
  readonly time: ReturnType<typeof timeOf>;
  /** The quantities of the laws with the memory full. */
  readonly serving: Serving;
  /** Null where not even one reader fits. */
  readonly elasticities: Elasticities | null;
  /** The energy of a token at the question's readers, by kind of memory. */
  readonly energies: readonly Energy[];
}

/** A model with its weights in a format or a quantisation. */
export const tensorsAs = (model: Model, weights: string): readonly SizedTensor[] =>
  Object.hasOwn(FORMATS, weights) ? tensorsAllIn(model, weights) : quantisedTensors(model, weights);

/** @param sold the operations/s of the question's GPU, in 10¹², where they are known */
export function answerTo(question: Question, sold?: number): Answer {
  const { context, batch, weights, kv, fixedMs } = question;
  const tflops = question.tflops ?? sold ?? null;
  const figures = figuresOf(question);
  const machine = machineOfSpec({ ...figures, tflops: tflops ?? undefined, overheadMs: fixedMs });
  const model = modelById(question.model);
  const tensors = tensorsAs(model, weights);
  const served: Served = { model, tensors, weights, kv };
  const point = { context, batch };
  const prediction = predict(served, machine, point);
  const serving = servingOf(served, machine, context);
  const work = stepWork(model, tensors, { ...point, kv });
  return {
    ...{ question, ...figures, tflops, machine, served, prediction, serving },
    seatBytes: kvBytesHeld(model, context, kv, 'window'),
    time: timeOf(served, machine, point),
    elasticities: prediction.maxBatch > 0 ? fullMemoryElasticities(serving) : null,
    energies: Object.values(MEMORY_ENERGY).map((memory) => ({ memory, ...joulesPerToken(work, memory) })),
  };
}
