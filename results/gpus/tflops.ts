/** Operations per second of GPUs by name. Apart from the table's other columns, which the page needs sooner. */

import rows from '../data/reference/gpus.json';
import type { Tflops } from './by-name.ts';

/**
 * The dense operations/s of a GPU in f16 or in f32, whichever is faster: old GPUs are slow in f16, and engines use f32
 * there. Undefined where they are not known.
 */
export const fastestTflops = ({ f16 = 0, f32 = 0 }: Tflops = {}): number | undefined => Math.max(f16, f32) || undefined;

const RATES = new Map(
  (rows as readonly { readonly name: string; readonly tflops?: Tflops }[]).map(({ name, tflops }) => [name, tflops]),
);

/** The dense operations/s of a GPU by its name in the table, in 10¹², by type; undefined where they are not known. */
export const ratesOf = (gpu: string): Tflops | undefined => RATES.get(gpu);

/** The fastest of those in a floating-point type of 16 bits or more. */
export const tflopsOf = (gpu: string): number | undefined => fastestTflops(RATES.get(gpu));
