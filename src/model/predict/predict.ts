/**
 * What a model would do on a machine: speed by the law (`theory/step-time.ts`), room by its bytes (`theory/laws.ts`), and
 * which of them binds. Nothing is measured here: numbers of a machine in, numbers of a step out.
 */

import { largestWhere } from '../../../results/largest.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { dispatchesOf } from '../gemv-line/weights-only.ts';
import { kvBytesHeld, stepWork, weightBytesHeld } from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { allIn, type SizedTensor, tensorsIn } from '../models/tensors.ts';
import { capacity } from '../theory/laws.ts';
import { type Resource, type StepCosts, type StepTime, stepTime } from '../theory/step-time.ts';

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly whole?: boolean;
}

/** What is sane for each number that a person gives: outside lies a mistake of units. GB are 10⁹ bytes. */
export const RANGES = {
  /** From a phone's share to a row of racks'. */
  bandwidth: { min: 0.1, max: 1e8, unit: 'GB/s' },
  memory: { min: 0.01, max: 1e7, unit: 'GB' },
  flops: { min: 0.001, max: 1e9, unit: 'TFLOP/s' },
  /** Of one step. */
  overhead: { min: 0, max: 60_000, unit: 'ms' },
  context: { min: 1, max: 1e8, whole: true, unit: 'positions' },
  batch: { min: 1, max: 1e7, whole: true, unit: 'sequences' },
} as const satisfies Readonly<Record<string, Range>>;

/** @throws RangeError, in one line, naming the field, its range, and the value. */
export function requireInRange(field: keyof typeof RANGES, value: number): void {
  const { min, max, unit, whole }: Range = RANGES[field];
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  const kind = whole ? 'a whole number' : 'a number';
  throw new RangeError(`${field} must be ${kind} from ${min} to ${max} ${unit}; got ${value}`);
}

/** Number formats that a KV cache can have, whatever kernels here read: positions come one by one, and cannot share scales. */
export const CACHE_FORMATS: readonly string[] = Object.values(FORMATS)
  .filter(({ scales }) => scales === undefined || scales.rows === 1)
  .map(({ id }) => id);

export interface Machine {
  /** M: what weights and caches may take, in bytes. */
  readonly memoryBytes: number;
  readonly costs: StepCosts;
}

/** A model as it is served. */
export interface Served {
  readonly model: Model;
  readonly tensors: readonly SizedTensor[];
  /** What its weights are in: a format's id, or `stored`, as its file has them. */
  readonly weights: string;
  /** Format of the KV cache. */
  readonly kv: string;
}

export interface Point {
  /** Positions of each sequence, the new one included. */
  readonly context: number;
  /** Sequences. */
  readonly batch: number;
}

/** Changes, each alone, that would make a point fit. */
export interface WouldFit {
  /** Of memory. */
  readonly memoryBytes: number;
  /** The largest batch at this context; 0: not even one sequence. */
  readonly batch: number;
  /** The longest context at this batch; 0: not even one position. */
  readonly context: number;
  /** Formats that all weights could be in. */
  readonly weights: readonly string[];
}

/** The memory full of sequences: the most throughput at a context, and what a better machine would make of it. */
export interface Full {
  /** X. */
  readonly tokensPerSecond: number;
  /** X with twice the bandwidth, over X. */
  readonly twiceBandwidth: number;
  /** X with twice the memory, and it full again, over X. */
  readonly twiceMemory: number;
}

export interface Prediction extends Point {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** T; null where it does not fit, as are the next three: what does not run has no speed. */
  readonly stepMs: number | null;
  readonly terms: { readonly overheadMs: number; readonly weightsMs: number; readonly kvMs: number } | null;
  /** X, of all sequences. */
  readonly tokensPerSecond: number | null;
  /** v. */
  readonly tokensPerSecondPerUser: number | null;
  /** Read in a step, as is the next: of all sequences. */
  readonly weightBytes: number;
  readonly kvBytes: number;
  readonly weightBytesHeld: number;
  /** Of all sequences; of a sliding layer, its window. */
  readonly kvBytesHeld: number;
  /** The largest batch that fits at this context. */
  readonly maxBatch: number;
  readonly fits: boolean;
  readonly bound: Resource | 'capacity';
  /** Null where it fits. */
  readonly wouldFit: WouldFit | null;
  /** At `maxBatch`; null where not one sequence fits. */
  readonly full: Full | null;
}

/** @throws RangeError for a batch or a context outside their ranges. */
export function predict(served: Served, machine: Machine, point: Point): Prediction {
  const { model, tensors, weights, kv } = served;
  const { context, batch } = point;
  requireInRange('context', context);
  requireInRange('batch', batch);
  const { weightBytes, kvBytes } = stepWork(model, tensors, { ...point, kv });
  const maxBatch = mostSequences(served, machine, context);
  const fits = batch <= maxBatch;
  const time = timeOf(served, machine, point);
  return {
    ...{ model: model.id, weights, kv, context, batch },
    stepMs: fits ? 1000 * time.seconds : null,
    terms: fits
      ? {
          overheadMs: 1000 * time.overheadSeconds,
          weightsMs: 1000 * time.weightSeconds,
          kvMs: 1000 * time.kvSeconds,
        }
      : null,
    tokensPerSecond: fits ? batch / time.seconds : null,
    tokensPerSecondPerUser: fits ? 1 / time.seconds : null,
    ...{ weightBytes, kvBytes },
    weightBytesHeld: weightBytesHeld(tensors),
    kvBytesHeld: batch * kvBytesHeld(model, context, kv, 'window'),
    ...{ maxBatch, fits, bound: fits ? time.bound : 'capacity' },
    wouldFit: fits ? null : wouldFit(served, machine, point),
    full: maxBatch > 0 ? fullMemory(served, machine, context) : null,
  };
}

const timeOf = ({ model, tensors, kv }: Served, { costs }: Machine, point: Point): StepTime =>
  stepTime(stepWork(model, tensors, { ...point, kv }), costs, dispatchesOf(model));

const mostSequences = ({ model, tensors, kv }: Served, { memoryBytes }: Machine, context: number): number =>
  Math.floor(
    capacity({
      memoryBytes,
      weightBytes: weightBytesHeld(tensors),
      cacheBytes: kvBytesHeld(model, context, kv, 'window'),
    }),
  );

function fullMemory(served: Served, machine: Machine, context: number): Full {
  const throughputOf = (one: Machine): number => {
    const batch = mostSequences(served, one, context);
    return batch / timeOf(served, one, { context, batch }).seconds;
  };
  const { memoryBytes, costs } = machine;
  const tokensPerSecond = throughputOf(machine);
  return {
    tokensPerSecond,
    twiceBandwidth: throughputOf({ memoryBytes, costs: withTwiceBandwidth(costs) }) / tokensPerSecond,
    twiceMemory: throughputOf({ memoryBytes: 2 * memoryBytes, costs }) / tokensPerSecond,
  };
}

/** A machine with twice the bandwidth, and nothing else of it better. */
const withTwiceBandwidth = (costs: StepCosts): StepCosts => ({
  ...costs,
  weightBytesPerSecond: 2 * costs.weightBytesPerSecond,
  kvBytesPerSecond: 2 * costs.kvBytesPerSecond,
});

/** How much faster a step becomes with twice the bandwidth: from 1, where it waits for something else, to 2. */
export function gainOfTwiceBandwidth(served: Served, machine: Machine, point: Point): number {
  const better = { ...machine, costs: withTwiceBandwidth(machine.costs) };
  return timeOf(served, machine, point).seconds / timeOf(served, better, point).seconds;
}

function wouldFit(served: Served, machine: Machine, { context, batch }: Point): WouldFit {
  const { model, tensors, kv } = served;
  const needed = (weights: readonly SizedTensor[], positions: number): number =>
    weightBytesHeld(weights) + batch * kvBytesHeld(model, positions, kv, 'window');
  return {
    memoryBytes: needed(tensors, context),
    batch: mostSequences(served, machine, context),
    context: largestWhere((positions) => needed(tensors, positions) <= machine.memoryBytes, 1, context - 1) ?? 0,
    weights: Object.keys(FORMATS).filter((id) => needed(tensorsIn(model, allIn(id)), context) <= machine.memoryBytes),
  };
}
