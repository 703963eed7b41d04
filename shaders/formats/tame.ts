/** Random words of a chosen size: what makes synthetic weights behave like trained ones over many layers. */

import type { WordMask } from '../kernel.ts';
import type { Format } from './format.ts';

/** Words of a matrix's planes. */
export interface MatrixWords {
  readonly quants: WordMask;
  readonly scales?: WordMask;
}

/** √mean(m²) of mantissas m in [1, 2). */
const TYPICAL_MANTISSA = Math.sqrt(7 / 3);

/** Codes that floats of any layout have. */
interface Floats {
  readonly bits: number;
  code(value: number): number;
  value(code: number): number;
}

/** `code`, `bits` wide, as often as a word holds it. */
function repeated(code: number, bits: number): number {
  let word = 0;
  for (let shift = 0; shift < 32; shift += bits) word |= code << shift;
  return word >>> 0;
}

/** Floats of a root mean square within √2 of `size`: random mantissas of one exponent, the nearest that has them all. */
function floatsOfSize({ bits, code, value }: Floats, size: number, signed: boolean): WordMask {
  const perExponent = code(2) - code(1);
  let exponent = Math.round(Math.log2(perExponent > 1 ? size / TYPICAL_MANTISSA : size));
  // Below the normal floats.
  while (value(code(2 ** exponent)) !== 2 ** exponent || code(2 ** exponent) < perExponent) exponent++;
  const sign = signed ? 2 ** (bits - 1) : 0;
  return { keep: repeated(perExponent - 1 + sign, bits), set: repeated(code(2 ** exponent), bits) };
}

/** Root mean square of the quants that a format's random words hold. */
function quantSize({ bits, words, quant }: Format): number {
  const codes = Array.from({ length: 2 ** bits }, (_, code) => ((code & words.keep) | words.set) & (2 ** bits - 1));
  return Math.sqrt(codes.reduce((sum, code) => sum + quant(code) ** 2, 0) / codes.length);
}

/**
 * Words of a matrix of random values whose root mean square is about `size`, within a factor of 2; as small as the
 * format's scales go, where they do not go so far.
 */
export function wordsOfSize(format: Format, size: number): MatrixWords {
  const { bits, scales } = format;
  if (!scales) {
    return { quants: floatsOfSize({ bits, code: format.code, value: format.quant }, size, true) };
  }
  return { quants: format.words, scales: floatsOfSize(scales.type, size / quantSize(format), false) };
}
