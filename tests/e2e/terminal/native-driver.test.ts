/**
 * Verifies every kernel and variant on the driver as measurements use it: it optimises, and its subgroups have their
 * full width. The contract tests run on a driver that is told to compile quickly (vitest.config.ts).
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../../harness/device/device.ts';
import { createFiller, type Filler } from '../../../harness/device/memory.ts';
import { verifyShape } from '../../../harness/sampling/verify.ts';
import { toleranceOf } from '../../../shaders/kernel.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../../shaders/registry.ts';
import { createNodeHost } from '../../../src/cli/hosts/node/node.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await createNodeHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

const variants = [...KERNEL_FOLDERS.values()].flatMap((kernel) =>
  Object.entries(kernel.variants).map(([variant, { requires, exists }]) => {
    // The second-smallest shape: it is quick, and the smallest covers too little.
    const [smallest = {}, next = smallest] = kernel.examples.filter((p) => exists?.(p) ?? true);
    return { id: kernel.id, kernel, variant, requires, params: next };
  }),
);

describe.each(variants)('$id ($variant)', ({ kernel, variant, requires, params }) => {
  test('is right', async (context) => {
    const missing = requires.filter((feature) => !gpu.features.has(feature));
    context.skip(missing.length > 0, `${gpu.info.architecture} has no ${missing.join(', ')}`);
    const comparison = await verifyShape(gpu, filler, { kernel, variant, params, tuning: kernel.defaults });
    expect(comparison.wrong(toleranceOf(kernel, variant, params).nmse)).toBeUndefined();
  });
});
