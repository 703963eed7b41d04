/** The gains of more bandwidth or memory, for the models that a run timed. */

import { quantile } from 'simple-statistics';
import type { DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import { estimate } from '../../../results/statistics.ts';
import type { RecordLaw } from '../law/of-record.ts';
import { boundOf } from '../law/verdict.ts';
import { DEFAULT_MODEL, MODELS } from '../models/index.ts';
import { tensorsAllIn } from '../models/tensors.ts';
import { factsOf, machinesOfRecord } from './machines.ts';
import { type Full, gainOfTwiceBandwidth, type PredictedPoint, predict, RANGES, type Served } from './predict.ts';

/** The gains of a better machine for a step. */
export interface Buys extends PredictedPoint {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** The speed-up of the step by twice the bandwidth. */
  readonly twiceBandwidth: number;
  /** The 95 % interval of `twiceBandwidth`, by that of the law; null where the machine's costs are not those of its steps. */
  readonly interval: readonly [low: number, high: number] | null;
  /** The machine with its memory full of such requests. Null where its memory is unknown, or not even one fits. */
  readonly full: Full | null;
}

/** The step of a question. */
type Asked = Pick<DecodeCase, 'model' | 'weights' | 'kv' | 'batch' | 'context'>;

/** The step for a run that timed no model. */
export const ASKED_BY_DEFAULT: Asked = { model: DEFAULT_MODEL.id, weights: 'f16', kv: 'f16', batch: 1, context: 4096 };

/** The largest timed step of each model in each format, without steps that only claims asked for. */
export function largestSteps({ decode = [] }: Pick<RunRecord, 'decode'>): Asked[] {
  const cases = decode
    .filter(({ status }) => status === 'measured')
    .map((m) => m.case)
    .filter(({ experiment }) => !experiment);
  const size = ({ batch, context }: PredictedPoint): number => batch * context;
  return cases.filter(
    (one) =>
      !cases.some((other) => other.model === one.model && other.weights === one.weights && size(other) > size(one)),
  );
}

/**
 * What a better machine than the one of `record` would buy for each of the steps `asked`. Steps of models that are no
 * presets are left out. A run that did not wait for memory measured no bandwidth, and so it says nothing of more.
 * @param found the law of the record
 */
export function buysOf(
  record: RunRecord,
  found: RecordLaw | undefined,
  memoryGB: number | undefined,
  asked: readonly Asked[],
): Buys[] {
  if (boundOf(record, found).verdict === 'not bandwidth-bound') return [];
  const facts = factsOf(record);
  const machineOf = machinesOfRecord(record, found, facts);
  const draws =
    found && found.basis !== 'products' ? drawsOf(found).map((draw) => machinesOfRecord(record, draw, facts)) : [];
  return asked.flatMap(({ model: id, weights, kv, batch, context }) => {
    const model = MODELS.find((one) => one.id === id);
    // The time of one step does not depend on the size of the memory.
    const machine = model && machineOf(weights, { memoryGB: memoryGB ?? RANGES.memory.max });
    if (!machine) return [];
    const served: Served = { model, tensors: tensorsAllIn(model, weights), weights, kv };
    const full = memoryGB === undefined ? null : predict(served, machine, { batch, context }).full;
    const twiceBandwidth = gainOfTwiceBandwidth(served, machine, { batch, context });
    // Replicates of the law say nothing of costs that are those of products.
    const gains = (typeof machine.steps === 'string' ? [] : draws).flatMap((of) => {
      const drawn = of(weights, { memoryGB: memoryGB ?? RANGES.memory.max });
      return drawn ? [gainOfTwiceBandwidth(served, drawn, { batch, context })] : [];
    });
    const interval = gains.length > 0 ? ([quantile(gains, 0.025), quantile(gains, 0.975)] as const) : null;
    return [{ model: id, weights, kv, batch, context, twiceBandwidth, interval, full }];
  });
}

/** The number of a law's replicates that an interval is taken from. */
const DRAWS = 100;

/**
 * Laws with the costs of single replicates: what the machine's law could as well have been. They have no replicates of
 * their own: a machine would be made of each.
 */
const drawsOf = ({ basis, law }: RecordLaw): RecordLaw[] =>
  law.draws.slice(0, DRAWS).map(({ form, costOf }) => ({
    basis,
    law: { ...law, form, draws: [], costOf: (id) => estimate(costOf(id), [], 0) },
  }));
