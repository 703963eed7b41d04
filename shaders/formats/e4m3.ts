/**
 * fp8 e4m3: sign, four bits of exponent with bias 7, three of mantissa; no infinities, NaN is 0x7f and 0xff.
 * Source: P. Micikevicius et al., "FP8 Formats for Deep Learning", arXiv 2209.05433.
 */

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
