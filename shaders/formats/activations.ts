/**
 * Activations as signed bytes, for integer dot products: one scale for each token, as in dynamic per-token
 * quantisation (G. Xiao et al., "SmoothQuant", arXiv 2211.10438, §3), so that a row's dot product is scaled but once.
 *
 * The bytes of each load of weights stand in the order in which shifts and masks find that load's quants: see
 * `bytesFunctions` in unpack.ts.
 */

import { roundHalfEven } from './e4m3.ts';
import type { Format } from './format.ts';

const LARGEST = 127;

/** Quants of `format` in a byte: its bytes come from so many vectors of sixteen. */
export const spread = ({ bits }: Pick<Format, 'bits'>): number => Math.max(1, 8 / bits);

/** Where value `k` of a token stands among its bytes. */
export function activationIndex(k: number, spread: number): number {
  const inLoad = k % (16 * spread);
  const word = Math.floor(inLoad / (4 * spread));
  const byte = Math.floor((inLoad % (4 * spread)) / spread);
  return k - inLoad + (inLoad % spread) * 16 + word * 4 + byte;
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
