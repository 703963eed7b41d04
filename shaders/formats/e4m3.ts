/**
 * fp8 e4m3: sign, four bits of exponent with bias 7, three of mantissa; no infinities, NaN is 0x7f and 0xff.
 * Source: P. Micikevicius et al., "FP8 Formats for Deep Learning", arXiv 2209.05433.
 *
 * WGSL may read subnormal f32 and f16 as zero (§15.7.2), so they are avoided. Exponent and mantissa are moved to where
 * the wider float has them, and its exponent is raised, so that every code reads as (1 + m/8)·2^(e−7). This is right
 * except for e = 0, where m/8·2⁻⁶ is meant: twice as much, less 2⁻⁶. The smaller of the two is right for every code.
 */

import type { Format } from './format.ts';
import { unpackFunctions } from './unpack.ts';

/** The value of a code. @returns NaN for 0x7f and 0xff. */
export function e4m3Value(code: number): number {
  const exponent = (code >> 3) & 15;
  const mantissa = code & 7;
  if (exponent === 15 && mantissa === 7) return Number.NaN;
  const magnitude = exponent === 0 ? (mantissa / 8) * 2 ** -6 : (1 + mantissa / 8) * 2 ** (exponent - 7);
  return code & 0x80 ? -magnitude : magnitude;
}

/** The code nearest to `value`: of two that are equally near, the even one; beyond ±448, the largest. */
export function e4m3Code(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(value), 448);
  const exponent = Math.max(-6, Math.floor(Math.log2(magnitude || 2 ** -20)));
  const steps = roundHalfEven(magnitude / 2 ** (exponent - 3));
  // An octave has eight steps. Subnormal numbers are the steps below the first octave.
  return sign | (exponent === -6 ? steps : (exponent + 6) * 8 + steps);
}

/** Rounds to the nearest integer, and halves to the even one. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The factor between e4m3 and its codes as WGSL reads them in f32: the exponent is raised by OR, which allows 2⁻⁸. */
const UNIT = 2 ** 8;

/** WGSL of a word's four codes as f32, which are 1/UNIT of their values. */
const AS_F32 = `\
fn e4m3(word: u32) -> vec4<f32> {
  let codes = vec4<u32>(word << 20u, word << 12u, word << 4u, word >> 4u) & vec4<u32>(0x07f00000u);
  let signs = vec4<u32>(word << 24u, word << 16u, word << 8u, word) & vec4<u32>(0x80000000u);
  let read = bitcast<vec4<f32>>(codes | vec4<u32>(0x38000000u));
  let magnitudes = min(read, fma(read, vec4<f32>(2.0), vec4<f32>(-0x1p-14)));
  return bitcast<vec4<f32>>(bitcast<vec4<u32>>(magnitudes) | signs);
}
`;

export const E4M3_UNPACK: Format['unpack'] = {
  unit: UNIT,
  wgsl: AS_F32 + unpackFunctions(8, (word) => `e4m3(${word})`),
};

const READ = 'bitcast<f32>((c << 20u) | 0x38000000u)';

/** The WGSL expression for the value of the code `c`, which has no sign. */
export const E4M3_WITHOUT_SIGN = `min(${READ}, fma(${READ}, 2.0, -0x1p-14)) * ${UNIT}.0`;
