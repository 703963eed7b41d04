/**
 * What a decode step must hold, read and compute: sums over a model's tensors and its KV cache. Bytes are bytes, and
 * exact: of weights as a format or a file lays them out, of a KV cache as `shaders/kv-cache.ts` does. Contexts are
 * positions of one sequence, the new one included; a batch is tokens, one of each sequence.
 *
 * Left out everywhere: activations, which stay in caches, and what an engine allocates besides (workspaces, room for
 * sequences to grow, alignment between tensors).
 */

import { matrixLayout } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import type { Attention, Model } from './model.ts';
import { isMultiplied, type SizedTensor, type Tensor, tensorsOf, weightsIn } from './tensors.ts';

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);

const isInMemory = ({ sharedWith }: Tensor): boolean => sharedWith === undefined;

/** Learned numbers of `model`, a tied matrix once. */
export const parameters = (model: Model): number => sum(tensorsOf(model).filter(isInMemory), weightsIn);

/**
 * Parameters that one token meets: everything but the experts that were not picked and, where it is not the head too,
 * the embedding, of which a token looks up one row. As counted in the gpt-oss model card (arXiv 2508.10925, table 1);
 * others count the embedding (Qwen3).
 */
export const activeParameters = (model: Model): number =>
  sum(tensorsOf(model), (tensor) => (tensor.reads === 'rows' ? 0 : partRead(tensor, weightsIn(tensor), 1)));

/**
 * Experts that at least one of `batch` tokens picks, on average: E · (1 − (1 − k/E)^B), where each picks k of E, all
 * experts alike and tokens without regard to each other. Real routers favour some experts, and tokens of one text
 * pick alike: then it is an upper bound.
 */
export const expertsTouched = (experts: number, active: number, batch: number): number =>
  // Of one token exactly, where the powers would round.
  batch === 1 ? active : experts * (1 - (1 - active / experts) ** batch);

/** How much of `whole`, its weights or its bytes, a step at `batch` reads of a tensor. */
function partRead({ reads, rows, count }: Tensor, whole: number, batch: number): number {
  if (reads === 'all') return whole;
  return reads === 'rows' ? (whole / rows) * batch : (whole / count) * expertsTouched(count, reads.picked, batch);
}

/** Bytes of weights in memory: each tensor once. */
export const weightBytesHeld = (tensors: readonly SizedTensor[]): number =>
  sum(tensors.filter(isInMemory), ({ bytes }) => bytes);

/**
 * Bytes of weights that one step at `batch` reads: projections, head and vectors once, of the embedding a row to each
 * token, and of experts those that are touched (an average, exact at batch 1). A tied matrix counts as head and, row by
 * row, as embedding.
 */
export const weightBytesRead = (tensors: readonly SizedTensor[], batch: number): number =>
  sum(tensors, (tensor) => partRead(tensor, tensor.bytes, batch));

/** Rows of the KV cache that a position takes in one layer, and their width: a key and a value to a head, or a latent. */
const kvRows = (a: Attention): { readonly rows: number; readonly columns: number } =>
  a.kind === 'grouped' ? { rows: 2 * a.kvHeads, columns: a.headDim } : { rows: 1, columns: a.kvRank + a.ropeDim };

/**
 * Bytes that one position takes in the KV cache of one layer: 2 · KV heads · head dim · bytes of a value, for MLA
 * (kv rank + rope dim) · bytes of a value; rows in whole 16-byte loads, and scales.
 * @throws RangeError for a format whose scales are shared among rows: positions of a cache come one by one.
 */
export function kvBytesPerPosition(attention: Attention, formatId: string): number {
  const format = formatById(formatId);
  if (format.scales && format.scales.rows > 1) {
    throw new RangeError(`a KV cache needs a format whose rows have scales of their own; ${formatId} shares them`);
  }
  const { rows, columns } = kvRows(attention);
  const { loadsPerRow, scalesPerRow } = matrixLayout(format, rows, columns);
  return rows * (loadsPerRow * 16 + (scalesPerRow * (format.scales?.type.bits ?? 0)) / 8);
}

/** Bytes that one more token of context takes in all layers, as long as it is inside every window. */
export const kvBytesPerToken = (model: Model, formatId: string): number =>
  sum(model.layers, ({ attention }) => kvBytesPerPosition(attention, formatId));

/** Positions that attention at `context` looks at. */
const attended = (a: Attention, context: number): number =>
  Math.min(context, (a.kind === 'grouped' ? a.window : undefined) ?? context);

/** Bytes of KV cache that a step reads for one sequence: in a layer with a sliding window, min(context, window) positions. */
export const kvBytesRead = (model: Model, context: number, formatId: string): number =>
  sum(model.layers, ({ attention }) => kvBytesPerPosition(attention, formatId) * attended(attention, context));

/** Of these, those that layers with a sliding window read. */
export const windowBytesRead = (model: Model, context: number, formatId: string): number =>
  sum(model.layers, ({ attention: a }) =>
    a.kind === 'grouped' && a.window !== undefined ? kvBytesPerPosition(a, formatId) * attended(a, context) : 0,
  );

/**
 * Bytes of KV cache that one sequence keeps. An engine may let go of what has left the window (`window`: a ring, as
 * much as is read) or keep `all`, as one must that goes back to an earlier position or shares prefixes.
 */
export const kvBytesHeld = (model: Model, context: number, formatId: string, keeps: 'window' | 'all'): number =>
  keeps === 'window' ? kvBytesRead(model, context, formatId) : kvBytesPerToken(model, formatId) * context;

/**
 * Operations of one token with the weights: 2 to each that it is multiplied by. Norms, rotations, softmax and activation
 * functions are left out: about a thousandth.
 */
export const weightFlopsPerToken = (model: Model): number =>
  2 * sum(tensorsOf(model).filter(isMultiplied), (tensor) => partRead(tensor, weightsIn(tensor), 1));

/**
 * Operations of one token's attention at `context`: 2 · query heads · (key width + value width) · positions attended to.
 * MLA is absorbed: its keys are kv rank + rope dim wide and its values kv rank.
 */
export const attentionFlopsPerToken = (model: Model, context: number): number =>
  sum(model.layers, ({ attention: a }) => {
    const perPosition =
      a.kind === 'grouped' ? 2 * a.queryHeads * 2 * a.headDim : 2 * a.heads * (2 * a.kvRank + a.ropeDim);
    return perPosition * attended(a, context);
  });

/** Operations to make one token at `context`. */
export const flopsPerToken = (model: Model, context: number): number =>
  weightFlopsPerToken(model) + attentionFlopsPerToken(model, context);

/** A step, in what a machine must do for it. Bytes are those that it reads. */
export interface StepWork {
  readonly batch: number;
  readonly weightBytes: number;
  /** Of all sequences, as the next three are. */
  readonly weightFlops: number;
  readonly kvBytes: number;
  readonly kvFlops: number;
}

/** The work of a step of `model`, whose weights are `tensors`, for `batch` sequences of `context` positions each. */
export const stepWork = (
  model: Model,
  tensors: readonly SizedTensor[],
  { batch, context, kv }: { readonly batch: number; readonly context: number; readonly kv: string },
): StepWork => ({
  batch,
  weightBytes: weightBytesRead(tensors, batch),
  weightFlops: batch * weightFlopsPerToken(model),
  kvBytes: batch * kvBytesRead(model, context, kv),
  kvFlops: batch * attentionFlopsPerToken(model, context),
});
