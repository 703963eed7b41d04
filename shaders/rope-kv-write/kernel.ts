/**
 * Positions are data, as they are to an engine: the CPU turns them into cosines and sines once per step, in f64, and
 * every layer reads the same few KiB. (In f32 on the GPU, an angle of 10⁵ radians has two digits left.)
 *
 * The check is exact, though GPUs may fuse a multiply with an add, and may round to f16 as they like: every number of
 * an example is a small multiple of a power of two, cosines and sines too, so that no product, sum or f16 is rounded
 * at all. What remains to be wrong is what this kernel decides: pairing, sign, order, place, and what it leaves alone.
 */

import { f16 } from '../formats/f16.ts';
import { f32 } from '../formats/f32.ts';
import { defineKernel, type WordMask } from '../kernel.ts';
import { hash, POISON } from '../random.ts';
import wgsl from './rope-kv-write.wgsl?raw';

type RopeKvWriteParams = {
  /** Sequences, each with one new token. */
  readonly batch: number;
  /** Query heads. */
  readonly heads: number;
  readonly kvHeads: number;
  /** A multiple of 4: a thread writes whole words of f16 in both halves of a head. */
  readonly headDim: number;
  /** Positions that the cache has for each sequence. */
  readonly capacity: number;
  /** Base of the angles. */
  readonly theta: number;
  /** Picks the positions. */
  readonly seed: number;
};

type RopeKvWriteTuning = { readonly workgroupSize: number };

/** ±[½, 2) in multiples of ⅛. */
const EIGHTHS: WordMask = { keep: 0x80e00000, set: 0x3f000000 };

/** Cosines and sines are multiples of 2⁻⁶: sums are multiples of 2⁻⁹ below 4, which f16 holds exactly. */
const TURN_STEPS = 64;

/** Heads of one token in `qkv`: queries, then keys, then values. */
const headsPerToken = (p: RopeKvWriteParams): number => p.heads + 2 * p.kvHeads;
const threads = (p: RopeKvWriteParams): number => (p.batch * headsPerToken(p) * p.headDim) / 4;
const cacheWords = (p: RopeKvWriteParams): number => (p.batch * p.kvHeads * p.capacity * p.headDim) / 2;

/** Where in its sequence the new token stands. */
const positionOf = (p: RopeKvWriteParams, sequence: number): number => hash(sequence, p.seed) % p.capacity;

/** Cosine and sine of the angle of pair `pair` of a head at `position`, to the nearest of TURN_STEPS. */
function turn(p: RopeKvWriteParams, position: number, pair: number): readonly [cos: number, sin: number] {
  const angle = position * p.theta ** ((-2 * pair) / p.headDim);
  return [Math.round(Math.cos(angle) * TURN_STEPS) / TURN_STEPS, Math.round(Math.sin(angle) * TURN_STEPS) / TURN_STEPS];
}

/** For each sequence, and in it for every two pairs, as a thread takes them: two cosines, two sines. */
function turns(p: RopeKvWriteParams): Float32Array<ArrayBuffer> {
  const table: number[] = [];
  for (let sequence = 0; sequence < p.batch; sequence++) {
    for (let pair = 0; pair < p.headDim / 2; pair += 2) {
      const [first, second] = [0, 1].map((i) => turn(p, positionOf(p, sequence), pair + i));
      for (const part of [0, 1]) table.push(first?.[part] ?? 0, second?.[part] ?? 0);
    }
  }
  return new Float32Array(table);
}

export default defineKernel<RopeKvWriteParams, RopeKvWriteTuning>({
  id: 'rope-kv-write',
  summary: 'rotates the queries and keys of each sequence’s new token, and puts its keys and values into the f16 cache',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, heads: 1, kvHeads: 1, headDim: 4, capacity: 1, theta: 1e4, seed: 1 },
    { batch: 3, heads: 7, kvHeads: 1, headDim: 20, capacity: 37, theta: 1e4, seed: 2 },
    { batch: 8, heads: 8, kvHeads: 2, headDim: 128, capacity: 11, theta: 5e5, seed: 3 },
    { batch: 32, heads: 3, kvHeads: 3, headDim: 12, capacity: 13, theta: 1e6, seed: 4 },
    { batch: 1, heads: 4, kvHeads: 2, headDim: 64, capacity: 1000, theta: 1e4, seed: 5 },
  ],
  shapes: () => [],
  refuses: (p) => (p.headDim % 4 === 0 ? undefined : `headDim must be a multiple of 4; got ${p.headDim}`),
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    THREADS: threads(p),
    HEADS: p.heads,
    KV_HEADS: p.kvHeads,
    HALF_VEC2S: p.headDim / 4,
    CAPACITY: p.capacity,
  }),
  inputs: (p) => [
    {
      kind: 'random',
      name: 'qkv',
      type: 'array<vec2<f32>>',
      bytes: p.batch * headsPerToken(p) * p.headDim * 4,
      words: EIGHTHS,
    },
    {
      kind: 'given',
      name: 'turns',
      type: 'array<vec4<f32>>',
      bytes: p.batch * p.headDim * 4,
      data: new Uint32Array(turns(p).buffer),
    },
    {
      kind: 'given',
      name: 'positions',
      type: 'array<u32>',
      bytes: Math.ceil(p.batch / 4) * 16,
      data: Uint32Array.from({ length: p.batch }, (_, sequence) => positionOf(p, sequence)),
    },
  ],
  outputs: (p) => [
    { name: 'queries', type: 'array<vec2<f32>>', elements: p.batch * p.heads * p.headDim, compare: 'f32' },
    { name: 'keys', type: 'array<u32>', elements: cacheWords(p), compare: 'u32' },
    { name: 'values', type: 'array<u32>', elements: cacheWords(p), compare: 'u32' },
  ],
  workgroups: (p, t) => Math.ceil(threads(p) / t.workgroupSize),
  work: (p) => ({
    bytesRead: 4 * p.batch * (headsPerToken(p) * p.headDim + p.headDim + 1),
    bytesWritten: p.batch * p.headDim * (4 * p.heads + 2 * 2 * p.kvHeads),
    // Four products and two sums for each pair.
    flops: 3 * p.batch * (p.heads + p.kvHeads) * p.headDim,
  }),
  reference(p, { qkv }) {
    if (!qkv) throw new Error('rope-kv-write needs the input qkv');
    const half = p.headDim / 2;
    const projected = (sequence: number, head: number, i: number): number =>
      f32.quant(qkv((sequence * headsPerToken(p) + head) * p.headDim + i));
    const rotated = (sequence: number, head: number, i: number): number => {
      const [cos, sin] = turn(p, positionOf(p, sequence), i % half);
      const [own, other] = [projected(sequence, head, i), projected(sequence, head, (i + half) % p.headDim)];
      return i < half ? own * cos - other * sin : own * cos + other * sin;
    };
    return (output, index) => {
      if (output === 'queries') {
        const [row, i] = [Math.floor(index / p.headDim), index % p.headDim];
        return rotated(Math.floor(row / p.heads), row % p.heads, i);
      }
      // A word of the cache: [sequence][kvHead][position][two of headDim].
      const [cacheRow, i] = [Math.floor(index / half), (index % half) * 2];
      const [plane, position] = [Math.floor(cacheRow / p.capacity), cacheRow % p.capacity];
      const [sequence, kvHead] = [Math.floor(plane / p.kvHeads), plane % p.kvHeads];
      if (position !== positionOf(p, sequence)) return POISON;
      const value = (at: number): number =>
        output === 'keys'
          ? rotated(sequence, p.heads + kvHead, at)
          : projected(sequence, p.heads + p.kvHeads + kvHead, at);
      return (f16.code(value(i)) | (f16.code(value(i + 1)) << 16)) >>> 0;
    };
  },
  tolerance: { nmse: 0 },
});
