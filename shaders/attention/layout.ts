/** The positions that an attention problem attends to, how they are split, and what its queries hold. */

import { formatById } from '../formats/index.ts';
import type { WordMask } from '../kernel.ts';
import { contextsOf, type KvCacheParams, type Sequence, sequencesOf } from '../kv-cache.ts';

export type AttentionParams = KvCacheParams & {
  /** The number of query heads: that of the KV heads in MHA, and a multiple of it in GQA. MQA has one KV head. */
  readonly queryHeads: number;
  /** The number of newest positions of a sequence that are attended to; 0 = all. */
  readonly window: number;
  /**
   * The number of values of a head's query in the model: scores are divided by its square root. In absorbed MLA the
   * keys that are read are longer.
   */
  readonly queryDim: number;
  /**
   * The number of newest positions of each sequence that are given as they were projected, queries, keys and values: 1 in a
   * decode step, whose attention rotates them, and puts the keys and values into the cache. 0: queries are given as they
   * meet the keys, and the cache is only read.
   */
  readonly fresh: number;
};

/** The number of elements of a row that are rotated: all, or those behind MLA's latent. */
export const turnedDim = (p: KvCacheParams): number => p.ropeDim || p.headDim;

/** The number of heads with rows of values. MLA has none: its keys are the values. */
const valueHeads = (p: KvCacheParams): number => (p.ropeDim === 0 ? p.kvHeads : 0);

/** The number of heads of one token in `qkv`: queries, keys and values; in MLA queries alone, whose keys are in `latents`. */
export const projectedHeads = (p: AttentionParams): number =>
  p.queryHeads + (p.ropeDim === 0 ? p.kvHeads + valueHeads(p) : 0);

/** The number of rows of the cache that are written. */
export const rowsWritten = (p: AttentionParams): number => p.fresh * p.batch * (p.kvHeads + valueHeads(p));

/** The window in positions: 2³² − 1 for all. */
export const windowOf = ({ window }: AttentionParams): number => window || 2 ** 32 - 1;

/** Returns the number of rows of the cache that must be read: the keys and values inside the windows, each once. */
export function rowsRead(p: AttentionParams): number {
  const positions = contextsOf(p).reduce((total, context) => total + Math.min(context, windowOf(p)), 0);
  return positions * p.kvHeads * (p.ropeDim === 0 ? 2 : 1);
}

/** A part of one sequence: its positions [start, end). */
export interface Split extends Sequence {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
}

/** The splits of the batch, sequence by sequence. */
export function splitsOf(p: AttentionParams, positionsPerSplit: number): Split[] {
  return sequencesOf(p).flatMap((place, sequence) => {
    const first = place.context - Math.min(place.context, windowOf(p));
    return Array.from({ length: splitsIn(p, place.context, positionsPerSplit) }, (_, i) => {
      const start = first + i * positionsPerSplit;
      return { ...place, sequence, start, end: Math.min(start + positionsPerSplit, place.context) };
    });
  });
}

/** The number of splits of the batch. */
export const splitCount = (p: AttentionParams, positionsPerSplit: number): number =>
  contextsOf(p).reduce((total, context) => total + splitsIn(p, context, positionsPerSplit), 0);

/** The number of splits of a sequence. */
const splitsIn = (p: AttentionParams, context: number, positionsPerSplit: number): number =>
  Math.ceil(Math.min(context, windowOf(p)) / positionsPerSplit);

/** The sign of an f32, and the first two digits of its mantissa. */
const FEW_DIGITS = 0x80600000;

/** √mean(m²) of mantissas m that are uniform in [1, 2), as those of tame f16 and of random queries are. */
const TYPICAL_MANTISSA = Math.sqrt(7 / 3);

/** Words of random queries that have few digits, so that what is made of them is exact, and of a size as `queryWords`. */
export const projectedWords = (p: AttentionParams): WordMask => ({ ...queryWords(p), keep: FEW_DIGITS });

/** Words of cosines and sines in ±[½, 1), in multiples of ⅛. A head's turns are data: they need no angles here. */
export const TURN_WORDS: WordMask = { keep: FEW_DIGITS, set: 0x3f000000 };

/**
 * Words of random queries whose scores have a standard deviation of about 1, as those of trained models have. The size
 * of keys depends on the format. If scores differed by hundreds, one position would take all the weight.
 */
export function queryWords(p: AttentionParams): WordMask {
  const { scales, largest } = formatById(p.format);
  const typicalKey = TYPICAL_MANTISSA * (scales ? largest / Math.sqrt(3) : 1);
  const exponent = Math.round(-Math.log2(TYPICAL_MANTISSA * typicalKey));
  return { keep: 0x807fffff, set: (127 + exponent) << 23 };
}
