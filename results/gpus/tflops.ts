/** Operations per second of GPUs by name. Apart from the table's other columns, which the page needs sooner. */

import rows from '../data/reference/gpus.json';
import type { Tflops } from './by-name.ts';
import { kindOf } from './kinds.ts';

/** A row of the table, as far as operations go. */
export interface Rated {
  readonly name: string;
  readonly tflops?: Tflops;
}

/** Old GPUs whose f16 is no faster than their f32, and which have no matrix units: Maxwell, Pascal and Polaris. */
const isFastestInF32 = (name: string): boolean =>
  /\b(rx [45][5-9]0|wx [3457][12]00|pro 5[68]0x?)\b/i.test(name) ||
  (/^(Maxwell|Pascal)/.test(kindOf(name)?.architecture ?? '') && !/\bG?P100\b/i.test(name));

/**
 * How many times as fast as shader cores in f32 the matrix units of an architecture are in f16, at least. Rows of these
 * may have the f16 of the shader cores alone, which is twice as fast.
 */
const MATRIX_UNITS: Readonly<Record<string, number>> = { 'RDNA 4': 3.5, Alchemist: 7, Battlemage: 7, Xe: 7 };

/**
 * The most dense operations/s that a GPU can have in f16 or in f32: old GPUs are slow in f16, and engines use f32 there.
 * Undefined where a row does not have the rate of the GPU's fastest units.
 */
export function fastestTflops({ name, tflops: { f32 = 0, f16 } = {} }: Rated): number | undefined {
  if (f16 === undefined) return f32 > 0 && isFastestInF32(name) ? f32 : undefined;
  const least = MATRIX_UNITS[kindOf(name)?.architecture ?? ''] ?? 0;
  return f16 < least * f32 ? undefined : Math.max(f32, f16);
}

/** Products in int8 that a shader core makes in the time of one in f32 (DP4a). */
const DP4A = 4;

/** Bits of a weight, scales included, up to which GPUs may multiply in 8 bits or in 4. */
const NARROW = { int8: 8.6, fp4: 5 } as const;

/**
 * The most operations/s that a GPU can have with weights of so many bits, scales included: those of `fastestTflops`, and of
 * narrower types that take them, since engines do multiply quantised weights in int8. Undefined where they are not known.
 */
export function mostTflops(gpu: Rated, bits: number): number | undefined {
  const fastest = fastestTflops(gpu);
  const { f32 = 0, int8 = fastest === undefined ? 0 : DP4A * f32, fp8 = 0, fp4 = 0 } = gpu.tflops ?? {};
  const narrow = [...(bits <= NARROW.int8 ? [int8, fp8] : []), ...(bits <= NARROW.fp4 ? [fp4] : [])];
  return Math.max(fastest ?? 0, ...narrow) || undefined;
}

const RATES = new Map(
  (rows as readonly { readonly name: string; readonly tflops?: Tflops }[]).map(({ name, tflops }) => [name, tflops]),
);

/** The dense operations/s of a GPU by its name in the table, in 10¹², by type; undefined where they are not known. */
export const ratesOf = (gpu: string): Tflops | undefined => RATES.get(gpu);

/** The most of them in a floating-point type of 16 bits or more (`fastestTflops`). */
export function tflopsOf(gpu: string): number | undefined {
  const tflops = RATES.get(gpu);
  return fastestTflops({ name: gpu, ...(tflops && { tflops }) });
}
