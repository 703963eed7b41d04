/**
 * Dense operations per second of the GPUs that published servers have, by the format that is multiplied. A GPU without
 * a format multiplies in the next wider one.
 */

import { GPUS, type GpuSpec } from '../../../results/gpus.ts';

export interface ServedGpu extends Pick<GpuSpec, 'name' | 'memoryGB' | 'gbps'> {
  /** Dense TFLOP/s in f16. */
  readonly f16: number;
  readonly fp8?: number;
  readonly fp4?: number;
}

/** Dense TFLOP/s by the vendors' data sheets, by name in `gpus.json`. */
const TFLOPS: Readonly<Record<string, Pick<ServedGpu, 'f16' | 'fp8' | 'fp4'>>> = {
  'NVIDIA A100 80GB': { f16: 312 },
  'NVIDIA H100': { f16: 989, fp8: 1979 },
  'NVIDIA H100 NVL': { f16: 835, fp8: 1671 },
  'NVIDIA H200': { f16: 989, fp8: 1979 },
  'NVIDIA L40S': { f16: 362, fp8: 733 },
  'NVIDIA RTX PRO 6000 Blackwell': { f16: 500, fp8: 1000, fp4: 2000 },
  'NVIDIA B200': { f16: 2250, fp8: 4500, fp4: 9000 },
  'NVIDIA GB200': { f16: 2500, fp8: 5000, fp4: 10_000 },
  'NVIDIA GB300': { f16: 2500, fp8: 5000, fp4: 15_000 },
  'AMD Instinct MI300X': { f16: 1307, fp8: 2615 },
  'AMD Instinct MI325X': { f16: 1307, fp8: 2615 },
  'AMD Instinct MI355X': { f16: 2516, fp8: 5033, fp4: 10_066 },
};

/** @throws RangeError for a GPU without figures, naming those that have some */
export function servedGpu(name: string): ServedGpu {
  const gpu = GPUS.find((one) => one.name === name);
  const tflops = TFLOPS[name];
  if (!gpu || !tflops)
    throw new RangeError(`no operations per second are known of ${name}, but of ${Object.keys(TFLOPS).join(', ')}`);
  return { ...gpu, ...tflops };
}

/** Operations per second in a format. */
export function flopsIn({ f16, fp8 = f16, fp4 = fp8 }: ServedGpu, format: 'f16' | 'fp8' | 'fp4'): number {
  return 1e12 * { f16, fp8, fp4 }[format];
}
