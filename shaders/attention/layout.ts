/** What an attention problem means: its sequences, where their keys and values lie, and how they are split. */

import { type MatrixLayout, matrixLayout } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';

export type AttentionParams = {
  /** Positions in the cache, of each sequence of the batch: `'1024,777,1'`. */
  readonly contexts: string;
  readonly queryHeads: number;
  /** As many as query heads: MHA; fewer: GQA; one: MQA. */
  readonly kvHeads: number;
  /** Values that a head reads of a position, and writes. */
  readonly headDim: number;
  /**
   * 0: a key is a row of its own, as long as a value. Else absorbed MLA (DeepSeek-V2, arXiv 2405.04434, §2.1): the
   * cache holds one latent of `headDim` with `ropeDim` rotated values behind it; all of it is the key, the latent is
   * the value, and the projections that expand it have moved into the query and the output.
   */
  readonly ropeDim: number;
  /** Format of the cache. */
  readonly format: string;
  /** Only the last `window` positions of a sequence are attended to; 0: all. */
  readonly window: number;
};

/** Positions of each sequence. */
export const contextsOf = ({ contexts }: AttentionParams): number[] => contexts.split(',').map(Number);

/** The window as a number to take the minimum with. */
export const windowOf = ({ window }: AttentionParams): number => window || 2 ** 32 - 1;

/** Positions attended to in each sequence. */
export const spansOf = (p: AttentionParams): number[] => contextsOf(p).map((context) => Math.min(context, windowOf(p)));

export const keyDim = (p: AttentionParams): number => p.headDim + p.ropeDim;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Positions of the batch, times KV heads. */
export const keyRows = (p: AttentionParams): number => sum(contextsOf(p)) * p.kvHeads;

/** Row of the value that belongs to key 0. */
export const firstValueRow = (p: AttentionParams): number => (p.ropeDim === 0 ? keyRows(p) : 0);

/**
 * The cache as one matrix: rows [sequence][KV head][position] of keys, and behind them as many of values, unless the
 * keys are the values. Keys of one head are contiguous, so a split is one run of memory.
 */
export const cacheLayout = (p: AttentionParams): MatrixLayout =>
  matrixLayout(formatById(p.format), firstValueRow(p) + keyRows(p), keyDim(p));

/** Rows of the cache that attention must read: inside the windows. */
export const rowsRead = (p: AttentionParams): number => sum(spansOf(p)) * p.kvHeads * (p.ropeDim === 0 ? 2 : 1);

/** A part of one sequence. */
export interface Split {
  readonly sequence: number;
  /** Row of position 0 of the sequence, of its first KV head. */
  readonly row: number;
  readonly context: number;
  /** Positions [start, end). */
  readonly start: number;
  readonly end: number;
}

/** The splits of the batch, sequence by sequence. */
export function splitsOf(p: AttentionParams, positionsPerSplit: number): Split[] {
  let row = 0;
  return contextsOf(p).flatMap((context, sequence) => {
    const first = context - Math.min(context, windowOf(p));
    const splits = Array.from({ length: Math.ceil((context - first) / positionsPerSplit) }, (_, i) => {
      const start = first + i * positionsPerSplit;
      return { sequence, row, context, start, end: Math.min(start + positionsPerSplit, context) };
    });
    row += context * p.kvHeads;
    return splits;
  });
}

/**
 * What a dot product of query and key is multiplied with, so that the softmax has something to choose from.
 *
 * Real queries and keys have about unit variance, and 1/√d keeps their scores so. The random ones here are quants of
 * any size: divided by √d alone, int8 scores would differ by hundreds and one position would take all the weight.
 * So the typical magnitude of a quant is divided out too, and scores have a standard deviation of about 1: at 1024
 * positions the largest weight is some 2 %.
 */
export function scoreScale(p: AttentionParams): number {
  const { scales, largest } = formatById(p.format);
  const typicalQuant = scales ? largest / Math.sqrt(3) : 1;
  return 1 / (typicalQuant * Math.sqrt(keyDim(p)));
}
