/**
 * The norms between MLA's projections down and up (DeepSeek-V2, arXiv 2405.04434, §2.1 and appendix B): one of the
 * compressed query and one of the latent. One dispatch makes both, from the row that the projection down leaves.
 */

import { planeValue } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import { defineKernel, type Input, type Output } from '../kernel.ts';
import { fillIn } from '../template.ts';
import wgsl from './latent-norm.wgsl?raw';
import storeQuery from './store-query.wgsl?raw';

type LatentNormParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** `query-and-latent`: both are normed. `latent`: queries are not compressed, and are left where they are. */
  readonly form: 'query-and-latent' | 'latent';
  /** The number of values before the latent, a multiple of 4: the compressed query, or all queries. */
  readonly queryDim: number;
  /** The number of values of the latent; a multiple of 4. */
  readonly latentDim: number;
  /** The number of values of the key behind the latent, which will be rotated; a multiple of 4. */
  readonly ropeDim: number;
  /** The ε that is added to the mean squares. */
  readonly epsilon: number;
  /** The number of planes the query is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
};

type LatentNormTuning = { readonly workgroupSize: number };

const row = (p: LatentNormParams): number => p.queryDim + p.latentDim + p.ropeDim;
/** The number of values of a token's latent, and of the rotated part behind it. */
const latentRow = (p: LatentNormParams): number => p.latentDim + p.ropeDim;
const hasQuery = (p: LatentNormParams): boolean => p.form === 'query-and-latent';
/** The number of vectors of a token's query as it is written: whole loads of the weights that read it. */
const queryLoads = (p: LatentNormParams): number => Math.ceil(p.queryDim / 4 / p.planes) * p.planes;
const parts = (p: LatentNormParams): number => (hasQuery(p) ? 2 : 1);
const loadsPerThread = (p: LatentNormParams, t: LatentNormTuning): number =>
  Math.ceil(Math.max(p.latentDim / 4, hasQuery(p) ? queryLoads(p) : 0) / t.workgroupSize);

/** The maximum number of loads of a thread, which keeps its part of a row in registers, as in rms-norm. */
const MAX_LOADS_PER_THREAD = 16;

/** WGSL of the function that writes a vector of the query. */
const STORE_QUERY: Readonly<Record<LatentNormParams['form'], string>> = {
  'query-and-latent': storeQuery,
  latent: 'fn store_query(token: u32, load: u32, x: vec4<f32>, scale: f32) {}',
};

const BOTH = { form: 'query-and-latent', epsilon: 1e-6, planes: 1 } as const;

export default defineKernel<LatentNormParams, LatentNormTuning>({
  id: 'latent-norm',
  summary: 'norms the compressed query and the latent of each token, between the projections down and up of MLA',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128, 256] },
  defaults: { workgroupSize: 128 },
  examples: [
    // ε as large as the mean square, so that it shows.
    { ...BOTH, batch: 1, queryDim: 4, latentDim: 4, ropeDim: 4, epsilon: 0.125 },
    { ...BOTH, batch: 3, queryDim: 1020, latentDim: 516, ropeDim: 20, planes: 8 },
    { ...BOTH, batch: 2, queryDim: 64, latentDim: 1028, ropeDim: 64, planes: 2 },
    { ...BOTH, form: 'latent', batch: 3, queryDim: 36, latentDim: 512, ropeDim: 64 },
  ],
  // One token of DeepSeek-V3. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) =>
    breadth === 'few' ? [] : [{ ...BOTH, batch: 1, queryDim: 1536, latentDim: 512, ropeDim: 64 }],
  refuses(p, t) {
    if ([p.queryDim, p.latentDim, p.ropeDim].some((dim) => dim % 4 !== 0)) {
      return `queryDim, latentDim and ropeDim must be multiples of 4; got ${p.queryDim}, ${p.latentDim} and ${p.ropeDim}`;
    }
    return loadsPerThread(p, t) <= MAX_LOADS_PER_THREAD
      ? undefined
      : `a thread must hold at most ${MAX_LOADS_PER_THREAD} loads; got ${loadsPerThread(p, t)}: raise workgroupSize`;
  },
  wgsl: ({ form }) => fillIn(wgsl, { 'store query': STORE_QUERY[form] }),
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    WORKGROUPS: p.batch * parts(p),
    HALVINGS: Math.log2(t.workgroupSize),
    LOADS_PER_THREAD: loadsPerThread(p, t),
    PARTS: parts(p),
    QUERY_LOADS: p.queryDim / 4,
    LATENT_LOADS: p.latentDim / 4,
    ROPE_LOADS: p.ropeDim / 4,
    EPSILON: p.epsilon,
    ...(hasQuery(p) && { PLANES: p.planes, STORED_LOADS: queryLoads(p) }),
  }),
  inputs(p): Input[] {
    const random = (name: string, values: number): Input => ({
      ...{ kind: 'random', name, type: 'array<vec4<f32>>', bytes: 4 * values, words: f32.words },
    });
    return [
      random('down', p.batch * row(p)),
      ...(hasQuery(p) ? [random('query_weight', p.queryDim)] : []),
      random('latent_weight', p.latentDim),
    ];
  },
  outputs(p): Output[] {
    const rows = { type: 'array<vec4<f32>>', compare: 'f32' } as const;
    return [
      ...(hasQuery(p) ? [{ ...rows, name: 'query', elements: p.batch * queryLoads(p) * 4 }] : []),
      { ...rows, name: 'latents', elements: p.batch * latentRow(p) },
    ];
  },
  workgroups: (p) => p.batch * parts(p),
  work(p) {
    const normed = p.latentDim + (hasQuery(p) ? p.queryDim : 0);
    return {
      bytesRead: 4 * (p.batch * (normed + p.ropeDim) + normed),
      bytesWritten: 4 * p.batch * (normed + p.ropeDim),
      flops: 4 * p.batch * normed,
    };
  },
  reference(p, { down, query_weight, latent_weight }) {
    if (!down || !latent_weight) throw new Error('latent-norm needs the inputs down and latent_weight');
    const value = (token: number, at: number) => f32.quant(down(token * row(p) + at));
    /** One over the root mean square of values `first` to `first + count` of a token. */
    const factor = (token: number, first: number, count: number): number => {
      let squares = 0;
      for (let i = 0; i < count; i++) squares += value(token, first + i) ** 2;
      return 1 / Math.sqrt(squares / count + p.epsilon);
    };
    return (output, element) => {
      if (output === 'latents') {
        const [token, i] = [Math.floor(element / latentRow(p)), element % latentRow(p)];
        const own = value(token, p.queryDim + i);
        return i < p.latentDim ? own * factor(token, p.queryDim, p.latentDim) * f32.quant(latent_weight(i)) : own;
      }
      if (!query_weight) throw new Error('latent-norm needs the input query_weight');
      const stride = queryLoads(p) * 4;
      const token = Math.floor(element / stride);
      const i = planeValue(element % stride, p.planes, queryLoads(p) / p.planes);
      return i < p.queryDim ? value(token, i) * factor(token, 0, p.queryDim) * f32.quant(query_weight(i)) : 0;
    };
  },
  // The tolerance is that of rms-norm, for the same reasons.
  tolerance: { nmse: 1e-10 },
});
