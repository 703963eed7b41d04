/**
 * A decode step on a machine of one GPU or several, whose weights may lie in the CPU's memory in part, and how many
 * sequences fit there.
 */

import { kvBytesHeld, ROUTING, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { capacity } from '../theory/laws.ts';
import { type Resource, type StepCosts, type StepTime, stepTime } from '../theory/step-time.ts';
import { type Lengths, meanOver, meanWork } from './lengths.ts';
import { offloaded } from './offload.ts';
import { promptWork } from './prompt.ts';
import {
  type Gpus,
  type HeldOnEach,
  heldOnEach,
  type Kept,
  linkSecondsOf,
  type SplitStep,
  shareOf,
  splitStep,
} from './split.ts';

export interface Machine {
  /** M: bytes that weights and KV caches may take, on each GPU. */
  readonly memoryBytes: number;
  /** The costs of each GPU. */
  readonly costs: StepCosts;
  /** Default: one GPU. */
  readonly gpus?: Gpus;
  /** Bytes/s at which a step reads weights that do not fit, and lie in the CPU's memory. Default: all have to fit. */
  readonly offloadBytesPerSecond?: number;
}

/** What most of a step's time goes to: a resource of a GPU, what GPUs say to each other, or the CPU's memory. */
export type Bound = Resource | 'links' | 'offload';

export interface MachineStep extends Omit<StepTime, 'bound'> {
  /** Seconds of messages between GPUs. */
  readonly linkSeconds: number;
  /** Seconds of reading weights from the CPU's memory. */
  readonly offloadSeconds: number;
  readonly bound: Bound;
}

interface Point {
  readonly context: Lengths;
  readonly batch: number;
}

/** T of a step at a point, whether or not the point fits. */
export function stepOn(kept: Kept, machine: Machine, point: Point, dispatches: number): MachineStep {
  const { model, tensors, kv } = kept;
  const { costs, gpus } = machine;
  const { batch } = point;
  const partAt = (context: number): SplitStep =>
    gpus
      ? splitStep(kept, { context, batch }, gpus)
      : {
          ...{ turns: 1, dispatchShare: 1, linkSeconds: 0 },
          work: stepWork(model, tensors, { context, batch, kv }, ROUTING),
        };
  const { context: lengths } = point;
  const one = partAt(typeof lengths === 'number' ? lengths : 1);
  const work = typeof lengths === 'number' ? one.work : meanWork(lengths, (context) => partAt(context).work);
  // What is not work does not depend on the context.
  const { turns, dispatchShare, linkSeconds } = one;
  const { readBytes, seconds: offloadSeconds } = readFromCpu(kept, machine, point, batch);
  const time = stepTime({ ...work, weightBytes: work.weightBytes - readBytes }, costs, dispatches * dispatchShare);
  const { bandwidth, compute, overhead } = time.spent;
  const spent = { bandwidth: turns * bandwidth, compute: turns * compute, overhead: turns * overhead };
  const all: Record<Bound, number> = { ...spent, links: linkSeconds, offload: offloadSeconds };
  return {
    seconds: turns * time.seconds + linkSeconds + offloadSeconds,
    overheadSeconds: turns * time.overheadSeconds,
    weightSeconds: turns * time.weightSeconds,
    kvSeconds: turns * time.kvSeconds,
    ...{ linkSeconds, offloadSeconds, spent },
    bound: (Object.keys(all) as Bound[]).reduce((top, one) => (all[one] > all[top] ? one : top)),
  };
}

/**
 * What is read of the weights that lie in the CPU's memory beside a point's caches, and the time of that.
 * @param rows of activations that pass the weights: sequences of a step, or tokens of a prompt
 */
function readFromCpu({ model, tensors, kv }: Kept, machine: Machine, { context, batch }: Point, rows: number) {
  const { memoryBytes, offloadBytesPerSecond } = machine;
  if (offloadBytesPerSecond === undefined) return { readBytes: 0, seconds: 0 };
  const room = memoryBytes - batch * meanOver(context, (at) => kvBytesHeld(model, at, kv, 'window'));
  const { readBytes } = offloaded(tensors, Math.max(0, room), rows);
  return { readBytes, seconds: readBytes / offloadBytesPerSecond };
}

/** What lies on each GPU. Weights that may lie in the CPU's memory need no room. */
function heldOn({ model, tensors, kv }: Kept, machine: Machine, lengths: Lengths): HeldOnEach {
  const { gpus, offloadBytesPerSecond } = machine;
  if (gpus) {
    const at = (context: number): HeldOnEach => heldOnEach({ model, tensors, kv }, context, gpus);
    return { ...at(1), cacheBytes: meanOver(lengths, (context) => at(context).cacheBytes) };
  }
  return {
    weightBytes: offloadBytesPerSecond === undefined ? weightBytesHeld(tensors) : 0,
    cacheBytes: meanOver(lengths, (context) => kvBytesHeld(model, context, kv, 'window')),
    groups: 1,
  };
}

/** The number of sequences that fit at a context, or of a mix of lengths. */
export function maxSequences(kept: Kept, machine: Machine, lengths: Lengths): number {
  const { groups, ...held } = heldOn(kept, machine, lengths);
  return groups * Math.floor(capacity({ memoryBytes: machine.memoryBytes, ...held }));
}

/** The bytes that a point needs on each GPU. */
export function neededOn(kept: Kept, machine: Machine, { context, batch }: Point): number {
  const { weightBytes, cacheBytes, groups } = heldOn(kept, machine, context);
  return weightBytes + Math.ceil(batch / groups) * cacheBytes;
}

/**
 * The time of the prefill of one prompt, in seconds.
 * @param point the prompt's tokens as `context`, and the sequences that lie in memory with it, itself included
 */
export function prefillSeconds(
  kept: Kept,
  machine: Machine,
  point: Point & { readonly context: number },
  dispatches: number,
): number {
  const { costs, gpus } = machine;
  const work = promptWork(kept.model, kept.tensors, point.context, kept.kv);
  const { readBytes, seconds: offloadSeconds } = readFromCpu(kept, machine, point, work.batch);
  // A pipeline's stages wait for each other, so that one prompt takes as long as on one GPU.
  const share = gpus && gpus.split !== 'pipeline' ? 1 / gpus.count : 1;
  const onGpu = { ...work, weightBytes: work.weightBytes - readBytes };
  // The tokens are not sequences: none has a cost of its own.
  const { seconds } = stepTime({ ...shareOf(onGpu, share), batch: 1 }, costs, dispatches);
  return seconds + offloadSeconds + (gpus ? linkSecondsOf(kept.model, work.batch, gpus) : 0);
}
