/**
 * The types of scales: f16, f32, and the two 8-bit floats of the OCP Microscaling and NVFP4 formats. No code is made
 * whose value is a subnormal f16 or f32: WGSL lets an implementation read it as zero (§15.7.2), and with it a group.
 */

import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { TAME_FLOATS } from '../random.ts';
import { E4M3_WITHOUT_SIGN, e4m3Code, e4m3Value } from './e4m3.ts';
import type { ScaleType } from './format.ts';

const view = new DataView(new ArrayBuffer(4));

function f16Value(code: number): number {
  view.setUint16(0, code);
  return getFloat16(view, 0);
}

/** The codes of 2⁻¹⁴ and of 2⁻¹²⁶, the smallest normal numbers. */
export const MIN_F16_SCALE = 0x0400;
const MIN_F32_SCALE = 0x00800000;

/** The code of the smallest normal f16 that is at least `scale`: a smaller scale would clip the largest value. */
function f16Code(scale: number): number {
  setFloat16(view, 0, scale);
  const code = view.getUint16(0);
  return Math.max(MIN_F16_SCALE, f16Value(code) < scale ? code + 1 : code);
}

export const F16_SCALE: ScaleType = {
  id: 'f16',
  bits: 16,
  words: TAME_FLOATS,
  value: f16Value,
  code: f16Code,
  wgsl: 'unpack2x16float(c).x',
};

export const F32_SCALE: ScaleType = {
  id: 'f32',
  bits: 32,
  words: TAME_FLOATS,
  value(code) {
    view.setUint32(0, code);
    return view.getFloat32(0);
  },
  code(scale) {
    view.setFloat32(0, scale);
    const code = view.getUint32(0);
    return Math.max(MIN_F32_SCALE, view.getFloat32(0) < scale ? code + 1 : code);
  },
  wgsl: 'bitcast<f32>(c)',
};

/** A power of two, 2^(code − 127). Random words are 2⁻³ … 2⁰. Source: OCP Microscaling Formats v1.0, §5.4.1. */
export const E8M0_SCALE: ScaleType = {
  id: 'e8m0',
  bits: 8,
  words: { keep: 0x03030303, set: 0x7c7c7c7c },
  value: (code) => 2 ** (code - 127),
  code: (scale) => Math.min(254, Math.max(1, Math.ceil(Math.log2(scale || 2 ** -126)) + 127)),
  // Code 0 is 2⁻¹²⁷, which is subnormal in f32.
  wgsl: 'bitcast<f32>(c << 23u)',
};

/** fp8 e4m3 without its sign, as in NVFP4. Random words are 1 … 1.875. */
export const E4M3_SCALE: ScaleType = {
  id: 'e4m3',
  bits: 8,
  words: { keep: 0x07070707, set: 0x38383838 },
  value: e4m3Value,
  code(scale) {
    const code = e4m3Code(Math.min(scale, 448));
    return e4m3Value(code) < scale && code < 0x7e ? code + 1 : code;
  },
  wgsl: E4M3_WITHOUT_SIGN,
};
