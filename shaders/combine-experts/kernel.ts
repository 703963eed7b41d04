/** The end of a mixture of experts: adds up the outputs of a token's experts. */

import { f32 } from '../formats/f32.ts';
import { defineKernel, type Input } from '../kernel.ts';
import { fillIn } from '../template.ts';
import wgsl from './combine-experts.wgsl?raw';

type CombineExpertsParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** The number of experts that each token picked. */
  readonly active: number;
  /** The width of the residual stream; a multiple of 4. */
  readonly columns: number;
  /** `shared`: the output of experts that see every token is added (DeepSeekMoE, arXiv 2401.06066, §3.2). */
  readonly form: 'plain' | 'shared';
};

type CombineExpertsTuning = { readonly workgroupSize: number };

/** The WGSL of the value that the sum starts from. */
const START = { plain: 'vec4<f32>(0.0)', shared: 'shared_output[thread]' } as const;

const threads = (p: CombineExpertsParams): number => (p.batch * p.columns) / 4;

const tokensInput = (name: string, values: number): Input => {
  return { kind: 'random', name, type: 'array<vec4<f32>>', bytes: 4 * values, words: f32.words };
};

export default defineKernel<CombineExpertsParams, CombineExpertsTuning>({
  id: 'combine-experts',
  summary: 'y = Σ share · output over the experts that a token picked, plus the output of its shared experts',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, active: 1, columns: 4, form: 'plain' },
    { batch: 3, active: 8, columns: 516, form: 'plain' },
    { batch: 32, active: 2, columns: 68, form: 'plain' },
    { batch: 3, active: 2, columns: 260, form: 'shared' },
  ],
  // One token and the experts of Qwen3-30B-A3B. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, active: 8, columns: 2048, form: 'plain' }]),
  refuses: (p) => (p.columns % 4 === 0 ? undefined : `columns must be a multiple of 4; got ${p.columns}`),
  wgsl: ({ form }) => fillIn(wgsl, { start: START[form] }),
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    THREADS: threads(p),
    VECTORS: p.columns / 4,
    ACTIVE: p.active,
  }),
  inputs: (p): Input[] => [
    tokensInput('parts', p.batch * p.active * p.columns),
    {
      kind: 'random',
      name: 'shares',
      type: 'array<f32>',
      bytes: Math.ceil((p.batch * p.active) / 4) * 16,
      words: f32.words,
    },
    ...(p.form === 'shared' ? [tokensInput('shared_output', p.batch * p.columns)] : []),
  ],
  outputs: (p) => [{ name: 'y', type: 'array<vec4<f32>>', elements: p.batch * p.columns, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil(threads(p) / t.workgroupSize),
  work: (p) => ({
    bytesRead: 4 * p.batch * (p.active * (p.columns + 1) + (p.form === 'shared' ? p.columns : 0)),
    bytesWritten: 4 * p.batch * p.columns,
    flops: 2 * p.batch * p.active * p.columns,
  }),
  reference(p, { parts, shares, shared_output }) {
    if (!parts || !shares) throw new Error('combine-experts needs the inputs parts and shares');
    return (_, element) => {
      const [token, column] = [Math.floor(element / p.columns), element % p.columns];
      let sum = shared_output ? f32.quant(shared_output(element)) : 0;
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
