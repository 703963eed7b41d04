/**
 * The KV cache of a batch: what the kernels that write it and read it agree on.
 *
 * It is one matrix in a number format, a row to a head's key or value: rows [sequence][KV head][position] of keys, and
 * behind them as many of values, unless the keys are the values (MLA). Keys of one head lie one after another, so that
 * a range of positions is one run of memory, with room behind them to grow into.
 *
 * Where a sequence lies is data, not code: a table that an engine changes from step to step and from layer to layer
 * (one cache each), while pipelines stay as they are.
 */

import { type MatrixLayout, matrixLayout } from './formats/format.ts';
import { formatById } from './formats/index.ts';
import type { Input } from './kernel.ts';
import { hash } from './random.ts';

export type KvCacheParams = {
  /** Sequences. */
  readonly batch: number;
  /** Positions of the longest sequence, which is the first. */
  readonly context: number;
  /** Positions that the other sequences have at the least; how many, up to `context`, is random but fixed. */
  readonly shortest: number;
  /** Positions that each sequence has room for, beyond those it has. */
  readonly room: number;
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
};

/** Positions of each sequence: longer ones in proportion where `context` and `shortest` grow. */
export function contextsOf({ batch, context, shortest }: KvCacheParams): number[] {
  const share = (sequence: number) => hash(sequence, batch) / 2 ** 32;
  return Array.from({ length: batch }, (_, sequence) =>
    sequence === 0 ? context : shortest + Math.floor(share(sequence) * (context - shortest + 1)),
  );
}

export const keyDim = (p: KvCacheParams): number => p.headDim + p.ropeDim;

/** Where the rows of a sequence lie. */
export interface Sequence {
  /** Positions that it has, the newest included. */
  readonly context: number;
  /** Row of the key at position 0 of its first KV head. */
  readonly firstRow: number;
  /** Rows from one KV head to the next: positions that there is room for. */
  readonly rowsPerHead: number;
}

export function sequencesOf(p: KvCacheParams): Sequence[] {
  let firstRow = 0;
  return contextsOf(p).map((context) => {
    const sequence = { context, firstRow, rowsPerHead: context + p.room };
    firstRow += sequence.rowsPerHead * p.kvHeads;
    return sequence;
  });
}

/** Keys of the batch, room included. */
const keyRows = (p: KvCacheParams): number =>
  contextsOf(p).reduce((total, context) => total + (context + p.room) * p.kvHeads, 0);

/** Row of the value that belongs to key 0. */
export const firstValueRow = (p: KvCacheParams): number => (p.ropeDim === 0 ? keyRows(p) : 0);

export const cacheLayout = (p: KvCacheParams): MatrixLayout =>
  matrixLayout(formatById(p.format), firstValueRow(p) + keyRows(p), keyDim(p));

/** The table `sequences`, … */
export function sequencesInput(p: KvCacheParams): Input {
  const words = sequencesOf(p).flatMap(({ context, firstRow, rowsPerHead }) => [context, firstRow, rowsPerHead]);
  const bytes = Math.ceil(words.length / 4) * 16;
  return { kind: 'given', name: 'sequences', type: 'array<Sequence>', bytes, data: new Uint32Array(words) };
}

/** … and what it is made of. */
export const SEQUENCE_WGSL = 'struct Sequence { context: u32, first_row: u32, rows_per_head: u32 }\n';

/** Why there is no such cache, or undefined. */
export function refusesCache(p: KvCacheParams): string | undefined {
  if (p.shortest < 1 || p.shortest > p.context) {
    return `shortest must lie in 1 … context; got ${p.shortest} and ${p.context}`;
  }
  return undefined;
}
