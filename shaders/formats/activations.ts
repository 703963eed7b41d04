/**
 * The layout of a token's activations in memory: planes, so that neighbouring threads read neighbouring 16 bytes.
 *
 * A load of weights meets several vectors of activations, of four floats or sixteen signed bytes each. If the vectors
 * of one load lay side by side, threads on neighbouring loads would read x with a stride, and a GPU's first cache would
 * be busier with x than memory with the weights (an int4 load meets 128 bytes of f32). So the first vectors of all
 * loads lie together in the first plane, the second vectors in the second plane, and so on.
 *
 * Integer dot products take bytes. Each token has one scale, as in dynamic per-token quantisation (G. Xiao et al.,
 * "SmoothQuant", arXiv 2211.10438, §3), so that a row's dot product is scaled once. Bytes of a vector stand in the
 * order in which shifts and masks find a load's quants (see `bytesFunctions` in unpack.ts).
 */

import { roundHalfEven } from './e4m3.ts';
import { type Arithmetic, type Format, type MatrixLayout, quantsPerLoad } from './format.ts';

/** The largest magnitude of a byte. −128 is left out, so that the range is symmetric. */
const MAX_BYTE = 127;

/** The number of quants of `format` in a byte, which is the number of vectors of sixteen bytes that a load meets. */
export const spread = ({ bits }: Pick<Format, 'bits'>): number => Math.max(1, 8 / bits);

/** The number of vectors of activations that a load of weights meets, which is the number of planes. */
export const vectorsPerLoad = (format: Format, arithmetic: Arithmetic): number =>
  arithmetic === 'i8' ? spread(format) : quantsPerLoad(format) / 4;

/**
 * The index of value `k` of a row of floats, if the row's vectors of four lie in `planes` planes of `loads` vectors
 * each. With one plane, that is `k`.
 */
export const planeIndex = (k: number, planes: number, loads: number): number =>
  ((Math.floor(k / 4) % planes) * loads + Math.floor(k / (4 * planes))) * 4 + (k % 4);

/** The value that stands at `index`: the inverse of `planeIndex`. */
export const planeValue = (index: number, planes: number, loads: number): number => {
  const vector = Math.floor(index / 4);
  return ((vector % loads) * planes + Math.floor(vector / loads)) * 4 + (index % 4);
};

/**
 * The index of value `k` of a row of bytes, if the row's vectors of sixteen lie in `planes` planes of `loads` vectors
 * each. Neighbouring values lie in different planes.
 */
const byteIndex = (k: number, planes: number, loads: number): number =>
  (k % planes) * loads * 16 + Math.floor(k / planes);

/** The value that stands at byte `index`: the inverse of `byteIndex`. */
export const byteValue = (index: number, planes: number, loads: number): number =>
  (index % (16 * loads)) * planes + Math.floor(index / (16 * loads));

/** The index of value `k` of a token in its row of activations. */
export const activationIndex = (k: number, { format, loadsPerRow }: MatrixLayout, arithmetic: Arithmetic): number =>
  (arithmetic === 'i8' ? byteIndex : planeIndex)(k, vectorsPerLoad(format, arithmetic), loadsPerRow);

/** The scale of a token's values as bytes, in f32. */
export function activationScale(values: Float32Array): number {
  return Math.fround(values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / MAX_BYTE);
}

/** The byte of a value. */
export const activationCode = (value: number, scale: number): number =>
  scale === 0 ? 0 : roundHalfEven(Math.max(-MAX_BYTE, Math.min(MAX_BYTE, value / scale))) & 0xff;

/** The value of a byte. */
export const activationValue = (code: number, scale: number): number => ((code << 24) >> 24) * scale;
