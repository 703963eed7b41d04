/** Integers with a scale per group: int8, int4 and ternary. */

import { ANY_BITS } from '../random.ts';
import { roundHalfEven } from './e4m3.ts';
import type { Format } from './format.ts';
import { F16_SCALE } from './scales.ts';
import { bytesFunctions, integersAsF32, unpackFunctions } from './unpack.ts';

/** The value nearest to `value` in ±`largest`. */
const clamp = (value: number, largest: number): number => Math.max(-largest, Math.min(largest, value));

/** WGSL of integers that are stored as n + `excess`. */
const wgslOf = (bits: 2 | 4, excess: number): Pick<Format, 'unpack' | 'bytes'> => ({
  unpack: { wgsl: unpackFunctions(bits, integersAsF32(bits, excess)) },
  bytes: { wgsl: bytesFunctions(bits), excess },
});

/** WGSL that turns bytes in two's complement into bytes of excess 128, by flipping their sign bits. */
const excess128 = (word: string): string => `(${word} ^ 0x80808080u)`;

/** Bytes in two's complement, with a scale per 32 values. */
export const int8: Format = {
  id: 'int8',
  summary: '8-bit integers, an f16 scale per 32',
  bits: 8,
  scales: { type: F16_SCALE, columns: 32, rows: 1 },
  words: ANY_BITS,
  largest: 127,
  relativeError: 0,
  absoluteError: 0.5,
  unpack: {
    wgsl: `\
fn low_bytes(word: u32) -> vec2<f32> {
  return fma(bitcast<vec2<f32>>((vec2<u32>(word) & vec2<u32>(0xffu, 0xff00u)) | vec2<u32>(0x4b000000u)), vec2<f32>(1.0, 0x1p-8), vec2<f32>(-8388736.0, -32896.0));
}
${unpackFunctions(8, (word) => `vec4<f32>(low_bytes(${excess128(word)}), low_bytes(${excess128(word)} >> 16u))`)}`,
  },
  bytes: { wgsl: bytesFunctions(8), excess: 0 },
  quant: (code) => (code << 24) >> 24,
  code: (value) => roundHalfEven(clamp(value, 127)) & 0xff,
};

/** Four bits in excess 8, with a scale per `group` values. */
const int4 = (group: 32 | 128): Format => ({
  id: `int4-g${group}`,
  summary: `4-bit integers, an f16 scale per ${group}`,
  bits: 4,
  scales: { type: F16_SCALE, columns: group, rows: 1 },
  words: ANY_BITS,
  largest: 7,
  relativeError: 0,
  absoluteError: 0.5,
  ...wgslOf(4, 8),
  quant: (code) => code - 8,
  code: (value) => roundHalfEven(clamp(value, 7)) + 8,
});

export const int4g32 = int4(32);
export const int4g128 = int4(128);

/** −1, 0 or 1 in two bits of excess 1, with a scale per 256 values. Packing never makes code 3, which reads as 2. */
export const ternary: Format = {
  id: 'ternary',
  summary: '−1, 0 or 1 in two bits, an f16 scale per 256',
  bits: 2,
  scales: { type: F16_SCALE, columns: 256, rows: 1 },
  words: ANY_BITS,
  largest: 1,
  relativeError: 0,
  absoluteError: 0.5,
  ...wgslOf(2, 1),
  quant: (code) => code - 1,
  code: (value) => roundHalfEven(clamp(value, 1)) + 1,
};
