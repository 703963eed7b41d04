import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './rms-norm.wgsl?raw';

type RmsNormParams = {
  /** Tokens. */
  readonly batch: number;
  /** Values of a token. Its row is stored in whole 16-byte loads; what pads it is ignored, and written as zero. */
  readonly columns: number;
  /** Added to the mean square. */
  readonly epsilon: number;
};

type RmsNormTuning = { readonly workgroupSize: number };

const loadsPerRow = (p: RmsNormParams): number => Math.ceil(p.columns / 4);
const loadsPerThread = (p: RmsNormParams, t: RmsNormTuning): number => Math.ceil(loadsPerRow(p) / t.workgroupSize);

/** A thread keeps its part of the row in registers, so that the row is read once; 64 of them fit everywhere. */
const MOST_LOADS_PER_THREAD = 16;

export default defineKernel<RmsNormParams, RmsNormTuning>({
  id: 'rms-norm',
  summary: 'y = x / √(mean(x²) + ε) · weight, for each token',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128, 256] },
  defaults: { workgroupSize: 256 },
  examples: [
    // ε as large as the mean square, so that it shows.
    { batch: 1, columns: 1, epsilon: 0.125 },
    { batch: 3, columns: 1023, epsilon: 1e-5 },
    { batch: 8, columns: 2050, epsilon: 1e-6 },
    { batch: 32, columns: 130, epsilon: 1e-5 },
    { batch: 1, columns: 8192, epsilon: 1e-5 },
  ],
  // Llama-3-8B's residual stream, one token: what counts is how long it takes, not what it reads.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, columns: 4096, epsilon: 1e-5 }]),
  refuses: (p, t) =>
    loadsPerThread(p, t) <= MOST_LOADS_PER_THREAD
      ? undefined
      : `a thread holds at most ${MOST_LOADS_PER_THREAD} loads; got ${loadsPerThread(p, t)}: raise workgroupSize`,
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    LOADS_PER_THREAD: loadsPerThread(p, t),
    LOADS_PER_ROW: loadsPerRow(p),
    COLUMNS: p.columns,
    BATCH: p.batch,
    EPSILON: p.epsilon,
  }),
  inputs: (p) => [
    { kind: 'random', name: 'x', type: 'array<vec4<f32>>', bytes: p.batch * loadsPerRow(p) * 16, words: f32.words },
    { kind: 'random', name: 'weight', type: 'array<vec4<f32>>', bytes: loadsPerRow(p) * 16, words: f32.words },
  ],
  outputs: (p) => [{ name: 'y', type: 'array<vec4<f32>>', elements: p.batch * loadsPerRow(p) * 4, compare: 'f32' }],
  workgroups: (p) => p.batch,
  work: (p) => ({
    bytesRead: 4 * (p.batch + 1) * p.columns,
    bytesWritten: 4 * p.batch * p.columns,
    flops: 4 * p.batch * p.columns,
  }),
  reference(p, { x, weight }) {
    if (!x || !weight) throw new Error('rms-norm needs the inputs x and weight');
    const stride = loadsPerRow(p) * 4;
    const factors = new Map<number, number>();
    const factor = (token: number): number => {
      let squares = 0;
      for (let i = 0; i < p.columns; i++) squares += f32.quant(x(token * stride + i)) ** 2;
      return 1 / Math.sqrt(squares / p.columns + p.epsilon);
    };
    return (_, element) => {
      const token = Math.floor(element / stride);
      const column = element % stride;
      if (column >= p.columns) return 0;
      const scale = factors.get(token) ?? factor(token);
      factors.set(token, scale);
      return f32.quant(x(element)) * scale * f32.quant(weight(column));
    };
  },
  // f32 sums of squares, all positive, lose about 10⁻⁷ of themselves; an ε of 10⁻⁵ forgotten shows at 10⁻⁹.
  tolerance: { nmse: 1e-10 },
});
