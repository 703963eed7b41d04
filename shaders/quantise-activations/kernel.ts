/** The kernel that turns activations into the bytes that integer dot products multiply. */

import { activationCode, activationIndex, activationScale, spread } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import { hasArithmetic, matrixLayout } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './quantise-activations.wgsl?raw';

type QuantiseActivationsParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** The number of values of a token. Its row is stored in whole 16-byte loads. */
  readonly columns: number;
  /** The format of the weights that the bytes meet. It decides their order, and how far a row is padded with zeros. */
  readonly format: string;
};

type QuantiseActivationsTuning = { readonly workgroupSize: number };

/** The formats whose quants are signed bytes. */
const BYTE_FORMATS = Object.values(FORMATS).filter((format) => hasArithmetic(format, 'i8'));

const layoutOf = (p: QuantiseActivationsParams) => matrixLayout(formatById(p.format), 1, p.columns);
const rowBytes = (p: QuantiseActivationsParams): number => layoutOf(p).storedColumns;
const stride = (p: QuantiseActivationsParams): number => Math.ceil(p.columns / 4) * 4;
const wordsPerThread = (p: QuantiseActivationsParams, t: QuantiseActivationsTuning): number =>
  Math.ceil(rowBytes(p) / 4 / t.workgroupSize);

/** The maximum number of words of a thread. A word takes four registers, and 64 values fit on every GPU. */
const MAX_WORDS_PER_THREAD = 16;

export default defineKernel<QuantiseActivationsParams, QuantiseActivationsTuning>({
  id: 'quantise-activations',
  summary: 'converts activations to signed bytes with a scale per token, for integer dot products',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 256 },
  examples: [
    { batch: 1, columns: 1, format: 'int8' },
    { batch: 3, columns: 341, format: 'int4-g32' },
    ...BYTE_FORMATS.flatMap(({ id }) => [
      { batch: 8, columns: 1021, format: id },
      { batch: 32, columns: 130, format: id },
    ]),
  ],
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, columns: 4096, format: 'int4-g32' }]),
  refuses(p, t) {
    const words = wordsPerThread(p, t);
    return words <= MAX_WORDS_PER_THREAD
      ? undefined
      : `a thread must hold at most ${MAX_WORDS_PER_THREAD} words; got ${words}: raise workgroupSize`;
  },
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    WORDS_PER_ROW: rowBytes(p) / 4,
    WORDS_PER_THREAD: wordsPerThread(p, t),
    COLUMNS: p.columns,
    X_STRIDE: stride(p),
    SPREAD: spread(formatById(p.format)),
    BATCH: p.batch,
  }),
  inputs: (p) => [{ kind: 'random', name: 'x', type: 'array<f32>', bytes: p.batch * stride(p) * 4, words: f32.words }],
  outputs: (p) => [
    { name: 'codes', type: 'array<u32>', elements: (p.batch * rowBytes(p)) / 4, compare: 'i8x4' },
    { name: 'scales', type: 'array<f32>', elements: p.batch, compare: 'f32' },
  ],
  workgroups: (p) => p.batch,
  work: (p) => ({
    bytesRead: 4 * p.batch * p.columns,
    bytesWritten: p.batch * (p.columns + 4),
    flops: 2 * p.batch * p.columns,
  }),
  reference(p, { x }) {
    if (!x) throw new Error('quantise-activations needs the input x');
    const layout = layoutOf(p);
    const rows = new Map<number, { scale: number; codes: Uint8Array }>();
    const rowOf = (token: number) => {
      const values = Float32Array.from({ length: p.columns }, (_, k) => f32.quant(x(token * stride(p) + k)));
      const scale = activationScale(values);
      const codes = new Uint8Array(rowBytes(p));
      values.forEach((value, k) => {
        codes[activationIndex(k, layout, 'i8')] = activationCode(value, scale);
      });
      return { scale, codes };
    };
    const known = (token: number) => {
      const row = rows.get(token) ?? rowOf(token);
      rows.set(token, row);
      return row;
    };
    return (output, index) => {
      if (output === 'scales') return known(index).scale;
      const at = index * 4;
      const { codes } = known(Math.floor(at / rowBytes(p)));
      return new DataView(codes.buffer, at % rowBytes(p)).getUint32(0, true);
    };
  },
  // A value halfway between two bytes may be rounded to either. If one in a thousand is, the error is 10⁻⁸.
  tolerance: { nmse: 1e-6 },
});
