/** Integers with a scale per group: int8, int4 and ternary. */

import { ANY_BITS } from '../random.ts';
import { roundHalfEven } from './e4m3.ts';
import type { Format } from './format.ts';
import { F16_SCALE } from './scales.ts';
import { unpackFunctions } from './unpack.ts';

const clamp = (value: number, largest: number): number => Math.max(-largest, Math.min(largest, value));

/** Two's complement, a scale per 32 values. */
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
    portable: unpackFunctions(
      8,
      (word) => `vec4<f32>((vec4<i32>(bitcast<i32>(${word})) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u))`,
    ),
  },
  quant: (code) => (code << 24) >> 24,
  code: (value) => roundHalfEven(clamp(value, 127)) & 0xff,
};

/** Excess 8, a scale per `group` values. */
const int4 = (group: 32 | 128): Format => ({
  id: `int4-g${group}`,
  summary: `4-bit integers, an f16 scale per ${group}`,
  bits: 4,
  scales: { type: F16_SCALE, columns: group, rows: 1 },
  words: ANY_BITS,
  largest: 7,
  relativeError: 0,
  absoluteError: 0.5,
  unpack: {
    portable: unpackFunctions(
      4,
      (word, shift) =>
        `vec4<f32>((vec4<u32>(${word}) >> vec4<u32>(${[0, 4, 8, 12].map((s) => `${s + shift}u`)})) & vec4<u32>(15u)) - 8.0`,
    ),
  },
  quant: (code) => code - 8,
  code: (value) => roundHalfEven(clamp(value, 7)) + 8,
});

export const int4g32 = int4(32);
export const int4g128 = int4(128);

/** −1, 0, 1 as excess 1 in two bits, a scale per 256. (Code 3 is never made; it reads as 2.) */
export const ternary: Format = {
  id: 'ternary',
  summary: '−1, 0 or 1 in two bits, an f16 scale per 256',
  bits: 2,
  scales: { type: F16_SCALE, columns: 256, rows: 1 },
  words: ANY_BITS,
  largest: 1,
  relativeError: 0,
  absoluteError: 0.5,
  unpack: {
    portable: unpackFunctions(
      2,
      (word, shift) =>
        `vec4<f32>((vec4<u32>(${word}) >> vec4<u32>(${[0, 2, 4, 6].map((s) => `${s + shift}u`)})) & vec4<u32>(3u)) - 1.0`,
    ),
  },
  quant: (code) => code - 1,
  code: (value) => roundHalfEven(clamp(value, 1)) + 1,
};
