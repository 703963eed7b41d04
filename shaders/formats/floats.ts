/** Small floats with scales: fp8 in blocks of 128 × 128, and the two fp4 formats. */

import { ANY_BITS } from '../random.ts';
import { E2M1_ABSOLUTE_ERROR, E2M1_BYTES, E2M1_MAX, E2M1_UNPACK, e2m1Code, e2m1Value } from './e2m1.ts';
import { E4M3_UNPACK, e4m3Code, e4m3Value } from './e4m3.ts';
import type { Format, Scales } from './format.ts';
import { E4M3_SCALE, E8M0_SCALE, F32_SCALE } from './scales.ts';

/** e4m3 with an f32 scale per block of 128 × 128. Source: DeepSeek-V3 technical report, arXiv 2412.19437, §3.3. */
export const fp8: Format = {
  id: 'fp8',
  summary: 'fp8 e4m3, an f32 scale per block of 128 × 128',
  bits: 8,
  scales: { type: F32_SCALE, columns: 128, rows: 128 },
  // All bits except one that could make a byte NaN.
  words: { keep: 0xfefefefe, set: 0 },
  largest: 448,
  relativeError: 2 ** -4,
  absoluteError: 2 ** -10,
  unpack: E4M3_UNPACK,
  quant: e4m3Value,
  code: e4m3Code,
};

const fp4 = (id: string, summary: string, scales: Scales): Format => ({
  id,
  summary,
  bits: 4,
  scales,
  words: ANY_BITS,
  largest: E2M1_MAX,
  relativeError: 0,
  absoluteError: E2M1_ABSOLUTE_ERROR,
  unpack: E2M1_UNPACK,
  bytes: E2M1_BYTES,
  quant: e2m1Value,
  code: e2m1Code,
});

/** MXFP4. Source: OCP Microscaling Formats v1.0. */
export const mxfp4 = fp4('mxfp4', 'fp4 e2m1, a power of two per 32', { type: E8M0_SCALE, columns: 32, rows: 1 });

/**
 * NVFP4. Source: NVIDIA, "Introducing NVFP4", 2025. Its second scale, one f32 per tensor, is left out: it is a constant
 * factor of the output.
 */
export const nvfp4 = fp4('nvfp4', 'fp4 e2m1, an e4m3 scale per 16', { type: E4M3_SCALE, columns: 16, rows: 1 });
