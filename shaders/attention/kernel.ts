/**
 * Decode attention over a KV cache, first half: flash-decoding (T. Dao, D. Haziza, F. Massa, G. Sizov, "Flash-Decoding
 * for long-context inference", 2023). One query per sequence leaves nothing to run in parallel but heads, so each
 * sequence is split along its positions; every split yields an output of its own and the log-sum-exp of its scores,
 * which `attention-reduce` combines. A workgroup takes all query heads of a KV head, so keys and values are read once.
 */

import { f32 } from '../formats/f32.ts';
import { bitsPerValue, matrixInputs, matrixWgsl, quantsPerLoad } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import { defineKernel, type Input } from '../kernel.ts';
import wgsl from './attention.wgsl?raw';
import {
  type AttentionParams,
  cacheLayout,
  contextsOf,
  firstValueRow,
  keyDim,
  rowsRead,
  scoreScale,
  splitsOf,
  windowOf,
} from './layout.ts';
import { attentionReference } from './reference.ts';

type AttentionTuning = {
  readonly workgroupSize: number;
  /** Threads that share a row of keys, at most; it is a divisor of the loads of a row. */
  readonly keyLanes: number;
  /** Rows of keys, then of values, that a thread has in flight. */
  readonly loadsInFlight: number;
  /** Query heads of a workgroup, at most; where a KV head has more, workgroups beside each other share its cache. */
  readonly headsPerWorkgroup: number;
  /** Parts of four values that a thread unpacks of a load of values, at most; it keeps a sum for each and head. */
  readonly partsPerThread: number;
  readonly positionsPerSplit: number;
};

/** Bytes of workgroup memory that WebGPU guarantees (`maxComputeWorkgroupStorageSize`). */
const WORKGROUP_MEMORY = 16384;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** How a workgroup's threads are laid over the heads, the keys and the values. */
function plan(p: AttentionParams, t: AttentionTuning) {
  const { loadsPerRow, format } = cacheLayout(p);
  const group = p.queryHeads / p.kvHeads;
  let heads = Math.min(group, t.headsPerWorkgroup);
  while (group % heads !== 0) heads--;
  const parts = quantsPerLoad(format) / 4;
  const valueParts = Math.min(parts, t.partsPerThread);
  const keyLanes = gcd(t.keyLanes, loadsPerRow);
  const valueLanes = p.headDim / (4 * valueParts);
  return {
    loadsPerRow,
    heads,
    chunks: group / heads,
    parts,
    valueParts,
    keyLanes,
    valueLanes,
    /** Positions: a step of whichever of keys and values takes more of them at once. */
    tile: (t.loadsInFlight * t.workgroupSize) / Math.min(keyLanes, valueLanes),
    /** Floats: lanes' sums of a step of keys, and later a vector for each thread and head. */
    scratch: t.workgroupSize * heads * Math.max(4, t.loadsInFlight),
  };
}

const workgroups = (p: AttentionParams, t: AttentionTuning): number =>
  splitsOf(p, t.positionsPerSplit).length * p.kvHeads * plan(p, t).chunks;

const outputHeads = (p: AttentionParams, t: AttentionTuning): number =>
  splitsOf(p, t.positionsPerSplit).length * p.queryHeads;

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

const KV_FORMATS = ['f16', 'int8', 'int4-g32'];

const BASE: AttentionParams = {
  contexts: '1',
  queryHeads: 4,
  kvHeads: 2,
  headDim: 64,
  ropeDim: 0,
  format: 'f16',
  window: 0,
};

/** Llama-3-8B's heads, one sequence, and about `bytes` of cache. */
function longContext(bytes: number, format: string): AttentionParams {
  const p = { ...BASE, queryHeads: 32, kvHeads: 8, headDim: 128, format };
  const bytesPerPosition = (2 * p.kvHeads * p.headDim * bitsPerValue(formatById(format))) / 8;
  return { ...p, contexts: String(Math.round(bytes / bytesPerPosition)) };
}

export default defineKernel<AttentionParams, AttentionTuning>({
  id: 'attention',
  summary: 'one query per sequence over its KV cache, split along the positions: the part of decode that grows',
  variants: { portable: { requires: [] } },
  tunable: {
    workgroupSize: [64, 128, 256],
    keyLanes: [4, 8, 16],
    loadsInFlight: [1, 2, 4],
    headsPerWorkgroup: [1, 4, 8],
    partsPerThread: [2, 4, 8],
    positionsPerSplit: [32, 512, 1024, 4096],
  },
  defaults: {
    workgroupSize: 128,
    keyLanes: 4,
    loadsInFlight: 2,
    headsPerWorkgroup: 4,
    partsPerThread: 4,
    positionsPerSplit: 512,
  },
  examples: [
    // One position; then ragged lengths, on which every tuning is tried: from a split per sequence to many.
    BASE,
    { ...BASE, contexts: '65,1,100' },
    // A length that is two splits exactly; more of a split than a tile; a last split of one position.
    { ...BASE, contexts: '1024', queryHeads: 2, kvHeads: 1 },
    { ...BASE, contexts: '513,300', queryHeads: 1, kvHeads: 1, headDim: 128, format: 'int8' },
    { ...BASE, contexts: '3,130,7,64,1,33,129,17', format: 'int8' },
    // MHA, GQA of three, MQA in chunks.
    { ...BASE, contexts: '37', queryHeads: 3, kvHeads: 3 },
    { ...BASE, contexts: '50,21,9', queryHeads: 6, kvHeads: 2, headDim: 128 },
    { ...BASE, contexts: '29', queryHeads: 8, kvHeads: 1, headDim: 256 },
    { ...BASE, contexts: '37', queryHeads: 3, kvHeads: 3, format: 'int4-g32' },
    { ...BASE, contexts: '50,21,9', queryHeads: 6, kvHeads: 2, headDim: 128, format: 'int4-g32' },
    // Windows that begin inside a sequence, at its start, and before it.
    { ...BASE, contexts: '150,70,20', queryHeads: 2, kvHeads: 2, window: 70 },
    { ...BASE, contexts: '150,70,20', queryHeads: 2, kvHeads: 2, window: 70, format: 'int8' },
    // Absorbed MLA, with the latent of DeepSeek-V2.
    { ...BASE, contexts: '40,11', queryHeads: 8, kvHeads: 1, headDim: 512, ropeDim: 64 },
    { ...BASE, contexts: '40,11', queryHeads: 8, kvHeads: 1, headDim: 512, ropeDim: 64, format: 'int8' },
    { ...BASE, contexts: '12', queryHeads: 16, kvHeads: 1, headDim: 512, ropeDim: 64 },
  ],
  shapes: (sizes, breadth) =>
    breadth === 'few' ? [] : KV_FORMATS.flatMap((format) => sizes.slice(-2).map((bytes) => longContext(bytes, format))),
  refuses(p, t) {
    if (!contextsOf(p).every((context) => Number.isInteger(context) && context > 0)) {
      return `contexts must be positive integers; got ${p.contexts}`;
    }
    if (p.queryHeads % p.kvHeads !== 0) {
      return `kvHeads must divide queryHeads; got ${p.kvHeads} and ${p.queryHeads}`;
    }
    const perLoad = quantsPerLoad(formatById(p.format));
    if (!isPowerOfTwo(p.headDim) || p.headDim < perLoad || p.ropeDim % perLoad !== 0) {
      return `headDim must be a power of two, and it and ropeDim whole loads of ${perLoad} values; got ${p.headDim} and ${p.ropeDim}`;
    }
    const { valueLanes, scratch, heads, tile } = plan(p, t);
    if (valueLanes > t.workgroupSize) {
      return `a row of values takes ${valueLanes} threads; workgroupSize is ${t.workgroupSize}`;
    }
    const memory = 4 * (scratch + heads * tile);
    return memory <= WORKGROUP_MEMORY
      ? undefined
      : `a workgroup has ${WORKGROUP_MEMORY} bytes of memory everywhere; this tuning takes ${memory}`;
  },
  wgsl: (p) => matrixWgsl('cache', cacheLayout(p)) + wgsl,
  constants(p, t) {
    const { loadsPerRow, heads, chunks, parts, valueParts, keyLanes, valueLanes, tile, scratch } = plan(p, t);
    const keyRowsAtOnce = t.workgroupSize / keyLanes;
    const valueRowsAtOnce = t.workgroupSize / valueLanes;
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      WORKGROUPS: workgroups(p, t),
      SEQUENCES: contextsOf(p).length,
      POSITIONS_PER_SPLIT: t.positionsPerSplit,
      WINDOW: windowOf(p),
      KV_HEADS: p.kvHeads,
      QUERY_HEADS: p.queryHeads,
      CHUNKS: chunks,
      HEADS: heads,
      SCORE_SCALE: scoreScale(p) * Math.LOG2E,
      LOADS_IN_FLIGHT: t.loadsInFlight,
      TILE: tile,
      TILES: Math.ceil(t.positionsPerSplit / tile),
      PARTS: parts,
      LOADS_PER_ROW: loadsPerRow,
      KEY_LANES: keyLanes,
      KEY_ROWS: keyRowsAtOnce,
      KEY_STEPS: tile / (keyRowsAtOnce * t.loadsInFlight),
      FIRST_VALUE_ROW: firstValueRow(p),
      VALUE_VECTORS: p.headDim / 4,
      VALUE_SHARES: parts / valueParts,
      VALUE_PARTS: valueParts,
      VALUE_LANES: valueLanes,
      VALUE_ROWS: valueRowsAtOnce,
      VALUE_STEPS: tile / (valueRowsAtOnce * t.loadsInFlight),
      SCRATCH: scratch,
    };
  },
  inputs(p): Input[] {
    const contexts = contextsOf(p);
    const words = new Uint32Array(Math.ceil(contexts.length / 4) * 4);
    words.set(contexts);
    return [
      ...matrixInputs('cache', cacheLayout(p)),
      {
        kind: 'random',
        name: 'queries',
        type: 'array<vec4<f32>>',
        bytes: contexts.length * p.queryHeads * keyDim(p) * 4,
        words: f32.words,
      },
      { kind: 'given', name: 'contexts', type: 'array<u32>', bytes: words.byteLength, data: words },
    ];
  },
  outputs: (p, t) => [
    { name: 'partial', type: 'array<f32>', elements: outputHeads(p, t) * p.headDim, compare: 'f32' },
    { name: 'lse', type: 'array<f32>', elements: outputHeads(p, t), compare: 'f32' },
  ],
  workgroups,
  work(p, t) {
    const queries = contextsOf(p).length * p.queryHeads;
    const cacheBits = rowsRead(p) * keyDim(p) * bitsPerValue(formatById(p.format));
    // A multiply-add per query head for every value of a key, and for every value of a value.
    const pairs = (rowsRead(p) / (p.ropeDim === 0 ? 2 : 1)) * (p.queryHeads / p.kvHeads);
    return {
      bytesRead: cacheBits / 8 + 4 * queries * keyDim(p) + 4 * contextsOf(p).length,
      bytesWritten: 4 * outputHeads(p, t) * (p.headDim + 1),
      flops: 2 * pairs * (keyDim(p) + p.headDim),
    };
  },
  reference: (p, inputs, t) => attentionReference(p, inputs, t.positionsPerSplit),
  // f32 scores, exp2 and sums leave about 10⁻¹³; a position lost of a thousand shows at 10⁻³.
  tolerance: { nmse: 1e-10 },
});
