/** The norms of queries and keys that some models have between projection and rotation (QK-Norm). */

import { f32 } from '../formats/f32.ts';
import { defineKernel, type Input, MAX_WORKGROUP_THREADS } from '../kernel.ts';
import wgsl from './qk-norm.wgsl?raw';

type QkNormParams = {
  /** The number of tokens. */
  readonly batch: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  /** The number of elements of a head; a power of two. */
  readonly headDim: number;
  /** The ε that is added to the mean square. */
  readonly epsilon: number;
};

type QkNormTuning = { readonly rowsPerWorkgroup: number };

const headsPerToken = (p: QkNormParams): number => p.queryHeads + 2 * p.kvHeads;
const rows = (p: QkNormParams): number => p.batch * headsPerToken(p);
const threadsPerRow = (p: QkNormParams): number => p.headDim / 4;

export default defineKernel<QkNormParams, QkNormTuning>({
  id: 'qk-norm',
  summary: 'norms each query head and each key head by itself, between their projection and their rotation',
  variants: { portable: { requires: [] } },
  tunable: { rowsPerWorkgroup: [1, 2, 4, 8] },
  defaults: { rowsPerWorkgroup: 4 },
  examples: [
    // ε as large as the mean square, so that it shows.
    { batch: 1, queryHeads: 1, kvHeads: 1, headDim: 4, epsilon: 0.125 },
    { batch: 3, queryHeads: 4, kvHeads: 1, headDim: 64, epsilon: 1e-5 },
    { batch: 32, queryHeads: 3, kvHeads: 3, headDim: 128, epsilon: 1e-6 },
    { batch: 1, queryHeads: 16, kvHeads: 8, headDim: 128, epsilon: 1e-6 },
  ],
  // One token and Qwen3-8B's heads. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) =>
    breadth === 'few' ? [] : [{ batch: 1, queryHeads: 32, kvHeads: 8, headDim: 128, epsilon: 1e-6 }],
  refuses(p, t) {
    if (!Number.isInteger(Math.log2(threadsPerRow(p)))) return `headDim must be a power of two; got ${p.headDim}`;
    const threads = threadsPerRow(p) * t.rowsPerWorkgroup;
    return threads <= MAX_WORKGROUP_THREADS
      ? undefined
      : `a workgroup must have at most ${MAX_WORKGROUP_THREADS} threads; rowsPerWorkgroup ${t.rowsPerWorkgroup} takes ${threads}`;
  },
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.rowsPerWorkgroup * threadsPerRow(p),
    ROWS_PER_WORKGROUP: t.rowsPerWorkgroup,
    THREADS_PER_ROW: threadsPerRow(p),
    HALVINGS: Math.log2(threadsPerRow(p)),
    ROWS: rows(p),
    QUERY_HEADS: p.queryHeads,
    KV_HEADS: p.kvHeads,
    EPSILON: p.epsilon,
  }),
  inputs: (p) =>
    [['qkv', rows(p)] as const, ...['query_weight', 'key_weight'].map((name) => [name, 1] as const)].map(
      ([name, count]): Input => {
        return { kind: 'random', name, type: 'array<vec4<f32>>', bytes: count * p.headDim * 4, words: f32.words };
      },
    ),
  outputs: (p) => [{ name: 'y', type: 'array<vec4<f32>>', elements: rows(p) * p.headDim, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil(rows(p) / t.rowsPerWorkgroup),
  work: (p) => ({
    bytesRead: 4 * (rows(p) + 2) * p.headDim,
    bytesWritten: 4 * rows(p) * p.headDim,
    flops: 4 * p.batch * (p.queryHeads + p.kvHeads) * p.headDim,
  }),
  reference(p, { qkv, query_weight, key_weight }) {
    if (!qkv || !query_weight || !key_weight) throw new Error('qk-norm needs qkv, query_weight and key_weight');
    return (_, element) => {
      const [row, i] = [Math.floor(element / p.headDim), element % p.headDim];
      const head = row % headsPerToken(p);
      const own = f32.quant(qkv(element));
      if (head >= p.queryHeads + p.kvHeads) return own;
      let squares = 0;
      for (let k = 0; k < p.headDim; k++) squares += f32.quant(qkv(row * p.headDim + k)) ** 2;
      const weight = head < p.queryHeads ? query_weight : key_weight;
      return (own / Math.sqrt(squares / p.headDim + p.epsilon)) * f32.quant(weight(i));
    };
  },
  // f32 sums of squares, all positive; an ε of 10⁻⁵ that is forgotten shows at 10⁻⁹.
  tolerance: { nmse: 1e-11 },
});
