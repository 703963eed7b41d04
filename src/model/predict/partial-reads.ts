/** Which part of its KV caches a model reads, and which part it would have to read for the essay's product law. */

import { kvBytesHeld, kvBytesRead, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { tensorsAllIn } from '../models/tensors.ts';
import { productLawRange, shareForProductLaw } from '../theory/partial-reads.ts';

/** ρ of a model whose engine keeps every position, so that prefixes can be shared and earlier positions returned to. */
export const shareReadOf = (model: Model, context: number): number =>
  kvBytesRead(model, context, 'f16') / kvBytesHeld(model, context, 'f16', 'all');

export interface PartialReadsOf {
  readonly model: string;
  /** W in bytes, in fp8. */
  readonly weightBytes: number;
  /** ρ as the model is. */
  readonly share: number;
  /** The memories, from and to, at which twice the memory is twice the throughput, as the model is. */
  readonly range: readonly [number, number];
  /** The largest ρ with which the product law holds over a range of twice the memory. */
  readonly shareNeeded: number;
  /** The positions that are read then, of those of the context. */
  readonly positionsNeeded: number;
  /** The range of memories then. */
  readonly rangeNeeded: readonly [number, number];
}

/** A batch at which a step reads nearly all experts. */
const LARGE_BATCH = 4096;

/** The product law for a model with sequences of `context` positions. */
export function partialReadsOf(model: Model, context: number): PartialReadsOf {
  const tensors = tensorsAllIn(model, 'fp8');
  const weightBytes = weightBytesHeld(tensors);
  const read = tensors.filter(({ reads }) => reads !== 'rows');
  const weights = { weightBytes, weightBytesRead: weightBytesRead(read, LARGE_BATCH) };
  const share = shareReadOf(model, context);
  const shareNeeded = shareForProductLaw(weights);
  return {
    ...{ model: model.id, weightBytes, share, shareNeeded },
    range: productLawRange({ ...weights, cacheShareRead: share }),
    positionsNeeded: Math.floor(shareNeeded * context),
    rangeNeeded: productLawRange({ ...weights, cacheShareRead: shareNeeded }),
  };
}
