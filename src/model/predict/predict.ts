/**
 * Predicts a model's decode step on a machine: its speed by the law (`theory/step-time.ts`), how many sequences fit
 * (`theory/laws.ts`), and what binds. Nothing is measured here.
 */

import { largestWhere } from '../../../results/largest.ts';
import { MAX_GBPS, MAX_MEMORY_GB, MIN_MEMORY_GB } from '../../../results/record/bounds.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import {
  kvBytesHeld,
  ROUTING,
  ROUTING_RANGE,
  type StepWork,
  shareRead,
  stepWork,
  weightBytesHeld,
  weightBytesRead,
} from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { positionsOf } from '../models/predicted.ts';
import { type SizedTensor, tensorsAllIn } from '../models/tensors.ts';
import { bestBatch } from '../serving/best-batch.ts';
import { type Lengths, type Mix, meanOver, meanWork } from '../serving/lengths.ts';
import { type Bound, type Machine, type MachineStep, maxSequences, neededOn, stepOn } from '../serving/machine-step.ts';
import type { StepCosts } from '../theory/step-time.ts';

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly whole?: boolean;
}

/** Plausible ranges of the numbers that a person gives; a number outside has the wrong unit. GB is 10⁹ bytes. */
export const RANGES = {
  /** Bandwidth, from a part of a phone's to a row of racks'. */
  bandwidth: { min: 0.1, max: MAX_GBPS, unit: 'GB/s' },
  memory: { min: MIN_MEMORY_GB, max: MAX_MEMORY_GB, unit: 'GB' },
  flops: { min: 0.001, max: 1e9, unit: 'TFLOP/s' },
  /** Overhead of one step. */
  overhead: { min: 0, max: 60_000, unit: 'ms' },
  context: { min: 1, max: 1e8, whole: true, unit: 'positions' },
  batch: { min: 1, max: 1e7, whole: true, unit: 'sequences' },
} as const satisfies Readonly<Record<string, Range>>;

/** Refuses a value outside its range. @throws RangeError naming the field, its range, and the value. */
export function requireInRange(field: keyof typeof RANGES, value: number): void {
  const { min, max, unit, whole }: Range = RANGES[field];
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  const kind = whole ? 'a whole number' : 'a number';
  throw new RangeError(`${field} must be ${kind} from ${min} to ${max} ${unit}; got ${value}`);
}

/** Ids of the formats that a KV cache can have: positions enter one by one, so they cannot share scales. */
export const CACHE_FORMATS: readonly string[] = Object.values(FORMATS)
  .filter(({ scales }) => scales === undefined || scales.rows === 1)
  .map(({ id }) => id);

export { type Machine, maxSequences } from '../serving/machine-step.ts';

/** A model as it is served. */
export interface Served {
  readonly model: Model;
  readonly tensors: readonly SizedTensor[];
  /** Format of the weights: a format's id, or `stored` for the formats of a file. */
  readonly weights: string;
  /** Number format of the KV cache. */
  readonly kv: string;
  /** Its name as it was asked for. Default: `kv`. */
  readonly kvName?: string;
  /** The file's own quantisation in words, where the weights are those of a config that names one. */
  readonly quantisation?: string | undefined;
}

/** Formats of KV caches by the names that engines have for them, in lower case. */
const CACHE_NAMES: Readonly<Record<string, string>> = {
  ...{ fp32: 'f32', float32: 'f32', fp16: 'f16', float16: 'f16', half: 'f16', auto: 'f16', bfloat16: 'bf16' },
  ...{ q8_0: 'int8', int4: 'int4-g32', q4_0: 'int4-g32', iq4_nl: 'int4-g32', q4_1: 'q4_1', q5_0: 'q5_0', q5_1: 'q5_1' },
  ...{ fp8: 'fp8-cache', fp8_e4m3: 'fp8-cache', fp8_e5m2: 'fp8-cache', f8_e4m3: 'fp8-cache', e4m3: 'fp8-cache' },
};

/** Names that a KV cache's format can be asked for by. */
export const CACHE_FORMAT_NAMES: readonly string[] = ['fp8', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0'];

/** The format of a KV cache of this name, in any case; undefined for none. */
export function cacheFormatNamed(name: string): string | undefined {
  const lower = name.toLowerCase();
  return (
    CACHE_FORMATS.find((id) => id === lower) ?? (Object.hasOwn(CACHE_NAMES, lower) ? CACHE_NAMES[lower] : undefined)
  );
}

export interface PredictedPoint {
  /** Positions of each sequence, the new one included; of a mix the mean, rounded. */
  readonly context: number;
  /** Number of sequences. */
  readonly batch: number;
  /** The lengths of the sequences, where they differ. Null or absent: all have `context`. */
  readonly mix?: Mix | null;
}

/** A point whose sequences have the lengths of a mix. */
export const mixedPoint = (mix: Mix, batch: number): PredictedPoint => ({
  context: Math.round(meanOver(mix, (context) => context)),
  ...{ batch, mix },
});

const lengthsOf = ({ context, mix }: Omit<PredictedPoint, 'batch'>): Lengths => mix ?? context;

/** Changes that would each make a point fit. */
export interface WouldFit {
  /** Bytes of memory that the point needs, on each GPU. */
  readonly memoryBytes: number;
  /** The largest batch that fits at this context; 0 if not even one sequence does. */
  readonly batch: number;
  /** The longest context that fits at this batch; 0 if not even one position does, and for a mix of lengths. */
  readonly context: number;
  /** Formats in which the weights would fit. */
  readonly weights: readonly string[];
}

/**
 * The machine at the batch that makes most tokens, and the gains of a better one. That batch is all that fit, but where
 * the caches of more push weights into the CPU's memory, or leave a pipeline's last group nearly empty.
 */
export interface Full {
  readonly batch: number;
  /** X: throughput of all sequences. */
  readonly tokensPerSecond: number;
  /** Gain of twice the bandwidth: its X over X, each at its best batch. */
  readonly twiceBandwidth: number;
  /** Gain of twice the memory, likewise. */
  readonly twiceMemory: number;
}

export interface Prediction extends PredictedPoint {
  readonly mix: Mix | null;
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** T in ms; null where the point does not fit. */
  readonly stepMs: number | null;
  /** The terms of T in ms; null where the point does not fit. */
  readonly terms: {
    readonly overheadMs: number;
    readonly weightsMs: number;
    readonly kvMs: number;
    /** Messages between GPUs. */
    readonly linksMs: number;
    /** Weights in the CPU's memory. */
    readonly offloadMs: number;
  } | null;
  /** X: throughput of all sequences; null where the point does not fit. */
  readonly tokensPerSecond: number | null;
  /** v: speed of one sequence; null where the point does not fit. */
  readonly tokensPerSecondPerUser: number | null;
  /** Bytes of weights that a step reads. */
  readonly weightBytes: number;
  /** Bytes of caches and states that a step reads, and of states that it writes, of all sequences. */
  readonly kvBytes: number;
  readonly weightBytesHeld: number;
  /** Bytes of caches and states held for all sequences; sliding layers keep only their window. */
  readonly kvBytesHeld: number;
  /** ρ: the bytes of caches and states that a step reads over those that are kept. */
  readonly cacheShareRead: number;
  /** The file's own quantisation in words; null where the weights are in another format. */
  readonly quantisation: string | null;
  /** The longest context that the model was made for; null where it is not known. */
  readonly positions: number | null;
  /** The largest batch that fits at this context. */
  readonly maxBatch: number;
  readonly fits: boolean;
  readonly bound: Bound | 'capacity';
  /** Changes that would make the point fit; null where it fits. */
  readonly wouldFit: WouldFit | null;
  /** The machine at its best batch; null where not even one sequence fits. */
  readonly full: Full | null;
}

/** Predicts a point of a served model on a machine. @throws RangeError for a batch or context outside its range. */
export function predict(served: Served, machine: Machine, point: PredictedPoint): Prediction {
  const step = predictStep(served, machine, point);
  return {
    ...step,
    wouldFit: step.fits ? null : wouldFit(served, machine, point),
    full: step.maxBatch > 0 ? fullMemory(served, machine, point) : null,
  };
}

/** A prediction without what takes longest: the steps of other points. @throws RangeError as `predict` */
export function predictStep(
  served: Served,
  machine: Machine,
  point: PredictedPoint,
): Omit<Prediction, 'wouldFit' | 'full'> {
  const { model, tensors, weights, kv } = served;
  const { context, batch, mix = null } = point;
  for (const one of mix ?? [point]) requireInRange('context', one.context);
  requireInRange('batch', batch);
  const lengths = lengthsOf(point);
  const { weightBytes, kvBytes } = workOf(served, point);
  const keptBytes = meanOver(lengths, (at) => kvBytesHeld(model, at, kv, 'window'));
  const readBytes = meanOver(lengths, (at) => shareRead(model, at, kv) * kvBytesHeld(model, at, kv, 'window'));
  const maxBatch = maxSequences(served, machine, lengths);
  const fits = batch <= maxBatch;
  const time = timeOf(served, machine, point);
  return {
    ...{ model: model.id, weights, kv: served.kvName ?? kv, context, batch, mix },
    stepMs: fits ? 1000 * time.seconds : null,
    terms: fits
      ? {
          overheadMs: 1000 * time.overheadSeconds,
          weightsMs: 1000 * time.weightSeconds,
          kvMs: 1000 * time.kvSeconds,
          linksMs: 1000 * time.linkSeconds,
          offloadMs: 1000 * time.offloadSeconds,
        }
      : null,
    tokensPerSecond: fits ? batch / time.seconds : null,
    tokensPerSecondPerUser: fits ? 1 / time.seconds : null,
    ...{ weightBytes, kvBytes },
    weightBytesHeld: weightBytesHeld(tensors),
    kvBytesHeld: batch * keptBytes,
    cacheShareRead: keptBytes === 0 ? 1 : readBytes / keptBytes,
    quantisation: served.quantisation ?? null,
    positions: positionsOf(model) ?? null,
    ...{ maxBatch, fits, bound: fits ? time.bound : 'capacity' },
  };
}

/** The work of a point. Experts are picked as people's texts pick them. */
export const workOf = ({ model, tensors, kv }: Served, point: PredictedPoint): StepWork =>
  meanWork(lengthsOf(point), (context) => stepWork(model, tensors, { context, batch: point.batch, kv }, ROUTING));

/**
 * The bytes of weights that a step of several sequences reads where their texts pick experts more alike than most, and
 * less; null where it does not depend on that. A bound with them is no bound: texts decide.
 */
export function pickedBytes({ tensors }: Served, batch: number): readonly [least: number, most: number] | null {
  if (batch === 1 || !tensors.some(isPicked)) return null;
  const [alike, apart] = ROUTING_RANGE;
  return [weightBytesRead(tensors, batch, alike), weightBytesRead(tensors, batch, apart)];
}

/** Whether a step reads only the part of a tensor whose experts its tokens pick. */
const isPicked = ({ reads }: SizedTensor): boolean => typeof reads === 'object';

/** T of a point and its terms, whether or not the point fits. */
export const timeOf = (served: Served, machine: Machine, point: PredictedPoint): MachineStep =>
  stepOn(served, machine, { context: lengthsOf(point), batch: point.batch }, dispatchesOf(served.model));

function fullMemory(served: Served, machine: Machine, point: PredictedPoint): Full {
  const bestOf = (one: Machine) => {
    const rateAt = (batch: number): number => batch / timeOf(served, one, { ...point, batch }).seconds;
    const batch = bestBatch(served, one, lengthsOf(point), rateAt);
    return { batch, tokensPerSecond: rateAt(batch) };
  };
  const { memoryBytes, costs } = machine;
  const best = bestOf(machine);
  return {
    ...best,
    twiceBandwidth: bestOf({ ...machine, costs: withTwiceBandwidth(costs) }).tokensPerSecond / best.tokensPerSecond,
    twiceMemory: bestOf({ ...machine, memoryBytes: 2 * memoryBytes }).tokensPerSecond / best.tokensPerSecond,
  };
}

/** Costs with twice the bandwidth and nothing else improved. */
export const withTwiceBandwidth = (costs: StepCosts): StepCosts => ({
  ...costs,
  weightBytesPerSecond: 2 * costs.weightBytesPerSecond,
  kvBytesPerSecond: 2 * costs.kvBytesPerSecond,
});

/** The speed-up of a step by twice the bandwidth: from 1, where the step waits for something else, to 2. */
export function gainOfTwiceBandwidth(served: Served, machine: Machine, point: PredictedPoint): number {
  const better = { ...machine, costs: withTwiceBandwidth(machine.costs) };
  return timeOf(served, machine, point).seconds / timeOf(served, better, point).seconds;
}

function wouldFit(served: Served, machine: Machine, point: PredictedPoint): WouldFit {
  const { context, batch, mix } = point;
  const lengths = lengthsOf(point);
  const needed = (tensors: readonly SizedTensor[], at: Lengths): number =>
    neededOn({ ...served, tensors }, machine, { context: at, batch });
  const { model, tensors } = served;
  const shorter = mix ? undefined : largestWhere((at) => needed(tensors, at) <= machine.memoryBytes, 1, context - 1);
  return {
    memoryBytes: needed(tensors, lengths),
    batch: maxSequences(served, machine, lengths),
    context: shorter ?? 0,
    weights: Object.keys(FORMATS).filter((id) => needed(tensorsAllIn(model, id), lengths) <= machine.memoryBytes),
  };
}
