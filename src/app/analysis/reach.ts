/** The frontier of a machine as a run found it: what each reader and all readers get, batch by batch. */

import { isTimedStep } from '../../../results/derived/decode.ts';
import { maxOf } from '../../../results/lists.ts';
import type { DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import type { RecordLaw } from '../../model/law/of-record.ts';
import { MODELS } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { tensorsAllIn } from '../../model/models/tensors.ts';
import { machinesOfRecord, memoryGBOf } from '../../model/predict/machines.ts';
import { maxSequences, RANGES, type Served, timeOf } from '../../model/predict/predict.ts';
import { ASKED_BY_DEFAULT } from '../../model/predict/what-more-buys.ts';
import { type OperatingPoint, paretoFrontier, sweepBatches } from '../../model/theory/frontier.ts';

export interface ReachView {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  readonly context: number;
  readonly points: readonly OperatingPoint[];
  /** Whether the line ends because memory is full. False: the GPU’s memory is not known, or is larger. */
  readonly isFull: boolean;
}

/** How many times the largest batch that was timed the line goes on, and the largest batch that it shows at all. */
const [FURTHER, MOST] = [4, 1024];

/**
 * @param step the decode step of the result’s sentence; undefined where no whole step was timed
 * @param preset the preset that is estimated in that case
 * @returns undefined where too little was measured for a machine, or the model’s shapes are not known
 */
export function reachOf(
  record: RunRecord,
  step: DecodeCase | undefined,
  found: RecordLaw | undefined,
  preset: Model,
): ReachView | undefined {
  const { weights, kv, context } = step ?? ASKED_BY_DEFAULT;
  const model = step ? MODELS.find(({ id }) => id === step.model) : preset;
  if (!model) return undefined;
  const memoryGB = memoryGBOf(record);
  const machine = machinesOfRecord(record, found)(weights, { memoryGB: memoryGB ?? RANGES.memory.max });
  if (!machine) return undefined;
  const served: Served = { model, tensors: tensorsAllIn(model, weights), weights, kv };
  const timed = maxOf([1, ...(record.decode ?? []).filter(isTimedStep).map((m) => m.case.batch)]);
  const most = Math.min(MOST, FURTHER * Math.max(16, timed));
  const seats = maxSequences(served, machine, context);
  const batches = Math.min(most, seats);
  return {
    ...{ model: model.id, weights, kv, context },
    points: paretoFrontier(sweepBatches((batch) => timeOf(served, machine, { context, batch }).seconds, batches)),
    isFull: memoryGB !== undefined && seats <= most,
  };
}
