/** Operations per second of GPUs by name. Apart from the table's other columns, which the page needs sooner. */

import rows from '../data/reference/gpus.json';
import type { Tflops } from './by-name.ts';

/**
 * The dense operations/s of a GPU in f16 or in f32, whichever is faster: old GPUs are slow in f16, and engines use f32
 * there. Undefined where they are not known.
 */
export const fastestTflops = ({ f16 = 0, f32 = 0 }: Tflops = {}): number | undefined => Math.max(f16, f32) || undefined;

const FASTEST = new Map(
  (rows as readonly { readonly name: string; readonly tflops?: Tflops }[]).map(({ name, tflops }) => [
    name,
    fastestTflops(tflops),
  ]),
);

/** The dense operations/s of a GPU by its name in the table, in 10¹²; undefined where they are not known. */
export const tflopsOf = (gpu: string): number | undefined => FASTEST.get(gpu);
