/**
 * How the activations of a token lie in memory, so that neighbouring threads read neighbouring 16 bytes of them.
 *
 * A load of weights meets several vectors of activations: four floats each, or sixteen signed bytes. Were those of one
 * load side by side, threads on neighbouring loads would read x with a stride, and a GPU's first cache would be busier
 * with x than memory is with the weights (an int4 load meets 128 bytes of f32). So the vectors lie by plane: first the
 * first of every load, then the second of every load, and so on.
 *
 * Bytes are for integer dot products, with one scale for each token, as in dynamic per-token quantisation (G. Xiao et
 * al., "SmoothQuant", arXiv 2211.10438, §3), so that a row's dot product is scaled but once. Inside a vector they stand
 * in the order in which shifts and masks find a load's quants: see `bytesFunctions` in unpack.ts.
 */

import { roundHalfEven } from './e4m3.ts';
import { type Arithmetic, type Format, type MatrixLayout, quantsPerLoad } from './format.ts';

const LARGEST = 127;

/** Quants of `format` in a byte: its bytes come from so many vectors of sixteen. */
export const spread = ({ bits }: Pick<Format, 'bits'>): number => Math.max(1, 8 / bits);

/** Vectors of activations that meet one load of weights. */
export const vectorsPerLoad = (format: Format, arithmetic: Arithmetic): number =>
  arithmetic === 'i8' ? spread(format) : quantsPerLoad(format) / 4;

/**
 * Where value `k` of a row of floats stands, in values from the row's first, if its vectors of four lie in `planes` of
 * `loads` vectors each: who writes activations for a matrix writes `vectorsPerLoad` planes. One plane: in order.
 */
export const planeIndex = (k: number, planes: number, loads: number): number =>
  ((Math.floor(k / 4) % planes) * loads + Math.floor(k / (4 * planes))) * 4 + (k % 4);

/** The inverse of `planeIndex`: the value that stands at `index`. */
export const planeValue = (index: number, planes: number, loads: number): number => {
  const vector = Math.floor(index / 4);
  return ((vector % loads) * planes + Math.floor(vector / loads)) * 4 + (index % 4);
};

/** Where value `k` of a token stands in its row of activations, in values from the row's first. */
export function activationIndex(k: number, { format, loadsPerRow }: MatrixLayout, arithmetic: Arithmetic): number {
  if (arithmetic !== 'i8') return planeIndex(k, vectorsPerLoad(format, arithmetic), loadsPerRow);
  const perLoad = quantsPerLoad(format);
  const [load, inLoad] = [Math.floor(k / perLoad), k % perLoad];
  const n = spread(format);
  const word = Math.floor(inLoad / (4 * n));
  const byte = Math.floor((inLoad % (4 * n)) / n);
  return ((inLoad % n) * loadsPerRow + load) * 16 + word * 4 + byte;
}

/** The scale of a token's values, in f32. */
export function activationScale(values: Float32Array): number {
  return Math.fround(values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / LARGEST);
}

/** Value → byte. */
export const activationCode = (value: number, scale: number): number =>
  scale === 0 ? 0 : roundHalfEven(Math.max(-LARGEST, Math.min(LARGEST, value / scale))) & 0xff;

/** Byte → value. */
export const activationValue = (code: number, scale: number): number => ((code << 24) >> 24) * scale;
