import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './combine-experts.wgsl?raw';

type CombineExpertsParams = {
  /** Tokens. */
  readonly batch: number;
  /** Experts of each. */
  readonly active: number;
  /** Width of the residual stream: whole vectors of four. */
  readonly columns: number;
};

type CombineExpertsTuning = { readonly workgroupSize: number };

const threads = (p: CombineExpertsParams): number => (p.batch * p.columns) / 4;

export default defineKernel<CombineExpertsParams, CombineExpertsTuning>({
  id: 'combine-experts',
  summary: 'y = Σ share · what an expert made of the token, over the experts that it picked',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, active: 1, columns: 4 },
    { batch: 3, active: 8, columns: 516 },
    { batch: 32, active: 2, columns: 68 },
  ],
  // Qwen3-30B-A3B's, one token: what counts is how long it takes, not what it reads.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, active: 8, columns: 2048 }]),
  refuses: (p) => (p.columns % 4 === 0 ? undefined : `columns must be a multiple of 4; got ${p.columns}`),
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    THREADS: threads(p),
    VECTORS: p.columns / 4,
    ACTIVE: p.active,
  }),
  inputs: (p) => [
    {
      kind: 'random',
      name: 'parts',
      type: 'array<vec4<f32>>',
      bytes: 4 * p.batch * p.active * p.columns,
      words: f32.words,
    },
    {
      kind: 'random',
      name: 'shares',
      type: 'array<f32>',
      bytes: Math.ceil((p.batch * p.active) / 4) * 16,
      words: f32.words,
    },
  ],
  outputs: (p) => [{ name: 'y', type: 'array<vec4<f32>>', elements: p.batch * p.columns, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil(threads(p) / t.workgroupSize),
  work: (p) => ({
    bytesRead: 4 * p.batch * p.active * (p.columns + 1),
    bytesWritten: 4 * p.batch * p.columns,
    flops: 2 * p.batch * p.active * p.columns,
  }),
  reference(p, { parts, shares }) {
    if (!parts || !shares) throw new Error('combine-experts needs the inputs parts and shares');
    return (_, element) => {
      const [token, column] = [Math.floor(element / p.columns), element % p.columns];
      let sum = 0;
      for (let slot = 0; slot < p.active; slot++) {
        const pair = token * p.active + slot;
        sum += f32.quant(shares(pair)) * f32.quant(parts(pair * p.columns + column));
      }
      return sum;
    };
  },
  // f32 sums of a few terms.
  tolerance: { nmse: 1e-12 },
});
