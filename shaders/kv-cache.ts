/**
 * The layout of a batch's KV cache, on which the kernels that use it agree.
 *
 * It is one matrix in a number format, with a row for each key and each value of a head: rows [sequence][KV
 * head][position] of keys, and behind them as many rows of values. With MLA the keys are the values too. The keys of
 * one head lie one after another, so that a range of positions is one run of memory, with room behind it to grow into.
 *
 * The place of a sequence is data, not code. It stands in a table that an engine changes from step to step and from
 * layer to layer (each layer has a cache of its own), while pipelines stay as they are.
 */

import { type MatrixLayout, matrixLayout } from './formats/format.ts';
import { formatById } from './formats/index.ts';
import type { Input } from './kernel.ts';
import { hash } from './random.ts';

export type KvCacheParams = {
  /** The number of sequences. */
  readonly batch: number;
  /** The number of positions of the first sequence, which is the longest. */
  readonly context: number;
  /** The minimum number of positions of the other sequences. Each has `shortest` to `context`, at random but fixed. */
  readonly shortest: number;
  /** The number of further positions that each sequence has room for. */
  readonly room: number;
  readonly kvHeads: number;
  /** The number of elements of a value and, except in MLA, of a key. */
  readonly headDim: number;
  /**
   * The number of rotated values behind each latent in absorbed MLA (DeepSeek-V2, arXiv 2405.04434, §2.1); 0 in all
   * other attention, whose keys are rows of their own, as long as values. In MLA the cache holds a latent of `headDim`
   * values and the rotated values behind it. Both together are the key, the latent alone is the value. The projections
   * that expand the latent have moved into the query and the output.
   */
  readonly ropeDim: number;
  /** The cache's number format. */
  readonly format: string;
};

/** Returns the number of positions of each sequence. They grow in proportion with `context` and `shortest`. */
export function contextsOf({ batch, context, shortest }: KvCacheParams): number[] {
  const share = (sequence: number) => hash(sequence, batch) / 2 ** 32;
  return Array.from({ length: batch }, (_, sequence) =>
    sequence === 0 ? context : shortest + Math.floor(share(sequence) * (context - shortest + 1)),
  );
}

/** The number of elements of a key. */
export const keyDim = (p: KvCacheParams): number => p.headDim + p.ropeDim;

/** A sequence and the place of its rows. */
export interface Sequence {
  /** The number of its positions, the newest included. */
  readonly context: number;
  /** The row of the key at position 0 of its first KV head. */
  readonly firstRow: number;
  /** The number of rows from one KV head to the next, which is the number of positions that there is room for. */
  readonly rowsPerHead: number;
}

/** The sequences of the batch, one behind the other in the cache. */
export function sequencesOf(p: KvCacheParams): Sequence[] {
  let firstRow = 0;
  return contextsOf(p).map((context) => {
    const sequence = { context, firstRow, rowsPerHead: context + p.room };
    firstRow += sequence.rowsPerHead * p.kvHeads;
    return sequence;
  });
}

/** The number of rows of the batch's keys, room included. */
const keyRows = (p: KvCacheParams): number =>
  contextsOf(p).reduce((total, context) => total + (context + p.room) * p.kvHeads, 0);

/** The row of the value that belongs to the key in row 0. */
export const firstValueRow = (p: KvCacheParams): number => (p.ropeDim === 0 ? keyRows(p) : 0);

/** The layout of the cache as a matrix. */
export const cacheLayout = (p: KvCacheParams): MatrixLayout =>
  matrixLayout(formatById(p.format), firstValueRow(p) + keyRows(p), keyDim(p));

/** The input `sequences`: the table of the sequences' places. */
export function sequencesInput(p: KvCacheParams): Input {
  const words = sequencesOf(p).flatMap(({ context, firstRow, rowsPerHead }) => [context, firstRow, rowsPerHead]);
  const bytes = Math.ceil(words.length / 4) * 16;
  return { kind: 'given', name: 'sequences', type: 'array<Sequence>', bytes, data: new Uint32Array(words) };
}

/** WGSL of the entries of the table `sequences`. */
export const SEQUENCE_WGSL = 'struct Sequence { context: u32, first_row: u32, rows_per_head: u32 }\n';

/** Returns why there can be no such cache (the rule and the values met), or undefined if there can. */
export function refusesCache(p: KvCacheParams): string | undefined {
  if (p.shortest < 1 || p.shortest > p.context) {
    return `shortest must lie in 1 … context; got ${p.shortest} and ${p.context}`;
  }
  return undefined;
}
