/**
 * The rotation of queries and keys (RoPE), and the write of a step's keys and values into the KV cache.
 *
 * Positions are data, as they are to an engine. The cosines and sines of a step are made once, and every layer reads
 * the same few KiB. (An angle of 10⁵ radians would have two digits left in f32 on the GPU.) The new token of a sequence
 * is the last of its `context`, and is written where `attention` will read it.
 *
 * The check is exact, although GPUs may fuse a multiply with an add, and may round to f16 as they like. Every number of
 * an example, cosines and sines too, is a small multiple of a power of two, so that no product, sum or f16 is rounded
 * at all. Only what this kernel decides can be wrong: pairs, signs, order, places, what it leaves alone, scales and
 * quants.
 */

import { f32 } from '../formats/f32.ts';
import { bitsPerValue, matrixLayout, packMatrix } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import { MIN_F16_SCALE } from '../formats/scales.ts';
import { defineKernel, type Input, MAX_WORKGROUP_THREADS, type Output, type WordMask } from '../kernel.ts';
import {
  cacheLayout,
  contextsOf,
  firstValueRow,
  type KvCacheParams,
  keyDim,
  refusesCache,
  SEQUENCE_WGSL,
  sequencesInput,
  sequencesOf,
} from '../kv-cache.ts';
import { POISON } from '../random.ts';
import { fillIn } from '../template.ts';
import projectedLatents from './projected-latents.wgsl?raw';
import projectedQkv from './projected-qkv.wgsl?raw';
import main from './rope-kv-write.wgsl?raw';
import storeFloats from './store-floats.wgsl?raw';
import storeIntegers from './store-integers.wgsl?raw';

type RopeKvWriteParams = KvCacheParams & {
  readonly queryHeads: number;
  /** The base of the angles. */
  readonly theta: number;
};

type RopeKvWriteTuning = { readonly rowsPerWorkgroup: number };

/** The WGSL that stores a row, and the type of eight neighbouring values, for each format that a cache may have. */
const STORES: Readonly<Record<string, { readonly type: string; readonly wgsl: string }>> = {
  f16: { type: 'vec4<u32>', wgsl: storeFloats },
  int8: integers('vec2<u32>', 'vec2<u32>(packed(a), packed(b))'),
  'int4-g32': integers('u32', 'packed(a) | (packed(b) << 16u)'),
};

function integers(type: string, eight: string) {
  return { type, wgsl: fillIn(storeIntegers, { type, eight }) };
}

/** The words of f32 in ±[½, 2), in multiples of ⅛. */
const EIGHTHS: WordMask = { keep: 0x80e00000, set: 0x3f000000 };

/** Cosines and sines are multiples of 2⁻⁶. Sums are then multiples of 2⁻⁹ below 4, which f16 holds exactly. */
const TURN_STEPS = 64;

/** The number of elements of a row that a thread takes. */
const VALUES = 16;

/** The number of elements of a row that are rotated: all, or those behind MLA's latent. */
const turnedDim = (p: RopeKvWriteParams): number => p.ropeDim || p.headDim;
/** The number of heads with a row of values. MLA has none: its keys are the values. */
const valueHeads = (p: RopeKvWriteParams): number => (p.ropeDim === 0 ? p.kvHeads : 0);
/** The number of rows of one token: queries, keys, values. */
const headsPerToken = (p: RopeKvWriteParams): number => p.queryHeads + p.kvHeads + valueHeads(p);
const rows = (p: RopeKvWriteParams): number => p.batch * headsPerToken(p);
/** The number of rows of one token in `qkv`: all, or for MLA the queries alone, whose keys are in `latents`. */
const qkvHeads = (p: RopeKvWriteParams): number => (p.ropeDim === 0 ? headsPerToken(p) : p.queryHeads);

const threadsPerRow = (p: RopeKvWriteParams): number => keyDim(p) / VALUES;

/** Returns the cosine and sine of the angle of pair `pair` at `position`, rounded to multiples of 1/TURN_STEPS. */
function turn(p: RopeKvWriteParams, position: number, pair: number): readonly [cos: number, sin: number] {
  const angle = position * p.theta ** ((-2 * pair) / turnedDim(p));
  return [Math.round(Math.cos(angle) * TURN_STEPS) / TURN_STEPS, Math.round(Math.sin(angle) * TURN_STEPS) / TURN_STEPS];
}

/** Returns the cosines of all pairs, then their sines, for each sequence in turn. */
function turns(p: RopeKvWriteParams): Float32Array<ArrayBuffer> {
  const pairs = Array.from({ length: turnedDim(p) / 2 }, (_, pair) => pair);
  return new Float32Array(
    contextsOf(p).flatMap((context) => [0, 1].flatMap((part) => pairs.map((i) => turn(p, context - 1, i)[part] ?? 0))),
  );
}

const projectedInput = (name: string, values: number): Input => {
  return { kind: 'random', name, type: 'array<vec4<f32>>', bytes: 4 * values, words: EIGHTHS };
};

const BASE: RopeKvWriteParams = {
  batch: 1,
  context: 1,
  shortest: 1,
  room: 0,
  queryHeads: 1,
  kvHeads: 1,
  headDim: 64,
  ropeDim: 0,
  format: 'f16',
  theta: 1e4,
};

export default defineKernel<RopeKvWriteParams, RopeKvWriteTuning>({
  id: 'rope-kv-write',
  summary: 'rotates the queries and keys of each sequence’s new token, and puts its keys and values into the cache',
  variants: { portable: { requires: [] } },
  tunable: { rowsPerWorkgroup: [1, 2, 4, 8] },
  defaults: { rowsPerWorkgroup: 4 },
  examples: Object.keys(STORES).flatMap((format) => [
    { ...BASE, format },
    { ...BASE, format, batch: 3, context: 37, room: 2, queryHeads: 7, kvHeads: 1, headDim: 128 },
    { ...BASE, format, batch: 8, context: 1000, shortest: 900, queryHeads: 4, kvHeads: 2, theta: 5e5 },
    { ...BASE, format, batch: 32, context: 13, queryHeads: 3, kvHeads: 3, room: 1, theta: 1e6 },
    { ...BASE, format, batch: 2, context: 5, queryHeads: 2, headDim: 512, ropeDim: 64 },
  ]),
  // One token and Llama-3-8B's heads. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) =>
    breadth === 'few'
      ? []
      : Object.keys(STORES).map((format) => ({
          ...BASE,
          context: 512,
          shortest: 512,
          format,
          queryHeads: 32,
          kvHeads: 8,
          headDim: 128,
          theta: 5e5,
        })),
  refuses(p, t) {
    if (STORES[p.format] === undefined) {
      return `format must be one of ${Object.keys(STORES).join(', ')}; got ${p.format}`;
    }
    // Both halves of the rotated part, and of a latent, must be whole groups of a scale, and a row's scales whole
    // words.
    const step = formatById(p.format).scales ? 64 : VALUES;
    if (p.headDim % step !== 0 || p.ropeDim % step !== 0) {
      return `headDim and ropeDim must be multiples of ${step}; got ${p.headDim} and ${p.ropeDim}`;
    }
    const threads = threadsPerRow(p) * t.rowsPerWorkgroup;
    return threads <= MAX_WORKGROUP_THREADS
      ? refusesCache(p)
      : `a workgroup must have at most ${MAX_WORKGROUP_THREADS} threads; rowsPerWorkgroup ${t.rowsPerWorkgroup} takes ${threads}`;
  },
  wgsl: (p) =>
    [SEQUENCE_WGSL, STORES[p.format]?.wgsl, p.ropeDim === 0 ? projectedQkv : projectedLatents, main].join(''),
  constants(p, t) {
    const format = formatById(p.format);
    return {
      WORKGROUP_SIZE: threadsPerRow(p) * t.rowsPerWorkgroup,
      ROWS_PER_WORKGROUP: t.rowsPerWorkgroup,
      ROWS: rows(p),
      QUERY_HEADS: p.queryHeads,
      KV_HEADS: p.kvHeads,
      HEADS_PER_TOKEN: headsPerToken(p),
      THREADS_PER_ROW: threadsPerRow(p),
      LATENT_THREADS: p.ropeDim === 0 ? 0 : p.headDim / VALUES,
      FIRST_VALUE_ROW: firstValueRow(p),
      VEC4S: 2,
      ...(format.scales && {
        LARGEST: format.largest,
        ZERO: format.code(0),
        BITS: format.bits,
        SCALES_PER_ROW: cacheLayout(p).scalesPerRow,
        MIN_SCALE: MIN_F16_SCALE,
        CODES: t.rowsPerWorkgroup * cacheLayout(p).scalesPerRow,
      }),
    };
  },
  inputs: (p) => [
    projectedInput('qkv', p.batch * qkvHeads(p) * keyDim(p)),
    ...(p.ropeDim === 0 ? [] : [projectedInput('latents', p.batch * p.kvHeads * keyDim(p))]),
    {
      kind: 'given',
      name: 'turns',
      type: 'array<vec4<f32>>',
      bytes: p.batch * turnedDim(p) * 4,
      // The data is made on demand: a plan asks for sizes alone, and a large batch has many sines.
      get data() {
        return new Uint32Array(turns(p).buffer);
      },
    },
    sequencesInput(p),
  ],
  outputs(p): Output[] {
    const { quantBytes, scaleBytes } = cacheLayout(p);
    const type = `array<${STORES[p.format]?.type}>`;
    return [
      {
        name: 'queries',
        type: 'array<vec4<f32>>',
        elements: p.batch * p.queryHeads * keyDim(p),
        compare: 'f32',
      },
      { name: 'cache', type, elements: quantBytes / 4, compare: 'u32' },
      ...(scaleBytes > 0
        ? [{ name: 'cache_scales', type: 'array<u32>', elements: scaleBytes / 4, compare: 'u32' } as const]
        : []),
    ];
  },
  workgroups: (p, t) => Math.ceil(rows(p) / t.rowsPerWorkgroup),
  work(p) {
    const cacheRows = p.batch * (p.kvHeads + valueHeads(p));
    return {
      bytesRead: 4 * rows(p) * keyDim(p) + 4 * p.batch * turnedDim(p) + 12 * p.batch,
      bytesWritten: keyDim(p) * (4 * p.batch * p.queryHeads + (cacheRows * bitsPerValue(formatById(p.format))) / 8),
      // Four products and two sums for each pair.
      flops: 3 * p.batch * (p.queryHeads + p.kvHeads) * turnedDim(p),
    };
  },
  reference(p, { qkv, latents }) {
    if (!qkv) throw new Error('rope-kv-write needs the input qkv');
    const [dim, latent, half] = [keyDim(p), keyDim(p) - turnedDim(p), turnedDim(p) / 2];
    const sequences = sequencesOf(p);
    const projected = (sequence: number, head: number, i: number): number => {
      if (latents && head >= p.queryHeads) {
        return f32.quant(latents((sequence * p.kvHeads + head - p.queryHeads) * dim + i));
      }
      return f32.quant(qkv((sequence * qkvHeads(p) + head) * dim + i));
    };
    const rotated = (sequence: number, head: number, i: number): number => {
      const own = projected(sequence, head, i);
      if (i < latent) return own;
      const at = i - latent;
      const [cos, sin] = turn(p, (sequences[sequence]?.context ?? 0) - 1, at % half);
      const other = projected(sequence, head, latent + ((at + half) % turnedDim(p)));
      return at < half ? own * cos - other * sin : own * cos + other * sin;
    };
    /** The new rows of the cache, packed, by their index. */
    const packed = new Map<number, ReturnType<typeof packMatrix>>();
    const layout = matrixLayout(formatById(p.format), 1, dim);
    for (const [sequence, { context, firstRow, rowsPerHead }] of sequences.entries()) {
      for (let kvHead = 0; kvHead < p.kvHeads; kvHead++) {
        const row = firstRow + kvHead * rowsPerHead + context - 1;
        const head = p.queryHeads + kvHead;
        packed.set(
          row,
          packMatrix(layout, (_, i) => rotated(sequence, head, i)),
        );
        if (valueHeads(p) === 0) continue;
        packed.set(
          firstValueRow(p) + row,
          packMatrix(layout, (_, i) => projected(sequence, head + p.kvHeads, i)),
        );
      }
    }
    return (output, index) => {
      if (output === 'queries') {
        const [row, i] = [Math.floor(index / dim), index % dim];
        return rotated(Math.floor(row / p.queryHeads), row % p.queryHeads, i);
      }
      const wordsPerRow = output === 'cache' ? layout.quantBytes / 4 : layout.scalesPerRow / 2;
      const row = packed.get(Math.floor(index / wordsPerRow));
      return row?.[output === 'cache' ? 'quants' : 'scales'][index % wordsPerRow] ?? POISON;
    };
  },
  tolerance: { nmse: 0 },
});
