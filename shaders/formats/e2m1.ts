/**
 * fp4 e2m1: sign, two bits of exponent, one of mantissa. ±{0, 0.5, 1, 1.5, 2, 3, 4, 6}.
 * Source: OCP Microscaling Formats v1.0, §5.3.3.
 */

import type { Bytes, Format } from './format.ts';
import { halves, unpackFunctions } from './unpack.ts';

const MAGNITUDES = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

/** The largest magnitude. */
export const E2M1_MAX = 6;
/** The maximum error of rounding: half of the widest step, which is from 4 to 6. */
export const E2M1_ABSOLUTE_ERROR = 1;

/** The value of a code. */
export function e2m1Value(code: number): number {
  const magnitude = MAGNITUDES[code & 7] ?? 0;
  return code & 8 ? -magnitude : magnitude;
}

/** The code nearest to `value`: of two that are equally near, the even one; beyond ±6, the largest. */
export function e2m1Code(value: number): number {
  const magnitude = Math.abs(value);
  let best = 0;
  MAGNITUDES.forEach((candidate, code) => {
    const [distance, smallest] = [Math.abs(candidate - magnitude), Math.abs((MAGNITUDES[best] ?? 0) - magnitude)];
    if (distance < smallest || (distance === smallest && code % 2 === 0)) best = code;
  });
  return best | (value < 0 ? 8 : 0);
}

/** The factor between e2m1 and its codes as `codeHalves` writes them: ½ becomes 2⁻¹⁴, the smallest normal f16. */
const UNIT = 2 ** 13;

/**
 * WGSL that rewrites the magnitudes of a word's eight codes with three bits of exponent and one of mantissa: 0 stays,
 * ½, which is subnormal in e2m1, becomes 2, and every other becomes its code + 2. Moved to where f16 has them, all are
 * then zero or normal numbers. As subnormal numbers they might read as zero (WGSL, §15.7.2).
 */
const NORMAL = `\
fn e2m1_normal(word: u32) -> u32 {
  let exponent = ((word >> 1u) | (word >> 2u)) & 0x11111111u;
  return (word & 0x77777777u) + exponent + (exponent | (word & 0x11111111u));
}
`;

/** WGSL of the codes at bits `shift` and `shift` + 16 as two f16, which are 1/UNIT of their values. */
function codeHalves(word: string, shift: number): string {
  const normal = `e2m1_normal(${word})`;
  const magnitude = shift <= 9 ? `${normal} << ${9 - shift}u` : `${normal} >> ${shift - 9}u`;
  return `((${word} << ${12 - shift}u) & 0x80008000u) | ((${magnitude}) & 0x1e001e00u)`;
}

const f32Pair = (word: string, shift: number): string => `unpack2x16float(${codeHalves(word, shift)})`;

export const E2M1_UNPACK: Format['unpack'] = {
  unit: UNIT,
  wgsl: NORMAL + unpackFunctions(4, halves(4, f32Pair)),
};

/** What a byte of `E2M1_BYTES` is larger than twice its value: a power of two above the largest, 12. */
const EXCESS = 16;

/**
 * WGSL of twice the values as bytes in excess 16. Four bits hold twice a magnitude, so all eight codes of a word become
 * that at once: m below 4 stays, 4 … 7 become 4, 6, 8, 12. Where the sign is set, a magnitude m is then turned into
 * 15 − m, and its byte gets 1 instead of 16: 16 − m, without a borrow from the next byte.
 */
const DOUBLED = `\
fn e2m1_doubled(load: vec4<u32>) -> vec4<u32> {
  let large = (load >> vec4<u32>(2u)) & vec4<u32>(0x11111111u);
  let low = load & (large * 3u);
  return (load & vec4<u32>(0x77777777u)) + low + ((low & (low >> vec4<u32>(1u)) & large) << vec4<u32>(1u));
}

fn e2m1_signs(load: vec4<u32>) -> vec4<u32> {
  let sign = (load >> vec4<u32>(3u)) & vec4<u32>(0x11111111u);
  return (sign << vec4<u32>(4u)) - sign;
}

fn e2m1_bytes(doubled: vec4<u32>, signs: vec4<u32>) -> vec4<u32> {
  let mask = signs & vec4<u32>(0x0f0f0f0fu);
  return ((doubled & vec4<u32>(0x0f0f0f0fu)) ^ mask) + (vec4<u32>(0x10101010u) - mask);
}

fn bytes_0(load: vec4<u32>) -> vec4<u32> { return e2m1_bytes(e2m1_doubled(load), e2m1_signs(load)); }
fn bytes_1(load: vec4<u32>) -> vec4<u32> {
  return e2m1_bytes(e2m1_doubled(load) >> vec4<u32>(4u), e2m1_signs(load) >> vec4<u32>(4u));
}
`;

export const E2M1_BYTES: Bytes = { wgsl: DOUBLED, excess: EXCESS, rewritten: true, unit: 0.5 };
