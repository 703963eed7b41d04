/** What more bandwidth, or more memory, would buy the models that a run timed. */

import { integerText, significant } from '../../../results/figures.ts';
import type { DecodeCase, RunRecord } from '../../../results/schema.ts';
import type { RecordLaw } from '../law/of-record.ts';
import { DEFAULT_MODEL, MODELS } from '../models/index.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { machinesOfRecord } from './machines.ts';
import { type Full, gainOfTwiceBandwidth, type Point, predict, RANGES, type Served } from './predict.ts';

/** What more of the machine would buy a step. */
export interface Buys extends Point {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** Its speed with twice the bandwidth, over its speed. */
  readonly twiceBandwidth: number;
  /** With the memory full of such requests; null where nobody knows how much there is, or not one fits. */
  readonly full: Full | null;
}

/** A step of which to ask what more of the machine would buy it. */
type Asked = Pick<DecodeCase, 'model' | 'weights' | 'kv' | 'batch' | 'context'>;

/** Of a run that timed no model. */
export const ASKED_BY_DEFAULT: Asked = { model: DEFAULT_MODEL.id, weights: 'f16', kv: 'f16', batch: 1, context: 4096 };

/** Of each model that somebody ran, in each format, its largest step. */
export function largestSteps({ decode = [] }: Pick<RunRecord, 'decode'>): Asked[] {
  const cases = decode
    .filter(({ status }) => status === 'measured')
    .map((m) => m.case)
    .filter(({ experiment }) => !experiment);
  const size = ({ batch, context }: Point): number => batch * context;
  return cases.filter(
    (one) =>
      !cases.some((other) => other.model === one.model && other.weights === one.weights && size(other) > size(one)),
  );
}

/**
 * What more of the machine that `record` measured would buy each of these steps; those of no preset are left out.
 * @param found The law of the record.
 */
export function buysOf(
  record: RunRecord,
  found: RecordLaw | undefined,
  memoryGB: number | undefined,
  asked: readonly Asked[],
): Buys[] {
  const machineOf = machinesOfRecord(record, found);
  return asked.flatMap(({ model: id, weights, kv, batch, context }) => {
    const model = MODELS.find((one) => one.id === id);
    // How much memory there is does not matter to one step.
    const machine = model && machineOf(model, weights, { memoryGB: memoryGB ?? RANGES.memory.max });
    if (!machine) return [];
    const served: Served = { model, tensors: tensorsIn(model, allIn(weights)), weights, kv };
    const full = memoryGB === undefined ? null : predict(served, machine, { batch, context }).full;
    const twiceBandwidth = gainOfTwiceBandwidth(served, machine, { batch, context });
    return [{ model: id, weights, kv, batch, context, twiceBandwidth, full }];
  });
}

const times = (n: number): string => `${significant(n)} times`;

/** A sentence of the step, and one of a memory full of such requests where that is known. */
export function buysTexts({ model, weights, batch, context, twiceBandwidth, full }: Buys): string[] {
  const at = `${model} in ${weights}, context ${integerText(context)}`;
  return [
    `twice the bandwidth buys ${times(twiceBandwidth)} the tokens/s: ${at}, batch ${integerText(batch)}`,
    ...(full
      ? [
          `twice the memory buys ${times(full.twiceMemory)}, and twice the bandwidth ${times(full.twiceBandwidth)}, with the memory full: ${at}`,
        ]
      : []),
  ];
}
