/** The reference of `attention`: the textbook's softmax, in f64 over dequantised keys and values, split by split. */

import { f32FromWord } from '../formats/f32.ts';
import { matrixLayout, matrixReader, packMatrix } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import type { Reference, WordReader } from '../kernel.ts';
import { cacheLayout, firstValueRow, keyDim, sequencesOf } from '../kv-cache.ts';
import { type AttentionParams, projectedHeads, splitsOf, turnedDim } from './layout.ts';

type Inputs = Readonly<Record<string, WordReader>>;

/** A value of an input's words, as f32. */
const valuesOf = (inputs: Inputs, name: string): ((index: number) => number) => {
  const words = inputs[name];
  if (!words) throw new Error(`attention needs the input ${name}`);
  return (index) => f32FromWord(words(index));
};

export function attentionReference(p: AttentionParams, inputs: Inputs, positionsPerSplit: number): Reference {
  const { cache, cache_scales: scales } = p.fresh > 0 ? withNewest(p, inputs) : inputs;
  if (!cache) throw new Error('attention needs the input cache');
  const query = p.fresh > 0 ? projectedQuery(p, inputs) : givenQuery(p, inputs);
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
    const values = Array.from({ length: keyDim(p) }, (_, i) => query(split.sequence, head, i));
    const scores = Array.from({ length: split.end - split.start }, (_, position) => {
      const dot = values.reduce((sum, value, i) => sum + value * read(firstRow + position, i), 0);
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
    if (output === 'cache') return cache(element);
    if (output === 'cache_scales') return scales?.(element) ?? Number.NaN;
    const { firstRow, weights } = attended(Math.floor(element / p.headDim));
    const row = firstValueRow(p) + firstRow;
    return weights.reduce((sum, weight, i) => sum + weight * read(row + i, element % p.headDim), 0);
  };
}

/** Reads value `i` of a sequence's head. */
type Row = (sequence: number, head: number, i: number) => number;

function givenQuery(p: AttentionParams, inputs: Inputs): Row {
  const queries = valuesOf(inputs, 'queries');
  return (sequence, head, i) => queries((sequence * p.queryHeads + head) * keyDim(p) + i);
}

/** The heads of `qkv`. */
function projected(p: AttentionParams, inputs: Inputs): Row {
  const qkv = valuesOf(inputs, 'qkv');
  return (sequence, head, i) => qkv((sequence * projectedHeads(p) + head) * keyDim(p) + i);
}

const projectedQuery = (p: AttentionParams, inputs: Inputs): Row => rotated(p, inputs, projected(p, inputs));

/** What a row is after its rotation: pair (a, b) of both halves is turned by the angle of the pair. */
function rotated(p: AttentionParams, inputs: Inputs, of: Row): Row {
  const turns = valuesOf(inputs, 'turns');
  const [latent, half] = [keyDim(p) - turnedDim(p), turnedDim(p) / 2];
  return (sequence, head, i) => {
    if (i < latent) return of(sequence, head, i);
    const [part, pair] = [Math.floor((i - latent) / half), (i - latent) % half];
    const [cos, sin] = [turns(2 * sequence * half + pair), turns((2 * sequence + 1) * half + pair)];
    const [a, b] = [of(sequence, head, latent + pair), of(sequence, head, latent + half + pair)];
    return part === 0 ? a * cos - b * sin : b * cos + a * sin;
  };
}

/** The cache with the newest position of each sequence in it. */
function withNewest(p: AttentionParams, inputs: Inputs): Inputs {
  const layout = matrixLayout(formatById(p.format), 1, keyDim(p));
  const qkv = projected(p, inputs);
  const latents = p.ropeDim > 0 ? valuesOf(inputs, 'latents') : undefined;
  const key = rotated(p, inputs, (sequence, head, i) =>
    latents ? latents((sequence * p.kvHeads + head) * keyDim(p) + i) : qkv(sequence, p.queryHeads + head, i),
  );
  const rows = new Map<number, ReturnType<typeof packMatrix>>();
  for (const [sequence, { context, firstRow, rowsPerHead }] of sequencesOf(p).entries()) {
    for (let head = 0; head < p.kvHeads; head++) {
      const row = firstRow + head * rowsPerHead + context - 1;
      const packed = (of: Row, at: number) => packMatrix(layout, (_, i) => of(sequence, at, i));
      rows.set(row, packed(key, head));
      if (!latents) rows.set(firstValueRow(p) + row, packed(qkv, p.queryHeads + p.kvHeads + head));
    }
  }
  const plane = (name: string, kept: 'quants' | 'scales', wordsPerRow: number): Inputs => {
    const before = inputs[name];
    if (!before) return {};
    const word = (index: number) =>
      rows.get(Math.floor(index / wordsPerRow))?.[kept][index % wordsPerRow] ?? before(index);
    return { [name]: word };
  };
  return {
    ...plane('cache', 'quants', layout.quantBytes / 4),
    ...plane('cache_scales', 'scales', layout.scalesPerRow / 2),
  };
}
