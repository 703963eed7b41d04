/**
 * The Format contract: how a number format lies in memory, how WGSL reads it, and what the right value is.
 * Adding a format is adding a file beside this one and a line in index.ts.
 */

import type { WordMask, WordReader } from '../kernel.ts';

export interface Format {
  readonly id: string;
  readonly summary: string;
  /** Bits that one value takes in memory, scales included. */
  readonly bitsPerValue: number;
  /** Values in one 16-byte load. */
  readonly valuesPerLoad: number;
  /** Random words that are valid, tame values. */
  readonly words: WordMask;
  /** Largest relative error of pack followed by decode, for values in the format's normal range. */
  readonly relativeError: number;
  /**
   * WGSL functions `unpack_0 … unpack_{valuesPerLoad/4 − 1}(load: vec4<u32>) -> vec4<f32>`, by variant.
   * Variants that are not listed use `portable`.
   */
  readonly unpack: { readonly portable: string; readonly [variant: string]: string };
  /** f64 values → 32-bit words, padded with zeros to whole 16-byte loads. */
  pack(values: ArrayLike<number>): Uint32Array<ArrayBuffer>;
  /** Value `index` of a packed buffer. */
  decode(words: WordReader, index: number): number;
}

/** Bytes that `count` values take, padded to whole 16-byte loads. */
export function packedBytes(format: Format, count: number): number {
  return Math.ceil(count / format.valuesPerLoad) * 16;
}
