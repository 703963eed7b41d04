/**
 * Decode attention over a KV cache, first half: flash-decoding (T. Dao, D. Haziza, F. Massa, G. Sizov, "Flash-Decoding
 * for long-context inference", 2023).
 *
 * Heads alone are too few to fill a GPU with one query per sequence, so each sequence is split along its positions.
 * Every split yields an output of its own and the log-sum-exp of its scores, which `attention-reduce` combines. A
 * workgroup takes all query heads of a KV head, so that keys and values are read once. If these heads are too many for
 * its registers, neighbouring workgroups share them; all but the first can find the keys and values in a cache, so the
 * work counts them once.
 *
 * In a decode step (`fresh`), attention also makes the cache whole: it rotates the queries on their way in, and the
 * workgroups of the split with the newest position rotate its key and put key and value into the cache, from which they
 * read them with all others. No other workgroup touches these rows. Positions are data: cosines and sines of a step are
 * made once, by `rope-turns`, and every layer reads the same few KiB.
 *
 * The pipeline depends on the batch, not on its contexts: a workgroup for which the table of sequences has no split
 * ends at once. So a cache can grow without another pipeline.
 */

import { bitsPerValue, matrixInputs, matrixWgsl, partsPerScale, quantsPerLoad } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import { MIN_F16_SCALE } from '../formats/scales.ts';
import {
  type CodeBudget,
  defineKernel,
  type Input,
  type Output,
  type Vendor,
  WORKGROUP_MEMORY,
  type WordMask,
} from '../kernel.ts';
import {
  cacheLayout,
  contextsOf,
  firstValueRow,
  keyDim,
  refusesCache,
  SEQUENCE_WGSL,
  sequencesInput,
} from '../kv-cache.ts';
import wgsl from './attention.wgsl?raw';
import givenQueries from './given-queries.wgsl?raw';
import {
  type AttentionParams,
  projectedHeads,
  projectedWords,
  queryWords,
  rowsRead,
  rowsWritten,
  splitCount,
  TURN_WORDS,
  turnedDim,
  windowOf,
} from './layout.ts';
import packFloats from './pack-floats.wgsl?raw';
import packIntegers from './pack-integers.wgsl?raw';
import { type AttentionTuning, BUNDLE_RUN, DEFAULTS, defaultsFor, newRows, plan, workgroupsOf } from './plan.ts';
import projected from './projected.wgsl?raw';
import projectedLatents from './projected-latents.wgsl?raw';
import projectedQkv from './projected-qkv.wgsl?raw';
import { attentionReference } from './reference.ts';

/** The WGSL that packs a row, for each format of a cache that may be written. */
const PACKS: Readonly<Record<string, string>> = { f16: packFloats, int8: packIntegers, 'int4-g32': packIntegers };

const vectorsInput = (name: string, values: number, words: WordMask): Input => {
  return { kind: 'random', name, type: 'array<vec4<f32>>', bytes: 4 * values, words };
};

const inPlace = ({ name, type, bytes }: Input): Output => ({ name, type, elements: bytes / 4, compare: 'u32' });

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

const BASE: AttentionParams = {
  batch: 1,
  context: 1,
  shortest: 1,
  room: 0,
  queryHeads: 2,
  kvHeads: 1,
  headDim: 64,
  ropeDim: 0,
  format: 'f16',
  window: 0,
  queryDim: 64,
  fresh: 0,
};

/** Absorbed MLA with the latent of DeepSeek-V2, and its queries of 128 values and 64 rotated ones. */
const MLA: AttentionParams = { ...BASE, context: 40, headDim: 512, ropeDim: 64, queryDim: 192 };

/** Llama-3-8B's heads. */
const LLAMA = { queryHeads: 32, kvHeads: 8, headDim: 128, queryDim: 128 };

const LONG = { context: 32768, shortest: 32768 };

/** Returns `p` with sequences of one length, whose cache takes about `bytes`. */
function longContext(bytes: number, p: AttentionParams): AttentionParams {
  const perPosition = (p.kvHeads * keyDim(p) * (p.ropeDim === 0 ? 2 : 1) * bitsPerValue(formatById(p.format))) / 8;
  const context = Math.max(1, Math.round(bytes / perPosition / p.batch));
  return { ...p, context, shortest: context };
}

/** Returns `p` with sequences of many lengths, whose cache takes about `bytes`. */
function mixedLengths(bytes: number, p: AttentionParams): AttentionParams {
  const { context: mean } = longContext(bytes, p);
  // Lengths are uniform from a quarter of the longest on, so the mean is five eighths of it.
  const drawn = { ...p, context: Math.ceil(mean * 1.6), shortest: Math.ceil(mean * 0.4) };
  const off = contextsOf(drawn).reduce((a, b) => a + b, 0) / (mean * p.batch);
  return { ...drawn, context: Math.round(drawn.context / off), shortest: Math.round(drawn.shortest / off) };
}

/** Returns `p` with a window over the newer half of the longest sequence. */
const halfInWindow = (p: AttentionParams): AttentionParams => ({ ...p, window: Math.ceil(p.context / 2) });

/** The registers of AMD's GPUs that leave room for 16 waves on a SIMD; a workgroup's memory must admit more than 16, too. */
const FOR_16_WAVES = 96;
/** The same for 12 waves. */
const FOR_12_WAVES = 120;
/** The waves that run at once on the largest GPU of RDNA 3, if a SIMD has room for 12: it has 192 of these. */
const WAVES_AT_ONCE = 12 * 192;
/** Shorter splits have at most two steps over their keys, which compilers write out. */
const SPLIT_WITH_LOOP = 256;
/** Heads of fewer values take as many instructions to add up a score, for fewer bytes. */
const WIDE_HEAD = 128;

type ByFormat = Readonly<Record<string, Readonly<Record<Vendor, CodeBudget>>>>;

/** The code of today, by the format of the cache. */
const CODE: ByFormat = {
  f16: {
    amd: { instructionsPerByte: 3.1, loadsInFlight: 4 },
    intel: { instructionsPerByte: 5.1, loadsInFlight: 4 },
  },
  int8: {
    amd: { instructionsPerByte: 8.2, loadsInFlight: 4 },
    intel: { instructionsPerByte: 11.2, loadsInFlight: 4 },
  },
  'int4-g32': {
    amd: { instructionsPerByte: 13.9, loadsInFlight: 2 },
    intel: { instructionsPerByte: 20.3, loadsInFlight: 2 },
  },
};

/** The same for absorbed MLA. */
const MLA_CODE: ByFormat = {
  f16: {
    amd: { instructionsPerByte: 2.2, loadsInFlight: 5 },
    intel: { instructionsPerByte: 4.4, loadsInFlight: 4 },
  },
  int8: {
    amd: { instructionsPerByte: 6.8, loadsInFlight: 2 },
    intel: { instructionsPerByte: 13.1, loadsInFlight: 2 },
  },
  'int4-g32': {
    amd: { instructionsPerByte: 10.8, loadsInFlight: 2 },
    intel: { instructionsPerByte: 15.3, loadsInFlight: 2 },
  },
};

/** Instructions for each byte of narrow heads, where a model has a cache of them in this format. */
const NARROW: Readonly<Record<string, Readonly<Record<Vendor, number>>>> = { f16: { amd: 5.5, intel: 9.1 } };

/** The same of short splits, for heads of any width: all of the code counts, packing of new rows included. */
const WRITTEN_OUT: Readonly<Record<string, Readonly<Record<Vendor, number>>>> = {
  f16: { amd: 6.3, intel: 11.3 },
  int8: { amd: 24.2, intel: 35.6 },
  'int4-g32': { amd: 57.5, intel: 83.5 },
};

export default defineKernel<AttentionParams, AttentionTuning>({
  id: 'attention',
  summary: 'one query per sequence over its KV cache, split along the positions: the part of decode that grows',
  variants: { portable: { requires: [] } },
  tunable: {
    workgroupSize: [64, 128, 256],
    keyLanes: [4, 8, 16],
    rowsPerThread: [2, 4],
    headsPerWorkgroup: [1, 2, 4, 8],
    partsPerThread: [1, 2, 4],
    positionsPerSplit: [32, 64, 128, 256, 512],
  },
  defaults: DEFAULTS,
  defaultsFor,
  examples: [
    // One position; ragged lengths, which are one split per sequence or several, depending on the tuning.
    BASE,
    { ...BASE, batch: 3, context: 300, room: 5 },
    // Exactly two splits; a last split of one position; many short sequences.
    { ...BASE, context: 512, shortest: 512, format: 'int8' },
    { ...BASE, batch: 3, context: 257, queryHeads: 1, format: 'int4-g32' },
    { ...BASE, batch: 32, context: 40, queryHeads: 1, room: 1 },
    // MHA, twice; GQA; a group that does not fill its last chunk; the widest head.
    { ...BASE, batch: 8, context: 70, kvHeads: 2, room: 3, format: 'int8' },
    { ...BASE, batch: 3, context: 50, kvHeads: 3, queryHeads: 3, format: 'int4-g32' },
    { ...BASE, batch: 3, context: 50, kvHeads: 2, queryHeads: 4, headDim: 128, queryDim: 128, format: 'int4-g32' },
    { ...BASE, context: 50, kvHeads: 2, queryHeads: 10 },
    { ...BASE, context: 29, queryHeads: 1, headDim: 256, queryDim: 256 },
    // Windows that begin inside a sequence and before it, within a split and over several.
    { ...BASE, batch: 3, context: 150, shortest: 20, window: 70, queryHeads: 1 },
    { ...BASE, batch: 3, context: 150, shortest: 20, window: 70, queryHeads: 1, format: 'int4-g32' },
    { ...BASE, batch: 3, context: 400, shortest: 270, window: 300, queryHeads: 1, format: 'int8' },
    // Absorbed MLA.
    { ...MLA, batch: 2 },
    { ...MLA, context: 11, queryHeads: 1, format: 'int8' },
    { ...MLA, context: 11, queryHeads: 1, format: 'int4-g32' },
    // The newest position is the only one, and the only one of its split; GQA and MHA; a group in two chunks; windows; MLA.
    ...Object.keys(PACKS).flatMap((format) => {
      const fresh = { ...BASE, fresh: 1, format };
      return [
        fresh,
        { ...fresh, context: 257, room: 2, kvHeads: 2, queryHeads: 4 },
        { ...fresh, batch: 8, context: 37, room: 1, queryHeads: 7, headDim: 128, queryDim: 128 },
        { ...fresh, batch: 3, context: 90, shortest: 20, window: 70, kvHeads: 3, queryHeads: 3 },
        { ...MLA, fresh: 1, format, batch: 2, context: 5 },
      ];
    }),
  ],
  shapes(sizes, breadth) {
    if (breadth === 'few') return [];
    const gqa = { ...BASE, ...LLAMA };
    const largest = sizes.slice(-1);
    return [
      ...['f16', 'int8', 'int4-g32'].flatMap((format) =>
        sizes.slice(-2).map((bytes) => longContext(bytes, { ...gqa, format })),
      ),
      ...largest.flatMap((bytes) => [
        mixedLengths(bytes, { ...gqa, batch: 8 }),
        halfInWindow(longContext(bytes, { ...gqa, batch: 8 })),
        longContext(bytes, { ...MLA, queryHeads: 16 }),
      ]),
    ];
  },
  refuses(p, t) {
    if (p.queryHeads % p.kvHeads !== 0) {
      return `kvHeads must divide queryHeads; got ${p.kvHeads} and ${p.queryHeads}`;
    }
    const format = formatById(p.format);
    const perLoad = quantsPerLoad(format);
    if (!isPowerOfTwo(p.headDim) || p.headDim < perLoad || p.ropeDim % perLoad !== 0) {
      return `headDim must be a power of two, and it and ropeDim whole loads of ${perLoad} values; got ${p.headDim} and ${p.ropeDim}`;
    }
    if (partsPerScale(format) * 4 < perLoad) return `a load must have one scale; got ${p.format}, which has more`;
    if (p.fresh > 0 && PACKS[p.format] === undefined) {
      return `format must be one of ${Object.keys(PACKS).join(', ')}; got ${p.format}`;
    }
    // The scales of a row must be whole words.
    if (p.fresh > 0 && format.scales && (p.headDim % 64 !== 0 || p.ropeDim % 64 !== 0)) {
      return `headDim and ropeDim must be multiples of 64; got ${p.headDim} and ${p.ropeDim}`;
    }
    const { valueLanes, memory } = plan(p, t);
    if (valueLanes > t.workgroupSize) {
      return `workgroupSize must hold the ${valueLanes} threads of a row of values; got ${t.workgroupSize}`;
    }
    return memory <= WORKGROUP_MEMORY
      ? refusesCache(p)
      : `a workgroup must fit ${WORKGROUP_MEMORY} bytes of workgroup memory; this tuning takes ${memory}`;
  },
  wgsl: (p) =>
    [
      matrixWgsl('cache', cacheLayout(p)),
      SEQUENCE_WGSL,
      `const LOADS_PER_ROW = ${cacheLayout(p).loadsPerRow}u;\n`,
      ...(p.fresh > 0
        ? [p.ropeDim === 0 ? projectedQkv : projectedLatents, PACKS[p.format], projected]
        : [givenQueries]),
      wgsl,
    ].join(''),
  constants(p, t) {
    const laid = plan(p, t);
    const format = formatById(p.format);
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      SEQUENCES: p.batch,
      POSITIONS_PER_SPLIT: t.positionsPerSplit,
      WINDOW: windowOf(p),
      KV_HEADS: p.kvHeads,
      GROUP: laid.group,
      CHUNKS: laid.chunks,
      HEADS: laid.heads,
      HEADS_AT_ONCE: laid.headsAtOnce,
      HEAD_TURNS: Math.ceil(laid.heads / laid.headsAtOnce),
      SCORE_SCALE: Math.LOG2E / Math.sqrt(p.queryDim),
      COMPONENTS: 4,
      ROWS: laid.rows,
      ROWS_ARE_TWO: laid.rows === 2 ? 1 : 0,
      ROWS_ARE_FOUR: laid.rows === 4 ? 1 : 0,
      ROWS_IN_FOUR: 4 / laid.rows,
      PARTS: laid.parts,
      QUERY_STEPS: Math.ceil((laid.heads * laid.parts * laid.loadsPerRow) / t.workgroupSize),
      KEY_LANES: laid.keyLanes,
      KEY_LOADS: laid.keyLoads,
      KEY_BUNDLES: laid.keyBundles,
      KEY_STEPS: Math.ceil(t.positionsPerSplit / (laid.rows * laid.keyBundles)),
      BUNDLE_RUN: Math.min(BUNDLE_RUN, laid.keyBundles),
      SOFTMAX_LANES: laid.softmaxLanes,
      SOFTMAX_STEPS: Math.ceil(t.positionsPerSplit / (laid.rows * laid.softmaxLanes)),
      FIRST_VALUE_ROW: firstValueRow(p),
      VALUE_SHARES: laid.parts / laid.valueParts,
      VALUE_PARTS: laid.valueParts,
      VALUE_LANES: laid.valueLanes,
      VALUE_BUNDLES: laid.valueBundles,
      VALUE_STEPS: laid.valueSteps,
      BUNDLES_IN_FLIGHT: laid.bundlesInFlight,
      BUNDLES: laid.bundles,
      QUERY_PARTS: laid.queryRows * laid.parts,
      SUMS: laid.headsAtOnce * t.workgroupSize,
      SCORES: laid.heads * laid.bundles,
      ...(p.fresh > 0 && {
        LATENT_VECTORS: (keyDim(p) - turnedDim(p)) / 4,
        HALF: turnedDim(p) / 8,
        NEW_LOADS: newRows(p) * laid.loadsPerRow,
        NEW_STEPS: Math.ceil((newRows(p) * laid.loadsPerRow * laid.parts) / t.workgroupSize),
      }),
      ...(p.fresh > 0 &&
        format.scales && {
          NEW_ROWS: newRows(p),
          LARGEST: format.largest,
          ZERO: format.code(0),
          BITS: format.bits,
          SCALE_WORDS: cacheLayout(p).scalesPerRow / 2,
          MIN_SCALE: MIN_F16_SCALE,
          PARTS_PER_WORD: laid.parts / 4,
        }),
    };
  },
  inputs: (p): Input[] => [
    ...matrixInputs('cache', cacheLayout(p)),
    ...(p.fresh > 0
      ? [
          vectorsInput('qkv', p.batch * projectedHeads(p) * keyDim(p), projectedWords(p)),
          ...(p.ropeDim > 0 ? [vectorsInput('latents', p.batch * p.kvHeads * keyDim(p), projectedWords(p))] : []),
          vectorsInput('turns', p.batch * turnedDim(p), TURN_WORDS),
        ]
      : [vectorsInput('queries', p.batch * p.queryHeads * keyDim(p), queryWords(p))]),
    sequencesInput(p),
  ],
  outputs: (p, t) => [
    {
      name: 'partial',
      type: 'array<vec4<f32>>',
      elements: splitCount(p, t.positionsPerSplit) * p.queryHeads * p.headDim,
      compare: 'f32',
    },
    { name: 'lse', type: 'array<f32>', elements: splitCount(p, t.positionsPerSplit) * p.queryHeads, compare: 'f32' },
    ...(p.fresh > 0 ? matrixInputs('cache', cacheLayout(p)).map(inPlace) : []),
  ],
  // The queries lie where the projection's begin. They are not rotated, which takes as long.
  reading: (p) => ({ params: { ...p, fresh: 0 }, inputs: { queries: 'qkv' } }),
  workgroups: workgroupsOf,
  work(p, t) {
    const cacheBits = rowsRead(p) * keyDim(p) * bitsPerValue(formatById(p.format));
    // A multiply-add per query head for every element of a key, and of a value.
    const pairs = (rowsRead(p) / (p.ropeDim === 0 ? 2 : 1)) * (p.queryHeads / p.kvHeads);
    const written = rowsWritten(p);
    // A step also reads the queries, keys and values of the new position, and its cosines and sines.
    const given = (p.batch * p.queryHeads + written) * keyDim(p) + p.fresh * p.batch * turnedDim(p);
    return {
      bytesRead: cacheBits / 8 + 4 * given + 12 * p.batch,
      bytesWritten:
        4 * splitCount(p, t.positionsPerSplit) * p.queryHeads * (p.headDim + 1) +
        (written * keyDim(p) * bitsPerValue(formatById(p.format))) / 8,
      // A rotation takes four products and two sums for each pair.
      flops: 2 * pairs * (keyDim(p) + p.headDim) + 3 * p.fresh * p.batch * (p.queryHeads + p.kvHeads) * turnedDim(p),
    };
  },
  reference: (p, inputs, t) => attentionReference(p, inputs, t.positionsPerSplit),
  // f32 scores, exp2 and sums leave about 10⁻¹³; one position lost of a thousand shows at 10⁻³.
  tolerance: { nmse: 1e-10 },
  code: {
    // What a decode step runs, at 32768 positions of Llama-3's heads and of DeepSeek-V3's.
    shapes: Object.keys(PACKS).flatMap((format) => [
      { ...BASE, ...LONG, ...LLAMA, format, fresh: 1 },
      { ...MLA, ...LONG, queryHeads: 128, format, fresh: 1 },
    ]),
    budget(p, _, t) {
      const code = (p.ropeDim > 0 ? MLA_CODE : CODE)[p.format];
      if (!code) throw new RangeError(`CODE must have a cache in ${p.format}`);
      const waves = (workgroupsOf(p, t) * t.workgroupSize) / 32;
      const registers = waves <= WAVES_AT_ONCE ? FOR_12_WAVES : FOR_16_WAVES;
      const isShort = t.positionsPerSplit < SPLIT_WITH_LOOP;
      const dearer = isShort ? WRITTEN_OUT[p.format] : p.headDim < WIDE_HEAD ? NARROW[p.format] : undefined;
      const of = (vendor: Vendor) => ({
        ...code[vendor],
        ...(dearer && { instructionsPerByte: dearer[vendor] }),
      });
      return { intel: of('intel'), amd: { ...of('amd'), registers } };
    },
  },
});
