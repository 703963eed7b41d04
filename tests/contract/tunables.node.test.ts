/**
 * Every kernel is right in every tuning. One adapter is enough, since tuning verifies each candidate where it races.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

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
});

describe('attention is right with the threads of a large grid, in which the heads of MLA take turns', () => {
  const kernel = KERNEL_FOLDERS.get('attention');
  if (!kernel) throw new Error('there must be attention');
  const mla = { batch: 2, context: 90, shortest: 40, room: 0, kvHeads: 1, headDim: 512, ropeDim: 64, window: 0 };
  test.each([
    ...kernel.examples.filter(({ fresh }) => fresh === 1),
    // Turns of two heads and of one; and twice, of which the last head is computed twice.
    { ...mla, format: 'f16', fresh: 0, queryHeads: 3, queryDim: 192 },
    { ...mla, format: 'int8', fresh: 1, queryHeads: 5, queryDim: 192 },
  ])('%j', async (params) => {
    const tuning = { ...kernel.defaults, workgroupSize: 256 };
    const comparison = await verifyShape(gpu, filler, { kernel, variant: 'portable', params, tuning });
    expect(comparison.wrong(kernel.tolerance.nmse)).toBeUndefined();
  });
});
