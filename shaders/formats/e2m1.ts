/**
 * fp4 e2m1: sign, two bits of exponent, one of mantissa. ±{0, 0.5, 1, 1.5, 2, 3, 4, 6}.
 * Source: OCP Microscaling Formats v1.0, §5.3.3.
 */

const MAGNITUDES = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

export const E2M1_LARGEST = 6;
/** Half the widest step, from 4 to 6. */
export const E2M1_ABSOLUTE_ERROR = 1;

export function e2m1Value(code: number): number {
  const magnitude = MAGNITUDES[code & 7] ?? 0;
  return code & 8 ? -magnitude : magnitude;
}

/** The code nearest to `value`, ties to the even code; beyond ±6 the largest. */
export function e2m1Code(value: number): number {
  const magnitude = Math.abs(value);
  let best = 0;
  MAGNITUDES.forEach((candidate, code) => {
    const [distance, least] = [Math.abs(candidate - magnitude), Math.abs((MAGNITUDES[best] ?? 0) - magnitude)];
    if (distance < least || (distance === least && code % 2 === 0)) best = code;
  });
  return best | (value < 0 ? 8 : 0);
}

/**
 * Four codes from the low 16 bits of a word. Normal codes are f32 with the exponent's bias changed; of the two
 * subnormal ones the value is the mantissa's half.
 */
export const E2M1_WGSL = `\
fn e2m1x4(codes: u32) -> vec4<f32> {
  let c = vec4<u32>(codes) >> vec4<u32>(0u, 4u, 8u, 12u);
  let normal = ((c & vec4<u32>(7u)) << vec4<u32>(22u)) + vec4<u32>(126u << 23u);
  let small = vec4<f32>(c & vec4<u32>(1u)) * 0.5;
  let magnitude = select(bitcast<vec4<f32>>(normal), small, (c & vec4<u32>(6u)) == vec4<u32>(0u));
  return select(magnitude, -magnitude, (c & vec4<u32>(8u)) != vec4<u32>(0u));
}
`;
