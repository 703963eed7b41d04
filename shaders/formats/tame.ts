/** Random words of a chosen size, with which synthetic weights behave like trained ones over many layers. */

import type { WordMask } from '../kernel.ts';
import type { Format } from './format.ts';

/** The words of a matrix's planes. */
export interface MatrixWords {
  readonly quants: WordMask;
  readonly scales?: WordMask;
}

/** √mean(m²) of mantissas m that are uniform in [1, 2). */
const TYPICAL_MANTISSA = Math.sqrt(7 / 3);

/** A layout of floats. */
interface Floats {
  readonly bits: number;
  code(value: number): number;
  value(code: number): number;
}

/** The word that is filled with copies of `code`, which has `bits` bits. */
function repeated(code: number, bits: number): number {
  let word = 0;
  for (let shift = 0; shift < 32; shift += bits) word |= code << shift;
  return word >>> 0;
}

/**
 * Words of floats whose root mean square is within √2 of `size`. Their mantissas are random and their exponent is
 * one: the nearest at which all mantissas are normal numbers.
 */
function floatsOfSize({ bits, code, value }: Floats, size: number, signed: boolean): WordMask {
  const perExponent = code(2) - code(1);
  let exponent = Math.round(Math.log2(perExponent > 1 ? size / TYPICAL_MANTISSA : size));
  // The exponents below are those of subnormal floats.
  while (value(code(2 ** exponent)) !== 2 ** exponent || code(2 ** exponent) < perExponent) exponent++;
  const sign = signed ? 2 ** (bits - 1) : 0;
  return { keep: repeated(perExponent - 1 + sign, bits), set: repeated(code(2 ** exponent), bits) };
}

/** The root mean square of the quants in a format's random words. */
function quantSize({ bits, words, quant }: Format): number {
  const codes = Array.from({ length: 2 ** bits }, (_, code) => ((code & words.keep) | words.set) & (2 ** bits - 1));
  return Math.sqrt(codes.reduce((sum, code) => sum + quant(code) ** 2, 0) / codes.length);
}

/**
 * Words of a matrix of random values whose root mean square is within a factor of 2 of `size`, or as near as the
 * format's scales go.
 */
export function wordsOfSize(format: Format, size: number): MatrixWords {
  const { bits, scales } = format;
  if (!scales) {
    return { quants: floatsOfSize({ bits, code: format.code, value: format.quant }, size, true) };
  }
  return { quants: format.words, scales: floatsOfSize(scales.type, size / quantSize(format), false) };
}
