/** The operations/s of a GPU's shader cores, which engines' speeds in prompts are reckoned by. */

import type { GpuSpec } from '../../../results/gpus/by-name.ts';

/**
 * A core of Apple's GPUs, in TFLOP/s: 2.6 for the 8 of an M1, as Apple announced it. It gives no figure of later ones,
 * whose cores are faster: the share that an engine reaches has that in it.
 */
const APPLE_CORE = 2.6 / 8;

/**
 * The peak in f32, in TFLOP/s; undefined where it is not known. Vendors count those of matrix units in several ways, so
 * that a professional card may have twice those of the same chip for games. An engine that uses matrix units reaches
 * more than this peak.
 *
 * @param cores of a GPU by Apple. Default: as many as it is sold with
 */
export function shaderTflopsOf({ tflops, name, gpuCores = [] }: GpuSpec, cores?: number): number | undefined {
  if (tflops?.f32 !== undefined) return tflops.f32;
  const most = cores ?? Math.max(0, ...gpuCores);
  return name.startsWith('Apple ') && most > 0 ? most * APPLE_CORE : undefined;
}
