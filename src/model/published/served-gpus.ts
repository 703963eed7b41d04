/** Dense operations per second of the GPUs that published servers have, by the format that is multiplied. */

import { GPUS, type GpuSpec } from '../../../results/gpus/by-name.ts';

export interface ServedGpu extends Pick<GpuSpec, 'name' | 'memoryGB' | 'gbps'> {
  /** Dense TFLOP/s in f16. */
  readonly f16: number;
  readonly fp8?: number;
  readonly fp4?: number;
}

/** @throws RangeError for a GPU whose row has no operations per second */
export function servedGpu(name: string): ServedGpu {
  const gpu = GPUS.find((one) => one.name === name);
  const { f16, fp8, fp4 } = gpu?.tflops ?? {};
  if (!gpu || f16 === undefined) throw new RangeError(`no operations per second are known of ${name}`);
  return { ...gpu, f16, ...(fp8 !== undefined && { fp8 }), ...(fp4 !== undefined && { fp4 }) };
}

/** Operations per second in a format. A GPU without a format multiplies in the next wider one. */
export function flopsIn({ f16, fp8 = f16, fp4 = fp8 }: ServedGpu, format: 'f16' | 'fp8' | 'fp4'): number {
  return 1e12 * { f16, fp8, fp4 }[format];
}
