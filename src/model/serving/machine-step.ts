/**
 * A decode step on a machine of one GPU or several, whose weights may lie in the CPU's memory in part, and how many
 * sequences fit there.
 */

import { kvBytesHeld, ROUTING, type StepWork, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { capacity } from '../theory/laws.ts';
import { type Resource, type StepCosts, type StepTime, stepTime } from '../theory/step-time.ts';
import { type Lengths, meanOver, meanWork } from './lengths.ts';
import { offloaded } from './offload.ts';
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
  const { costs, gpus, memoryBytes, offloadBytesPerSecond } = machine;
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
  const room = memoryBytes - batch * meanOver(lengths, (context) => kvBytesHeld(model, context, kv, 'window'));
  const { readBytes } =
    offloadBytesPerSecond === undefined ? { readBytes: 0 } : offloaded(tensors, Math.max(0, room), batch);
  const offloadSeconds = readBytes / (offloadBytesPerSecond ?? 1);
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

/** The time of a prompt's prefill, in seconds. @param work of the prompt, whose batch is its tokens */
export function prefillSeconds({ model }: Kept, { costs, gpus }: Machine, work: StepWork, dispatches: number): number {
  // A pipeline's stages wait for each other, so that one prompt takes as long as on one GPU.
  const share = gpus && gpus.split !== 'pipeline' ? 1 / gpus.count : 1;
  // The tokens are not sequences: none has a cost of its own.
  const { seconds } = stepTime({ ...shareOf(work, share), batch: 1 }, costs, dispatches);
  return seconds + (gpus ? linkSecondsOf(model, work.batch, gpus) : 0);
}
