/**
 * Accounting of a decode step: what it must hold, read and compute, as sums over a model's tensors and its KV cache.
 * Bytes are exact: those of weights as a format or a file lays them out, those of a KV cache as `shaders/kv-cache.ts`
 * does. A context is the positions of one sequence, the new one included. A batch is the tokens of a step, one of each
 * sequence.
 *
 * Activations, which stay in caches, are left out, and so are an engine's other allocations: workspaces, room for
 * sequences to grow, alignment between tensors.
 */

import { matrixLayout } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import {
  type Cache,
  channelsOfDelta,
  channelsOfMamba,
  entriesKept,
  entriesRead,
  type Kept,
  keptBy,
  keptOf,
  stateBytesKept,
  stateBytesRead,
  stateBytesWritten,
} from './kept.ts';
import type { Attention, CompressedAttention, GroupedAttention, LatentAttention, Model } from './model.ts';
import { isMultiplied, type SizedTensor, type Tensor, tensorsOf, weightsIn } from './tensors.ts';

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);

const isInMemory = ({ sharedWith }: Tensor): boolean => sharedWith === undefined;

/** The number of weights of a model, a tied matrix counted once. */
export const parameters = (model: Model): number => sum(tensorsOf(model).filter(isInMemory), weightsIn);

/**
 * The number of active parameters, which one token uses: all but the experts that were not picked, and an embedding
 * that is not the head too, of which a token looks up one row. The gpt-oss model card counts like this (arXiv
 * 2508.10925, table 1); others, like Qwen3, count the embedding.
 */
export const activeParameters = (model: Model): number =>
  sum(tensorsOf(model), (tensor) => (tensor.reads === 'rows' ? 0 : partRead(tensor, weightsIn(tensor), 1, 1)));

/**
 * γ of people's texts: B of their tokens touch as many experts as B^γ tokens that pick independently. Fitted to three
 * models over batches of 1 to 32 on a DGX Spark (`published/machine-law.ts`), where γ from 0.6 to 0.85 does about as
 * well. The picks that HBMark's own steps draw are independent: γ = 1.
 */
export const ROUTING = 0.7;

/** The least and the most γ that was found: 0.52 by a public trace (docs/law.md), and 0.85 by the fit of `ROUTING`. */
export const ROUTING_RANGE = [0.52, 0.85] as const;

/**
 * The mean number of experts that at least one of `batch` tokens picks: E · (1 − (1 − k/E)^(B^γ)), where each token picks
 * k of E experts uniformly, and independently at γ = 1. Real routers favour some experts, and tokens of one text pick
 * alike: at γ = 0 they all pick the same.
 */
export const expertsTouched = (experts: number, active: number, batch: number, routing = 1): number =>
  // Exact for one token, where powers would round.
  batch === 1 ? active : experts * (1 - (1 - active / experts) ** (batch ** routing));

/** The part that a step at `batch` reads of a tensor's `whole`, which is its weights or its bytes. */
function partRead({ reads, rows, count }: Tensor, whole: number, batch: number, routing: number): number {
  if (reads === 'all') return whole;
  return reads === 'rows'
    ? (whole / rows) * batch
    : (whole / count) * expertsTouched(count, reads.picked, batch, routing);
}

/** Bytes of weights in memory, each tensor counted once. */
export const weightBytesHeld = (tensors: readonly SizedTensor[]): number =>
  sum(tensors.filter(isInMemory), ({ bytes }) => bytes);

/**
 * Bytes of weights that one step at `batch` reads: projections, head and vectors once, a row of the embedding for each
 * token, and the experts that are touched (a mean, exact at batch 1). A tied matrix counts as head and, by its rows, as
 * embedding.
 */
export const weightBytesRead = (tensors: readonly SizedTensor[], batch: number, routing = 1): number =>
  sum(tensors, (tensor) => partRead(tensor, tensor.bytes, batch, routing));

/**
 * Formats that engines have for caches alone: fp8 with a scale for a whole tensor, and blocks of llama.cpp
 * (ggml/src/ggml-common.h).
 */
export const CACHE_BLOCKS: Readonly<Record<string, { readonly values: number; readonly bytes: number }>> = {
  'fp8-cache': { values: 1, bytes: 1 },
  q4_1: { values: 32, bytes: 20 },
  q5_0: { values: 32, bytes: 22 },
  q5_1: { values: 32, bytes: 24 },
};

/**
 * Bytes that an entry takes in a cache: keys and values of all KV heads, or a latent. Rows take whole 16-byte loads, and
 * scales are included.
 * @throws RangeError for a format whose rows share scales: positions enter a cache one by one
 */
export function entryBytes({ rows }: Cache, formatId: string): number {
  const block = CACHE_BLOCKS[formatId];
  if (block) return sum(rows, ([count, columns]) => count * Math.ceil(columns / block.values) * block.bytes);
  const format = formatById(formatId);
  if (format.scales && format.scales.rows > 1) {
    throw new RangeError(`a KV cache needs a format whose rows have their own scales; rows of ${formatId} share them`);
  }
  return sum(rows, ([count, columns]) => {
    const { loadsPerRow, scalesPerRow } = matrixLayout(format, count, columns);
    return count * (loadsPerRow * 16 + (scalesPerRow * (format.scales?.type.bits ?? 0)) / 8);
  });
}

const perPosition = (all: readonly Kept[], formatId: string): number =>
  sum(all, (kept) => (kept.kind === 'cache' && !kept.elsewhere ? entryBytes(kept, formatId) / (kept.every ?? 1) : 0));

/** Bytes that one position takes in the caches of a mixer. Compressed entries count by their share of a position. */
export const kvBytesPerPosition = (attention: Attention, formatId: string): number =>
  perPosition(keptOf(attention), formatId);

/** Bytes of KV cache that one more token of context takes in all layers, if it is inside every window. */
export const kvBytesPerToken = (model: Model, formatId: string): number =>
  sum(model.layers, (layer) => perPosition(keptBy(layer), formatId));

/**
 * Bytes of caches and states that a step reads for one sequence: a window's positions where there is one, the entries
 * that are picked where attention is sparse, the indexer's keys and states as a whole.
 */
export const kvBytesRead = (model: Model, context: number, formatId: string): number =>
  sum(model.layers, (layer) =>
    sum(keptBy(layer), (kept) =>
      kept.kind === 'state' ? stateBytesRead(kept) : entryBytes(kept, formatId) * entriesRead(kept, context),
    ),
  );

/** Bytes of states that a step writes for one sequence. The new rows of caches are not counted: they are few. */
export const stateBytesWrittenIn = (model: Model): number =>
  sum(model.layers, (layer) => sum(keptBy(layer), (kept) => (kept.kind === 'state' ? stateBytesWritten(kept) : 0)));

/** Bytes of states that one sequence keeps, whatever its context. */
export const stateBytesHeld = (model: Model): number =>
  sum(model.layers, (layer) => sum(keptBy(layer), (kept) => (kept.kind === 'state' ? stateBytesKept(kept) : 0)));

/** The part of `kvBytesRead` that layers with a sliding window read. */
export const windowBytesRead = (model: Model, context: number, formatId: string): number =>
  sum(model.layers, (layer) =>
    sum(keptBy(layer), (kept) =>
      kept.kind === 'cache' && kept.window !== undefined ? entryBytes(kept, formatId) * entriesRead(kept, context) : 0,
    ),
  );

/**
 * Bytes of caches and states that one sequence keeps. An engine may drop positions that have left the window (`window`),
 * or keep `all`, as it must to return to an earlier position or to share prefixes.
 */
export const kvBytesHeld = (model: Model, context: number, formatId: string, keeps: 'window' | 'all'): number =>
  keeps === 'all'
    ? kvBytesPerToken(model, formatId) * context + stateBytesHeld(model)
    : sum(model.layers, (layer) =>
        sum(keptBy(layer), (kept) =>
          kept.kind === 'state' ? stateBytesKept(kept) : entryBytes(kept, formatId) * entriesKept(kept, context),
        ),
      );

/** ρ: the bytes of caches and states that a step reads over those that are kept. */
export const shareRead = (model: Model, context: number, formatId: string): number => {
  const held = kvBytesHeld(model, context, formatId, 'window');
  return held === 0 ? 1 : kvBytesRead(model, context, formatId) / held;
};

/**
 * Operations of one token with the weights: 2 for each weight that it is multiplied by. Norms, rotations, softmax and
 * activation functions are left out; they are about a thousandth.
 */
export function weightFlopsPerToken(model: Model): number {
  const flops =
    knownFlops.get(model) ??
    2 * sum(tensorsOf(model).filter(isMultiplied), (tensor) => partRead(tensor, weightsIn(tensor), 1, 1));
  knownFlops.set(model, flops);
  return flops;
}

/** What was counted before: a sweep has hundreds of steps of one model, which never changes. */
const knownFlops = new WeakMap<Model, number>();

/**
 * Operations of one token's attention at `context`: 2 · query heads · (key width + value width) · positions attended
 * to; a differential head weighs the values of two. MLA is absorbed: its keys are kv rank + rope dim wide, its values kv
 * rank. An indexer takes 2 · heads · width for each of its keys, and a recurrent state 7 (delta rule: two products, an
 * update and a decay) or 5 (Mamba) for each value.
 */
export const attentionFlopsPerToken = (model: Model, context: number): number =>
  sum(
    model.layers,
    ({ attention, beside }) => mixerFlops(attention, context) + (beside ? mixerFlops(beside, context) : 0),
  );

function mixerFlops(a: Attention, context: number): number {
  switch (a.kind) {
    case 'grouped': {
      const { queryHeads, headDim, valueDim = headDim, differential } = a;
      const weighed = differential ? 2 * valueDim : valueDim;
      return 2 * queryHeads * (headDim + weighed) * attended(a, context) + indexerFlops(a, context);
    }
    case 'latent':
      return 2 * a.heads * (2 * a.kvRank + a.ropeDim) * attended(a, context) + indexerFlops(a, context);
    case 'compressed': {
      const { heads, headDim, window, ratio, picks = Number.POSITIVE_INFINITY } = a;
      const entries = ratio === undefined ? 0 : Math.floor(context / ratio);
      const read = Math.min(context, window) + Math.min(entries, picks);
      return 4 * heads * headDim * read + indexerFlops(a, entries);
    }
    case 'delta':
      return 7 * a.valueHeads * a.keyDim * a.valueDim + 2 * a.convolution * channelsOfDelta(a);
    case 'mamba':
      return 5 * a.heads * a.headDim * a.stateDim + 2 * a.convolution * channelsOfMamba(a);
    case 'recurrent':
      return a.operations;
    case 'linear':
    case 'none':
      return 0;
  }
}

/** The number of positions that attention looks at, at `context`: those of its own cache, or of one before. */
const attended = (a: GroupedAttention | LatentAttention, context: number): number => {
  const [cache] = keptOf(a);
  return cache?.kind === 'cache' ? entriesRead(cache, context) : 0;
};

const indexerFlops = ({ indexer }: Pick<CompressedAttention, 'indexer'>, keys: number): number =>
  indexer ? 2 * indexer.heads * indexer.dim * keys : 0;

/** Operations to make one token at `context`. */
export const flopsPerToken = (model: Model, context: number): number =>
  weightFlopsPerToken(model) + attentionFlopsPerToken(model, context);

/** The work of a step, over all its sequences. Bytes are those that it reads, and those of states that it writes. */
export interface StepWork {
  readonly batch: number;
  readonly weightBytes: number;
  readonly weightFlops: number;
  readonly kvBytes: number;
  readonly kvFlops: number;
}

/**
 * The work of a step of `model` with the weights `tensors`, for `batch` sequences of `context` positions each.
 * @param routing γ of the picks of experts (`expertsTouched`)
 */
export const stepWork = (
  model: Model,
  tensors: readonly SizedTensor[],
  { batch, context, kv }: { readonly batch: number; readonly context: number; readonly kv: string },
  routing = 1,
): StepWork => ({
  batch,
  weightBytes: weightBytesRead(tensors, batch, routing),
  weightFlops: batch * weightFlopsPerToken(model),
  kvBytes: batch * (kvBytesRead(model, context, kv) + stateBytesWrittenIn(model)),
  kvFlops: batch * attentionFlopsPerToken(model, context),
});
