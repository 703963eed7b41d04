/** What an attention problem means: which positions are attended to, and how they are split. */

import { formatById } from '../formats/index.ts';
import type { WordMask } from '../kernel.ts';
import { contextsOf, type KvCacheParams, type Sequence, sequencesOf } from '../kv-cache.ts';

export type AttentionParams = KvCacheParams & {
  /** As many as KV heads: MHA; more: GQA, or MQA where there is one KV head. */
  readonly queryHeads: number;
  /** Only the last `window` positions of a sequence are attended to; 0: all. */
  readonly window: number;
  /**
   * Scores are divided by the root of so many values: those of a head's query as the model has it. Absorbed MLA has a
   * shorter one in mind than the key that is read.
   */
  readonly queryDim: number;
};

/** The window as a number to take the minimum with. */
export const windowOf = ({ window }: AttentionParams): number => window || 2 ** 32 - 1;

/** Rows of the cache that attention must read: keys and values inside the windows, whoever shares them. */
export function rowsRead(p: AttentionParams): number {
  const positions = contextsOf(p).reduce((total, context) => total + Math.min(context, windowOf(p)), 0);
  return positions * p.kvHeads * (p.ropeDim === 0 ? 2 : 1);
}

/** A part of one sequence: positions [start, end). */
export interface Split extends Sequence {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
}

/** The splits of the batch, sequence by sequence. */
export function splitsOf(p: AttentionParams, positionsPerSplit: number): Split[] {
  return sequencesOf(p).flatMap((place, sequence) => {
    const first = place.context - Math.min(place.context, windowOf(p));
    return Array.from({ length: Math.ceil((place.context - first) / positionsPerSplit) }, (_, i) => {
      const start = first + i * positionsPerSplit;
      return { ...place, sequence, start, end: Math.min(start + positionsPerSplit, place.context) };
    });
  });
}

/** √mean(m²) of mantissas m in [1, 2), which is what a tame f16 is, and a random query but for its exponent. */
const TYPICAL_MANTISSA = Math.sqrt(7 / 3);

/**
 * Random queries of such a size that scores have a standard deviation of about 1, as those of trained models have:
 * keys are quants of any size, and where scores differ by hundreds one position takes all the weight.
 */
export function queryWords(p: AttentionParams): WordMask {
  const { scales, largest } = formatById(p.format);
  const typicalKey = TYPICAL_MANTISSA * (scales ? largest / Math.sqrt(3) : 1);
  const exponent = Math.round(-Math.log2(TYPICAL_MANTISSA * typicalKey));
  return { keep: 0x807fffff, set: (127 + exponent) << 23 };
}
