/** The norms of the residual stream, and the additions to it that come just before them. */

import { activationCode, activationScale, byteValue, planeValue } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import { defineKernel, type Input, type Output } from '../kernel.ts';
import { packBytes } from '../pack-bytes.ts';
import { fillIn } from '../template.ts';
import joinFloats from './join-floats.wgsl?raw';
import joinLargest from './join-largest.wgsl?raw';
import normAddend from './norm-addend.wgsl?raw';
import wgsl from './rms-norm.wgsl?raw';
import storeBytes from './store-bytes.wgsl?raw';
import storeFloats from './store-floats.wgsl?raw';

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
  /**
   * `bytes`: y is stored as signed bytes, with a scale for each token, for integer dot products; each plane then has
   * vectors of sixteen. Default: as f32.
   */
  readonly store?: 'bytes';
};

type RmsNormTuning = { readonly workgroupSize: number };

const loadsPerRow = (p: RmsNormParams): number => Math.ceil(p.columns / 4);
/** The number of loads of a row of y. */
const yLoads = (p: RmsNormParams): number => {
  const loads = p.planes * (p.store === 'bytes' ? 4 : 1);
  return Math.ceil(loadsPerRow(p) / loads) * loads;
};
/** The number of neighbouring loads that a thread takes: those whose bytes it can put into whole words. */
const neighbours = (p: RmsNormParams): number => (p.store === 'bytes' ? p.planes : 1);
const loadsPerThread = (p: RmsNormParams, t: RmsNormTuning): number =>
  Math.ceil(yLoads(p) / neighbours(p) / t.workgroupSize) * neighbours(p);

/**
 * The maximum number of loads of a thread, which keeps its part of the row in registers, so that the row is read once. Eight
 * fit on every GPU; sixteen, of rows of 16,384 values, spill on Intel's.
 */
const MAX_LOADS_PER_THREAD = 16;

/** The maximum number of loads that a thread has registers for at once: with more, Intel's compiler spills. */
const MAX_LOADS_AT_ONCE = 15;

/**
 * The numbers of loads that come before all sums, and of those that come behind: weights where there are too many loads;
 * x, too, where what is added to it has a norm of its own.
 */
function loadsInTurn(p: RmsNormParams, t: RmsNormTuning) {
  const loads = loadsPerThread(p, t);
  const others = { plain: 1, residual: 2, 'normed-residual': 3 }[p.form];
  const weightsFirst = loads * (others + 1) <= MAX_LOADS_AT_ONCE ? loads : 0;
  const xFirst = p.form === 'normed-residual' && loads * others > MAX_LOADS_AT_ONCE ? 0 : loads;
  return {
    X_FIRST: xFirst,
    X_LAST: loads - xFirst,
    WEIGHTS_FIRST: weightsFirst,
    WEIGHTS_LAST: loads - weightsFirst,
  };
}

/** Loads under way at the first wait in the code of Intel's compiler, for each load of x. */
const LOADS_AHEAD_ON_INTEL = { plain: 1.5, residual: 2, 'normed-residual': 0.75 } as const;

/** Statements for each load of a thread. */
const unrolled = (...statements: readonly string[]): string =>
  ['//#unroll I < LOADS_PER_THREAD', ...statements, '//#end'].join('\n  ');

const LOAD_ADDEND = 'let addend_I = addend[row + at_I];';

/** It comes behind the loads, since compilers move no load over a store. */
const WRITE_SUM = unrolled('if (load_I < LOADS_PER_ROW) { sum[row + load_I] = x_I; }');

/**
 * The WGSL that differs between the forms: the loads beside x and its weights, the norm of the addend, the value that is
 * normed, and the store of the sum.
 */
const FORMS = {
  plain: { loads: '', addend: '', x: 'own_I', sum: '' },
  residual: { loads: unrolled(LOAD_ADDEND), addend: '', x: 'own_I + addend_I', sum: WRITE_SUM },
  'normed-residual': {
    loads: unrolled(LOAD_ADDEND, 'let addend_weight_I = addend_weight[at_I];'),
    addend: normAddend,
    x: 'own_I + weighted_I * addend_scale',
    sum: WRITE_SUM,
  },
} as const;

/** The WGSL that differs between the ways to store y: what threads join before, and the store itself. */
const STORES: Readonly<Record<'floats' | 'bytes', { readonly join: string; readonly store: string }>> = {
  floats: { join: joinFloats, store: storeFloats },
  bytes: { join: joinLargest, store: storeBytes },
};

/** Whether something is added to x. */
const joins = ({ form }: RmsNormParams): boolean => form !== 'plain';

const PLAIN = { epsilon: 1e-5, planes: 1, form: 'plain' } as const;

export default defineKernel<RmsNormParams, RmsNormTuning>({
  id: 'rms-norm',
  summary: 'y = x / √(mean(x²) + ε) · weight for each token, where x may be the sum of a residual stream and an addend',
  variants: {
    // As in quantise-activations, a value halfway between two bytes may be rounded to either.
    portable: { requires: [], tolerance: ({ store }) => ({ nmse: store === 'bytes' ? 1e-6 : 1e-10 }) },
  },
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
    // Padding in the last word, and in the last load.
    { ...PLAIN, batch: 1, columns: 1, epsilon: 0.125, store: 'bytes' },
    { ...PLAIN, batch: 3, columns: 1023, planes: 2, form: 'residual', store: 'bytes' },
    { ...PLAIN, batch: 2, columns: 2050, planes: 4, store: 'bytes' },
    { ...PLAIN, batch: 3, columns: 341, planes: 2, form: 'normed-residual', store: 'bytes' },
  ],
  // One token of Llama-3-8B's residual stream. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ ...PLAIN, batch: 1, columns: 4096 }]),
  refuses: (p, t) =>
    loadsPerThread(p, t) <= MAX_LOADS_PER_THREAD
      ? undefined
      : `a thread must hold at most ${MAX_LOADS_PER_THREAD} loads; got ${loadsPerThread(p, t)}: raise workgroupSize`,
  wgsl: ({ form, planes, store }) =>
    fillIn(wgsl, { ...FORMS[form], ...STORES[store ?? 'floats'] }) + (store === 'bytes' ? packBytes(planes) : ''),
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    LOADS_PER_THREAD: loadsPerThread(p, t),
    ...loadsInTurn(p, t),
    NEIGHBOURS: neighbours(p),
    WORDS_PER_THREAD: loadsPerThread(p, t) / neighbours(p),
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
      ...(p.store === 'bytes'
        ? [
            { name: 'y', type: 'array<u32>', elements: p.batch * yLoads(p), compare: 'i8x4' } as const,
            { name: 'y_scales', type: 'array<f32>', elements: p.batch, compare: 'f32' } as const,
          ]
        : [{ ...rows, name: 'y', elements: p.batch * yLoads(p) * 4 }]),
      ...(joins(p) ? [{ ...rows, name: 'sum', elements: p.batch * loadsPerRow(p) * 4 }] : []),
    ];
  },
  workgroups: (p) => p.batch,
  work(p) {
    const streams = joins(p) ? 2 : 1;
    const norms = p.form === 'normed-residual' ? 2 : 1;
    return {
      bytesRead: 4 * (streams * p.batch + norms) * p.columns,
      bytesWritten: p.batch * (4 * (streams - 1) * p.columns + (p.store === 'bytes' ? p.columns + 4 : 4 * p.columns)),
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
    const normed = (token: number, column: number): number =>
      column >= p.columns ? 0 : value(token, column) * scale(token) * f32.quant(weight(column));
    const byteScales = new Map<number, number>();
    const byteScale = (token: number): number => {
      const known =
        byteScales.get(token) ?? activationScale(Float32Array.from({ length: p.columns }, (_, k) => normed(token, k)));
      byteScales.set(token, known);
      return known;
    };
    return (output, element) => {
      if (output === 'sum') return value(Math.floor(element / stride), element % stride);
      if (output === 'y_scales') return byteScale(element);
      if (p.store === 'bytes') {
        const [token, word] = [Math.floor(element / yLoads(p)), element % yLoads(p)];
        const bytes = [0, 1, 2, 3].map((byte) =>
          activationCode(
            normed(token, byteValue(4 * word + byte, p.planes, yLoads(p) / 4 / p.planes)),
            byteScale(token),
          ),
        );
        return bytes.reduce((all, byte, i) => (all | (byte << (8 * i))) >>> 0, 0);
      }
      const yStride = yLoads(p) * 4;
      const token = Math.floor(element / yStride);
      const column = planeValue(element % yStride, p.planes, yLoads(p) / p.planes);
      return normed(token, column);
    };
  },
  code: {
    budget(p, _, t) {
      const loads = loadsPerThread(p, t);
      return {
        amd: { loadsInFlight: 2 * loads },
        // In wider rows, its compiler saves registers by waiting.
        intel: { loadsInFlight: loads <= 4 ? LOADS_AHEAD_ON_INTEL[p.form] * loads : 2 },
      };
    },
  },
  // f32 sums of squares, all positive, lose about 10⁻⁷ of themselves; an ε of 10⁻⁵ that is forgotten shows at 10⁻⁹.
  tolerance: { nmse: 1e-10 },
});
