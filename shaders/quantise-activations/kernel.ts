/** The kernel that turns activations into the bytes that integer dot products multiply. */

import { activationCode, activationIndex, activationScale, spread } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import { hasArithmetic, matrixLayout } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { defineKernel } from '../kernel.ts';
import { packBytes } from '../pack-bytes.ts';
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
const loadsPerRow = (p: QuantiseActivationsParams): number => Math.ceil(p.columns / 4);
const stride = (p: QuantiseActivationsParams): number => loadsPerRow(p) * 4;

/** The maximum number of loads that a thread has in flight: 32 registers, which every GPU has to spare. */
const MAX_LOADS = 8;

const neighbours = (p: QuantiseActivationsParams): number => spread(formatById(p.format));

/** How a thread takes the words of a row: in how many turns, and how many of each plane in a turn. */
function turnsOf(p: QuantiseActivationsParams, t: QuantiseActivationsTuning) {
  const words = Math.ceil(rowBytes(p) / 4 / neighbours(p) / t.workgroupSize);
  const turns = Math.ceil((words * neighbours(p)) / MAX_LOADS);
  return { turns, wordsPerTurn: Math.ceil(words / turns) };
}

const WORKGROUP_SIZES = [64, 128, 256] as const;

export default defineKernel<QuantiseActivationsParams, QuantiseActivationsTuning>({
  id: 'quantise-activations',
  summary: 'converts activations to signed bytes with a scale per token, for integer dot products',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: WORKGROUP_SIZES },
  defaults: { workgroupSize: 256 },
  // As few threads as read the row in one turn: all wait for each at every barrier.
  defaultsFor: (p) => ({
    workgroupSize: WORKGROUP_SIZES.find((workgroupSize) => turnsOf(p, { workgroupSize }).turns === 1) ?? 256,
  }),
  examples: [
    { batch: 1, columns: 1, format: 'int8' },
    { batch: 3, columns: 341, format: 'int4-g32' },
    ...BYTE_FORMATS.flatMap(({ id }) => [
      { batch: 8, columns: 1021, format: id },
      { batch: 32, columns: 130, format: id },
    ]),
    // As many threads as by default for rows of middling length.
    { batch: 1, columns: 2050, format: 'int4-g32' },
    // Several turns, of which the last is short.
    { batch: 2, columns: 8501, format: 'int4-g32' },
    { batch: 1, columns: 16901, format: 'int8' },
  ],
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, columns: 4096, format: 'int4-g32' }]),
  refuses: () => undefined,
  wgsl: (p) => wgsl + packBytes(neighbours(p)),
  constants(p, t) {
    const { wordsPerTurn } = turnsOf(p, t);
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      HALVINGS: Math.log2(t.workgroupSize),
      LOADS_PER_TURN: wordsPerTurn * neighbours(p),
      WORDS_PER_TURN: wordsPerTurn,
      NEIGHBOURS: neighbours(p),
      LOADS_PER_ROW: loadsPerRow(p),
      WORDS_PER_ROW: rowBytes(p) / 4,
      COLUMNS: p.columns,
      BATCH: p.batch,
    };
  },
  inputs: (p) => [
    { kind: 'random', name: 'x', type: 'array<vec4<f32>>', bytes: p.batch * stride(p) * 4, words: f32.words },
  ],
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
