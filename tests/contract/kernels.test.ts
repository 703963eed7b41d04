/** Every kernel is right on this project's adapter; what it declares is looked at in `tests/kernels.test.ts`. */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device.ts';
import { createFiller, type Filler } from '../../harness/memory.ts';
import { verifyShape } from '../../harness/verify.ts';
import { toleranceOf } from '../../shaders/kernel.ts';
import { BASELINES, KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

describe.each([...KERNEL_FOLDERS])('%s', (_, kernel) => {
  const cases = Object.entries(kernel.variants).flatMap(([variant, { requires, exists }]) =>
    kernel.examples
      .filter((params) => exists?.(params) ?? true)
      .map((params) => ({ variant, requires, params, shape: JSON.stringify(params) })),
  );

  describe.each(cases)('$variant $shape', ({ variant, requires, params }) => {
    test('it is right here, element by element, with poison behind every buffer', async (context) => {
      const missing = requires.filter((feature) => !gpu.features.has(feature));
      context.skip(missing.length > 0, `${gpu.info.architecture} has no ${missing.join(', ')}`);
      const comparison = await verifyShape(gpu, filler, { kernel, variant, params, tuning: kernel.defaults });
      expect(comparison.wrong(toleranceOf(kernel, variant, params).nmse)).toBeUndefined();
      expect(comparison.outputs).toBeGreaterThan(0);
    });
  });
});

describe.each(BASELINES.map((baseline) => [baseline.id, baseline] as const))('%s', (_, baseline) => {
  test.each(baseline.examples.map((params) => [JSON.stringify(params), params] as const))(
    'is right: %s',
    async (_, params) => {
      const tuning = baseline.defaults;
      const comparison = await verifyShape(gpu, filler, { kernel: baseline, variant: 'portable', params, tuning });
      expect(comparison.wrong(baseline.tolerance.nmse)).toBeUndefined();
    },
  );
});
