/**
 * fp4 e2m1: sign, two bits of exponent, one of mantissa. ±{0, 0.5, 1, 1.5, 2, 3, 4, 6}.
 * Source: OCP Microscaling Formats v1.0, §5.3.3.
 */

import type { Format } from './format.ts';
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

/** The factor between f16's exponents, with bias 15, and e2m1's, with bias 1. It holds for subnormal numbers too. */
const UNIT = 2 ** 14;

/**
 * WGSL of the codes at bits `shift` and `shift` + 16 as two f16, which are 2⁻¹⁴ of their values: sign and magnitude
 * are moved to where f16 has them.
 */
function codeHalves(word: string, shift: number): string {
  const magnitude = shift <= 9 ? `${word} << ${9 - shift}u` : `${word} >> ${shift - 9}u`;
  return `((${word} << ${12 - shift}u) & 0x80008000u) | ((${magnitude}) & 0x0e000e00u)`;
}

export const E2M1_UNPACK: Format['unpack'] = {
  f32: {
    unit: UNIT,
    wgsl: unpackFunctions(
      4,
      halves(4, (word, shift) => `unpack2x16float(${codeHalves(word, shift)})`, 'vec4<f32>'),
    ),
  },
  f16: {
    wgsl: unpackFunctions(
      4,
      halves(4, (word, shift) => `(bitcast<vec2<f16>>(${codeHalves(word, shift)}) * ${UNIT}.0h)`),
      'vec4<f16>',
    ),
  },
};
