/** The norms of the residual stream, and the additions to it that come just before them. */

import { planeValue } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import { defineKernel, type Input, type Output } from '../kernel.ts';
import { fillIn } from '../template.ts';
import normAddend from './norm-addend.wgsl?raw';
import wgsl from './rms-norm.wgsl?raw';

type RmsNormParams = {
  /** The number of tokens. */
  readonly batch: number;
  /**
   * The number of values of a token. Its row is stored in whole 16-byte loads; padding is ignored, and written as zero.
   */
  readonly columns: number;
  /** The ε that is added to the mean square. */
  readonly epsilon: number;
  /** The number of planes y is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
  /**
   * The value that is normed. `plain`: x. `residual`: x + addend, a layer's output that joins the residual stream; the
   * sum is written too. `normed-residual`: x + norm(addend), for models with norms behind attention and MLP too (Gemma
   * 2, arXiv 2408.00118, §2).
   */
  readonly form: 'plain' | 'residual' | 'normed-residual';
};

type RmsNormTuning = { readonly workgroupSize: number };

const loadsPerRow = (p: RmsNormParams): number => Math.ceil(p.columns / 4);
/** The number of loads of a row of y. */
const yLoads = (p: RmsNormParams): number => Math.ceil(loadsPerRow(p) / p.planes) * p.planes;
const loadsPerThread = (p: RmsNormParams, t: RmsNormTuning): number => Math.ceil(yLoads(p) / t.workgroupSize);

/**
 * The maximum number of loads of a thread, which keeps its part of the row in registers, so that the row is read once.
 * 64 values fit on every GPU.
 */
const MAX_LOADS_PER_THREAD = 16;

const WRITE_SUM = 'if (load_I < LOADS_PER_ROW) { sum[row + load_I] = x_I; }';

/**
 * The WGSL that differs between the forms: the norm of the addend, the value that is normed, and the store of the sum.
 */
const FORMS = {
  plain: { addend: '', x: 'x[row + at_I]', sum: '' },
  residual: { addend: '', x: 'x[row + at_I] + addend[row + at_I]', sum: WRITE_SUM },
  'normed-residual': {
    addend: normAddend,
    x: 'x[row + at_I] + addend_I * addend_scale * addend_weight[at_I]',
    sum: WRITE_SUM,
  },
} as const;

/** Whether something is added to x. */
const joins = ({ form }: RmsNormParams): boolean => form !== 'plain';

const PLAIN = { epsilon: 1e-5, planes: 1, form: 'plain' } as const;

export default defineKernel<RmsNormParams, RmsNormTuning>({
  id: 'rms-norm',
  summary: 'y = x / √(mean(x²) + ε) · weight for each token, where x may be the sum of a residual stream and an addend',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128, 256] },
  defaults: { workgroupSize: 256 },
  examples: [
    // ε as large as the mean square, so that it shows.
    { ...PLAIN, batch: 1, columns: 1, epsilon: 0.125 },
    { ...PLAIN, batch: 3, columns: 1023 },
    { ...PLAIN, batch: 8, columns: 2050, epsilon: 1e-6, planes: 2 },
    { ...PLAIN, batch: 32, columns: 130, planes: 8 },
    { ...PLAIN, batch: 1, columns: 8192 },
    { ...PLAIN, batch: 1, columns: 1, epsilon: 0.125, planes: 16, form: 'residual' },
    { ...PLAIN, batch: 3, columns: 1023, planes: 4, form: 'residual' },
    { ...PLAIN, batch: 8, columns: 576, form: 'residual' },
    { ...PLAIN, batch: 1, columns: 1, epsilon: 0.125, form: 'normed-residual' },
    { ...PLAIN, batch: 3, columns: 1023, planes: 4, form: 'normed-residual' },
  ],
  // One token of Llama-3-8B's residual stream. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ ...PLAIN, batch: 1, columns: 4096 }]),
  refuses: (p, t) =>
    loadsPerThread(p, t) <= MAX_LOADS_PER_THREAD
      ? undefined
      : `a thread must hold at most ${MAX_LOADS_PER_THREAD} loads; got ${loadsPerThread(p, t)}: raise workgroupSize`,
  wgsl({ form }) {
    const { addend, x, sum } = FORMS[form];
    return fillIn(wgsl, { addend, x, sum });
  },
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    LOADS_PER_THREAD: loadsPerThread(p, t),
    LOADS_PER_ROW: loadsPerRow(p),
    PLANES: p.planes,
    Y_LOADS: yLoads(p),
    COLUMNS: p.columns,
    BATCH: p.batch,
    EPSILON: p.epsilon,
  }),
  inputs(p): Input[] {
    const rows = { kind: 'random', type: 'array<vec4<f32>>', bytes: p.batch * loadsPerRow(p) * 16 } as const;
    const vector = { ...rows, bytes: loadsPerRow(p) * 16, words: f32.words };
    return [
      { ...rows, name: 'x', words: f32.words },
      ...(joins(p) ? [{ ...rows, name: 'addend', words: f32.words }] : []),
      ...(p.form === 'normed-residual' ? [{ ...vector, name: 'addend_weight' }] : []),
      { ...vector, name: 'weight' },
    ];
  },
  outputs(p): Output[] {
    const rows = { type: 'array<vec4<f32>>', compare: 'f32' } as const;
    return [
      { ...rows, name: 'y', elements: p.batch * yLoads(p) * 4 },
      ...(joins(p) ? [{ ...rows, name: 'sum', elements: p.batch * loadsPerRow(p) * 4 }] : []),
    ];
  },
  workgroups: (p) => p.batch,
  work(p) {
    const streams = joins(p) ? 2 : 1;
    const norms = p.form === 'normed-residual' ? 2 : 1;
    return {
      bytesRead: 4 * (streams * p.batch + norms) * p.columns,
      bytesWritten: 4 * streams * p.batch * p.columns,
      flops: (4 * norms + streams - 1) * p.batch * p.columns,
    };
  },
  reference(p, { x, addend, addend_weight, weight }) {
    if (!x || !weight) throw new Error('rms-norm needs the inputs x and weight');
    const stride = loadsPerRow(p) * 4;
    /** One over the root mean square of a token's row. It is kept, since a reference is asked value by value. */
    const inverseRms = (value: (token: number, column: number) => number) => {
      const known = new Map<number, number>();
      return (token: number): number => {
        let squares = 0;
        for (let i = 0; i < p.columns && !known.has(token); i++) squares += value(token, i) ** 2;
        const factor = known.get(token) ?? 1 / Math.sqrt(squares / p.columns + p.epsilon);
        known.set(token, factor);
        return factor;
      };
    };
    const added = (token: number, column: number): number => (addend ? f32.quant(addend(token * stride + column)) : 0);
    const addendScale = inverseRms(added);
    const joined = (token: number, column: number): number =>
      addend_weight
        ? added(token, column) * addendScale(token) * f32.quant(addend_weight(column))
        : added(token, column);
    const value = (token: number, column: number): number =>
      column >= p.columns ? 0 : f32.quant(x(token * stride + column)) + joined(token, column);
    const scale = inverseRms(value);
    return (output, element) => {
      if (output === 'sum') return value(Math.floor(element / stride), element % stride);
      const yStride = yLoads(p) * 4;
      const token = Math.floor(element / yStride);
      const column = planeValue(element % yStride, p.planes, yLoads(p) / p.planes);
      if (column >= p.columns) return 0;
      return value(token, column) * scale(token) * f32.quant(weight(column));
    };
  },
  // f32 sums of squares, all positive, lose about 10⁻⁷ of themselves; an ε of 10⁻⁵ that is forgotten shows at 10⁻⁹.
  tolerance: { nmse: 1e-10 },
});
