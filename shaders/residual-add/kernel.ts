/** The addition of a layer's output to the residual stream, as a kernel of its own. */

import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './residual-add.wgsl?raw';

type ResidualAddParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** The width of the residual stream. */
  readonly columns: number;
};

type ResidualAddTuning = { readonly workgroupSize: number };

/** The number of loads of all tokens, which lie one after another. The padding of the last load is added too. */
const loads = (p: ResidualAddParams): number => Math.ceil((p.batch * p.columns) / 4);

export default defineKernel<ResidualAddParams, ResidualAddTuning>({
  id: 'residual-add',
  summary: 'y = a + b: the output of a layer joins the residual stream',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, columns: 1 },
    { batch: 3, columns: 341 },
    { batch: 8, columns: 1024 },
    { batch: 32, columns: 99 },
  ],
  // One token of Llama-3-8B's residual stream. What counts is the time of a dispatch, not the bytes.
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
  // One rounding, of at most 2⁻²⁴ of the sum.
  tolerance: { nmse: 2 ** -48 },
});
