/** The reference of `attention`: the textbook's softmax, in f64 over dequantised keys and values, split by split. */

import { f32FromWord } from '../formats/f32.ts';
import { matrixReader } from '../formats/format.ts';
import type { Reference, WordReader } from '../kernel.ts';
import { cacheLayout, firstValueRow, keyDim } from '../kv-cache.ts';
import { type AttentionParams, splitsOf } from './layout.ts';

export function attentionReference(
  p: AttentionParams,
  inputs: Readonly<Record<string, WordReader>>,
  positionsPerSplit: number,
): Reference {
  const { queries, cache, cache_scales: scales } = inputs;
  if (!queries || !cache) throw new Error('attention needs the inputs queries and cache');
  const read = matrixReader(cacheLayout(p), cache, scales);
  const splits = splitsOf(p, positionsPerSplit);

  /**
   * One query head over one split: the row of its first key, the weights of its positions (sum 1), and log₂ Σ
   * 2^score.
   */
  const attend = (index: number) => {
    const split = splits[Math.floor(index / p.queryHeads)];
    if (!split) throw new RangeError(`head ${index} is beyond the last split`);
    const head = index % p.queryHeads;
    const kvHead = Math.floor((head * p.kvHeads) / p.queryHeads);
    const firstRow = split.firstRow + kvHead * split.rowsPerHead + split.start;
    const query = Array.from({ length: keyDim(p) }, (_, i) =>
      f32FromWord(queries((split.sequence * p.queryHeads + head) * keyDim(p) + i)),
    );
    const scores = Array.from({ length: split.end - split.start }, (_, position) => {
      const dot = query.reduce((sum, value, i) => sum + value * read(firstRow + position, i), 0);
      return (dot / Math.sqrt(p.queryDim)) * Math.LOG2E;
    });
    const highest = scores.reduce((a, b) => Math.max(a, b));
    const weights = scores.map((score) => 2 ** (score - highest));
    const total = weights.reduce((a, b) => a + b);
    return { firstRow, weights: weights.map((weight) => weight / total), lse: highest + Math.log2(total) };
  };
  // Callers ask for elements head by head, so the last head is kept.
  let last: { index: number; attended: ReturnType<typeof attend> } | undefined;
  const attended = (index: number) => {
    if (last?.index !== index) last = { index, attended: attend(index) };
    return last.attended;
  };

  return (output, element) => {
    if (output === 'lse') return attended(element).lse;
    const { firstRow, weights } = attended(Math.floor(element / p.headDim));
    const row = firstValueRow(p) + firstRow;
    return weights.reduce((sum, weight, i) => sum + weight * read(row + i, element % p.headDim), 0);
  };
}
