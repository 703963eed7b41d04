/** The caches that attention writes: integers also for values so small that their scale would be a subnormal f16. */

import { beforeAll, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

const kernel = KERNEL_FOLDERS.get('attention');
if (!kernel) throw new Error('there is no attention');

/** The kernel with projected values of about 2^`exponent`. */
const ofSize = (exponent: number): Kernel => ({
  ...kernel,
  inputs: (p, variant) =>
    kernel
      .inputs(p, variant)
      .map((input) =>
        input.name === 'qkv' && input.kind === 'random'
          ? { ...input, words: { ...input.words, set: (127 + exponent) << 23 } }
          : input,
      ),
});

const examples = kernel.examples.filter(({ fresh, batch }) => fresh === 1 && batch === 3);

/** Exponents of values: where a scale would be a subnormal f16 and where not; in f16, where none is. */
const exponentsIn = (format: unknown): readonly number[] => (format === 'f16' ? [0] : [-8, -10, -20]);

test.each(
  examples.flatMap((params) =>
    exponentsIn(params.format).map((exponent) => [params.format, exponent, params] as const),
  ),
)('an %s cache of values of 2^%i is right, bit for bit', async (_, exponent, params) => {
  const comparison = await verifyShape(gpu, filler, {
    ...{ kernel: ofSize(exponent), variant: 'portable', params, tuning: kernel.defaults },
  });
  expect(comparison.wrong(kernel.tolerance.nmse)).toBeUndefined();
  expect(comparison.outputs).toBeGreaterThan(0);
});
