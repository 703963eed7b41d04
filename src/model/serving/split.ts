/**
 * A decode step over several GPUs of one kind: the work of each of them, what it holds, and what the GPUs say to each
 * other. Whatever is not split evenly waits for the GPU that has most, so work is that of the fullest one.
 *
 * - `tensor`: each GPU has a part of every matrix (M. Shoeybi et al., "Megatron-LM", arXiv 1909.08053, §3). Two
 *   all-reduces a layer add the parts up. KV heads are split until each GPU has one, then they are copied; a latent of
 *   MLA, and the keys of an indexer, are copied to all. States are split by their heads.
 * - `pipeline`: each GPU has a run of layers (arXiv 2104.04473, §2.2). The batch goes through in as many groups as there
 *   are GPUs, one behind the other.
 * - `expert`: each GPU has a part of the experts and all else, and the attention of a part of the sequences. Two
 *   all-to-alls a layer bring tokens to their experts and back (DeepSeek-V3, arXiv 2412.19437, §3.4).
 *
 * Left out: the overlap of messages with work, uneven use of experts, and the gathering of logits.
 */

import { groupBy, maxOf } from '../../../results/lists.ts';
import { countText } from '../../../results/text/figures.ts';
import {
  kvBytesHeld,
  kvBytesRead,
  ROUTING,
  type StepWork,
  stateBytesWrittenIn,
  stepWork,
  weightBytesHeld,
  weightBytesRead,
} from '../models/accounting.ts';
import type { Attention, Layer, Model } from '../models/model.ts';
import type { SizedTensor } from '../models/tensors.ts';

export const SPLITS = ['tensor', 'pipeline', 'expert'] as const;

export type Split = (typeof SPLITS)[number];

/** The way from one GPU to another. */
export interface Link {
  /** α: the time of a message without bytes, in seconds. */
  readonly seconds: number;
  /** β: bytes/s in one direction. */
  readonly bytesPerSecond: number;
}

export interface Gpus {
  readonly count: number;
  readonly split: Split;
  readonly link: Link;
}

/** Bytes of an activation on its way: engines send 16 bits. */
const ACTIVATION_BYTES = 2;

/** Why a model cannot be split so; undefined where it can. */
export function whyNotSplit(
  { name, layers }: Model,
  { count, split }: Pick<Gpus, 'count' | 'split'>,
): string | undefined {
  if (split === 'pipeline') {
    return count > layers.length
      ? `${name} has ${countText(layers.length, 'layer')}, fewer than ${count} GPUs`
      : undefined;
  }
  if (split === 'expert') {
    const experts = layers.flatMap(({ mlp }) => (mlp.kind === 'experts' ? [mlp.experts] : []));
    if (experts.length === 0) return `${name} has no experts to split`;
    const uneven = experts.find((of) => of % count !== 0);
    return uneven === undefined ? undefined : `${uneven} experts are not split evenly over ${count} GPUs`;
  }
  const uneven = layers
    .flatMap(mixersOf)
    .flatMap((mixer) => headsOf(mixer)?.split ?? [])
    .find((heads) => heads % count !== 0);
  return uneven === undefined ? undefined : `${uneven} attention heads are not split evenly over ${count} GPUs`;
}

/** The heads of a mixer that tensor parallelism splits among GPUs, and those that each have a part of what is kept. */
function headsOf(a: Attention): { readonly split: number; readonly keeping: number } | undefined {
  switch (a.kind) {
    case 'grouped':
      return { split: a.queryHeads, keeping: a.kvHeads };
    case 'latent':
    case 'compressed':
      return { split: a.heads, keeping: 1 };
    case 'delta':
      return { split: a.valueHeads, keeping: a.valueHeads };
    case 'mamba':
      return { split: a.heads, keeping: a.heads };
    case 'recurrent':
    case 'linear':
    case 'none':
      return undefined;
  }
}

const mixersOf = ({ attention, beside }: Layer): readonly Attention[] => (beside ? [attention, beside] : [attention]);

/** The share of what a layer keeps that each of `count` GPUs has: that of its heads, and at least of one. */
const keptShare = (layer: Layer, count: number): number =>
  maxOf(
    mixersOf(layer)
      .map((mixer) => headsOf(mixer))
      .map((of) => (of ? Math.ceil(of.keeping / count) / of.keeping : 1)),
  );

/** What lies in the memory of the fullest GPU, in bytes. */
export interface HeldOnEach {
  readonly weightBytes: number;
  /** KV cache of one sequence. */
  readonly cacheBytes: number;
  /** The number of GPUs that each keep sequences of their own: all caches of a sequence lie on one of so many. */
  readonly groups: number;
}

/** A model as it lies in memory. */
export interface Kept {
  readonly model: Model;
  readonly tensors: readonly SizedTensor[];
  readonly kv: string;
}

const isExpert = ({ reads }: SizedTensor): boolean => typeof reads === 'object';

/** Sums over layers, each of which counts by `share`. */
function overLayers(model: Model, share: (layer: Layer) => number, of: (part: Model) => number): number {
  const parts = [...groupBy(model.layers, share)];
  return parts.reduce((sum, [share, layers]) => sum + share * of({ ...model, layers }), 0);
}

/** The share of a pipeline's layers that its fullest GPU has. */
const fullestStage = ({ layers }: Model, count: number): number => Math.ceil(layers.length / count) / layers.length;

/** What each of the GPUs holds, at a context. */
export function heldOnEach({ model, tensors, kv }: Kept, context: number, { count, split }: Gpus): HeldOnEach {
  const weights = weightBytesHeld(tensors);
  const cacheOf = (part: Model): number => kvBytesHeld(part, context, kv, 'window');
  if (split === 'pipeline') {
    const share = fullestStage(model, count);
    return { weightBytes: share * weights, cacheBytes: share * cacheOf(model), groups: 1 };
  }
  const experts = weightBytesHeld(tensors.filter(isExpert));
  if (split === 'expert') {
    return { weightBytes: weights - experts + experts / count, cacheBytes: cacheOf(model), groups: count };
  }
  return {
    weightBytes: weights / count,
    cacheBytes: overLayers(model, (layer) => keptShare(layer, count), cacheOf),
    groups: 1,
  };
}

/** A step on several GPUs. */
export interface SplitStep {
  /** The work of the fullest GPU, each time that it works for the step. */
  readonly work: StepWork;
  /** How often a step waits for such work, one after the other. */
  readonly turns: number;
  /** The share of a model's dispatches in each turn. */
  readonly dispatchShare: number;
  /** The time of messages that the step waits for. */
  readonly linkSeconds: number;
}

/** `share` of a step's work. Its sequences stay as they are. */
export const shareOf = (work: StepWork, share: number): StepWork => ({
  batch: work.batch,
  weightBytes: share * work.weightBytes,
  weightFlops: share * work.weightFlops,
  kvBytes: share * work.kvBytes,
  kvFlops: share * work.kvFlops,
});

/** The time of the messages that a step waits for, in seconds, where so many tokens pass each layer. One GPU sends none. */
export function linkSecondsOf({ hidden, layers }: Model, tokens: number, { count, split, link }: Gpus): number {
  if (count === 1) return 0;
  const messages = (number: number, bytes: number): number => number * (link.seconds + bytes / link.bytesPerSecond);
  const rowBytes = hidden * ACTIVATION_BYTES;
  const own = Math.ceil(tokens / count);
  switch (split) {
    case 'pipeline':
      // The last message brings the token back to the first GPU.
      return messages(count, own * rowBytes);
    case 'expert':
      return layers.reduce(
        (sum, { mlp }) =>
          mlp.kind === 'experts' ? sum + messages(2, own * mlp.active * rowBytes * ((count - 1) / count)) : sum,
        0,
      );
    case 'tensor':
      // A ring passes each byte on twice, but for the part that a GPU has itself.
      return messages(2 * layers.length, 2 * ((count - 1) / count) * tokens * rowBytes);
  }
}

/** A step of `batch` sequences, on several GPUs. */
export function splitStep(
  { model, tensors, kv }: Kept,
  { batch, context }: { readonly batch: number; readonly context: number },
  gpus: Gpus,
): SplitStep {
  const { count, split } = gpus;
  const workAt = (sequences: number): StepWork => stepWork(model, tensors, { batch: sequences, context, kv }, ROUTING);
  const linkSeconds = linkSecondsOf(model, batch, gpus);
  const own = Math.ceil(batch / count);
  if (split === 'pipeline') {
    const share = fullestStage(model, count);
    return { work: shareOf(workAt(own), share), turns: count, dispatchShare: share, linkSeconds };
  }
  const once = { turns: 1, dispatchShare: 1, linkSeconds };
  if (split === 'expert') {
    const mine = workAt(own);
    const experts = tensors.filter(isExpert);
    const ofExperts = (sequences: number): number => weightBytesRead(experts, sequences, ROUTING);
    return { ...once, work: { ...mine, weightBytes: ofExperts(batch) / count + mine.weightBytes - ofExperts(own) } };
  }
  const keptBytes = overLayers(
    model,
    (layer) => keptShare(layer, count),
    (part) => kvBytesRead(part, context, kv) + stateBytesWrittenIn(part),
  );
  return { ...once, work: { ...shareOf(workAt(batch), 1 / count), kvBytes: batch * keptBytes } };
}
