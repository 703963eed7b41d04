import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './residual-add.wgsl?raw';

type ResidualAddParams = {
  /** Tokens. */
  readonly batch: number;
  /** Width of the residual stream. */
  readonly columns: number;
};

type ResidualAddTuning = { readonly workgroupSize: number };

/** The tokens lie one after another; what pads the last load is added as well. */
const loads = (p: ResidualAddParams): number => Math.ceil((p.batch * p.columns) / 4);

export default defineKernel<ResidualAddParams, ResidualAddTuning>({
  id: 'residual-add',
  summary: 'y = a + b: what a layer computed joins the residual stream',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, columns: 1 },
    { batch: 3, columns: 341 },
    { batch: 8, columns: 1024 },
    { batch: 32, columns: 99 },
  ],
  // Llama-3-8B's residual stream, one token: what counts is how long it takes, not what it reads.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, columns: 4096 }]),
  refuses: () => undefined,
  wgsl: () => wgsl,
  constants: (p, t) => ({ WORKGROUP_SIZE: t.workgroupSize, LOADS: loads(p) }),
  inputs: (p) =>
    ['a', 'b'].map((name) => ({
      kind: 'random',
      name,
      type: 'array<vec4<f32>>',
      bytes: loads(p) * 16,
      words: f32.words,
    })),
  outputs: (p) => [{ name: 'y', type: 'array<vec4<f32>>', elements: loads(p) * 4, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil(loads(p) / t.workgroupSize),
  work: (p) => ({
    bytesRead: 2 * 4 * p.batch * p.columns,
    bytesWritten: 4 * p.batch * p.columns,
    flops: p.batch * p.columns,
  }),
  reference(_, { a, b }) {
    if (!a || !b) throw new Error('residual-add needs the inputs a and b');
    return (_, i) => f32.quant(a(i)) + f32.quant(b(i));
  },
  // One rounding: 2⁻²⁴ of the sum at the most.
  tolerance: { nmse: 2 ** -48 },
});
