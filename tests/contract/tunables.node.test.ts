/**
 * Every kernel is right in every tuning, and in those that problems of real size have by default. One adapter is enough,
 * since tuning verifies each candidate where it races.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { overridesOf } from '../../harness/device/program.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import { assemble } from '../../shaders/assemble.ts';
import { defaultTuning, type Kernel, type Params, type Tuning, toleranceOf } from '../../shaders/kernel.ts';
import { sameFamily } from '../../shaders/problem.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

/** The bytes that a dispatch of real size streams, and those of the pool. */
const [BYTES, POOL_BYTES] = [2 ** 27, 2 ** 30];

/**
 * The examples of a kernel in the default tunings of their own and of all problems of real size of their families, where
 * these are another module than that of `defaults`, which kernels.test.ts verifies.
 */
function inRealTunings(kernel: Kernel) {
  const real = [...kernel.shapes([BYTES], 'all', POOL_BYTES), ...(kernel.code?.shapes ?? [])];
  return Object.entries(kernel.variants).flatMap(([variant, { requires, exists = () => true }]) =>
    kernel.examples.filter(exists).flatMap((params) => {
      const alike = real.filter((one) => sameFamily(one, params) && isBatch(one) === isBatch(params) && exists(one));
      const tunings = [params, ...alike].map((one) => defaultTuning(kernel, variant, one));
      const possible = tunings.filter((tuning) => kernel.refuses(params, tuning) === undefined);
      const modules = new Map(possible.map((tuning) => [moduleOf(kernel, variant, params, tuning), tuning]));
      modules.delete(moduleOf(kernel, variant, params, kernel.defaults));
      return [...modules.values()].map((tuning) => ({ variant, requires, params, tuning }));
    }),
  );
}

/** Tunings of one token and of several differ, and those of one do not suit several. */
const isBatch = ({ batch = 1 }: Params): boolean => batch !== 1;

/** All that tells one module of a kernel from another. */
const moduleOf = (kernel: Kernel, variant: string, params: Params, tuning: Tuning): string =>
  assemble(kernel, params, variant, tuning) + JSON.stringify(overridesOf(kernel, variant, params, tuning));

describe.each([...KERNEL_FOLDERS])('%s', (_, kernel) => {
  test('it is right with every value of every tunable', async () => {
    const [params] = kernel.examples.slice(1);
    if (!params) throw new Error(`a kernel must have two examples; ${kernel.id} has no second one`);
    for (const [name, values] of Object.entries(kernel.tunable)) {
      for (const value of values) {
        const tuning = { ...kernel.defaults, [name]: value };
        if (kernel.refuses(params, tuning) !== undefined) continue;
        const comparison = await verifyShape(gpu, filler, { kernel, variant: 'portable', params, tuning });
        expect(comparison.wrong(kernel.tolerance.nmse), JSON.stringify(tuning)).toBeUndefined();
      }
    }
  });

  const cases = inRealTunings(kernel);
  test.runIf(cases.length > 0)('it is right in the tunings that problems have by default', async () => {
    for (const { requires, ...one } of cases) {
      if (requires.some((feature) => !gpu.features.has(feature))) continue;
      const comparison = await verifyShape(gpu, filler, { kernel, ...one });
      expect(comparison.wrong(toleranceOf(kernel, one.variant, one.params).nmse), JSON.stringify(one)).toBeUndefined();
    }
  });
});

describe('attention is right with the threads of a large grid, in which the heads of MLA take turns', () => {
  const kernel = KERNEL_FOLDERS.get('attention');
  if (!kernel) throw new Error('there must be attention');
  const mla = { batch: 2, context: 90, shortest: 40, room: 0, kvHeads: 1, headDim: 512, ropeDim: 64, window: 0 };
  test.each([
    // Several sequences, which no problem of a large grid is timed with by itself.
    ...kernel.examples.filter(({ fresh, batch }) => fresh === 1 && batch !== 1),
    // Turns of two heads and of one; and twice, of which the last head is computed twice.
    { ...mla, format: 'f16', fresh: 0, queryHeads: 3, queryDim: 192 },
    { ...mla, format: 'int8', fresh: 1, queryHeads: 5, queryDim: 192 },
  ])('%j', async (params) => {
    const tuning = { ...kernel.defaults, workgroupSize: 256 };
    const comparison = await verifyShape(gpu, filler, { kernel, variant: 'portable', params, tuning });
    expect(comparison.wrong(kernel.tolerance.nmse)).toBeUndefined();
  });
});
