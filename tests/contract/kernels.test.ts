/** The Kernel contract, held against every kernel, on this project's adapter. */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device.ts';
import { createFiller, type Filler } from '../../harness/memory.ts';
import { overrideNames } from '../../harness/program.ts';
import { verifyShape } from '../../harness/verify.ts';
import { assemble } from '../../shaders/assemble.ts';
import { toleranceOf } from '../../shaders/kernel.ts';
import { BASELINES, KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

test('there are kernels, and the engine has those it needs', () => {
  expect(KERNEL_FOLDERS.size).toBeGreaterThanOrEqual(3);
  expect(KERNELS.ceiling.shapes([2 ** 20], 'few', 2 ** 22)).toHaveLength(1);
});

describe.each([...KERNEL_FOLDERS])('%s', (folder, kernel) => {
  const cases = Object.entries(kernel.variants).flatMap(([variant, { requires, exists }]) =>
    kernel.examples
      .filter((params) => exists?.(params) ?? true)
      .map((params) => ({ variant, requires, params, shape: JSON.stringify(params) })),
  );

  test('its id is its folder, and it has a portable variant that needs nothing', () => {
    expect(kernel.id).toBe(folder);
    expect(kernel.variants.portable?.requires).toEqual([]);
  });

  test('its defaults are among what may be tuned', () => {
    for (const [name, values] of Object.entries(kernel.tunable)) expect(values).toContain(kernel.defaults[name]);
    expect(Object.keys(kernel.defaults)).toEqual(Object.keys(kernel.tunable));
  });

  test('it shows at least three shapes in every variant', () => {
    for (const variant of Object.keys(kernel.variants)) {
      expect(cases.filter((c) => c.variant === variant).length).toBeGreaterThanOrEqual(3);
    }
  });

  test('its shapes stream about the bytes they are asked to', () => {
    const sizes = [2 ** 20, 2 ** 24];
    for (const params of [...kernel.shapes(sizes, 'few', 2 ** 26), ...kernel.shapes(sizes, 'all', 2 ** 26)]) {
      const inputs = kernel.inputs(params, 'portable').filter(({ kind }) => kind === 'streamed');
      const outputs = kernel.outputs(params, kernel.defaults).filter(({ streamed }) => streamed);
      const streamed =
        inputs.reduce((total, { bytes }) => total + bytes, 0) +
        outputs.reduce((total, { elements }) => total + 4 * elements, 0);
      // A kernel that streams nothing has a time, and no size to choose.
      if (streamed === 0) continue;
      // A working set is as small as it is meant to be.
      if (inputs.some((input) => 'workingSetBytes' in input)) expect(streamed).toBeLessThanOrEqual(2 ** 24);
      else expect(sizes.some((bytes) => streamed <= bytes * 1.05 && streamed >= bytes * 0.85)).toBe(true);
    }
  });

  describe.each(cases)('$variant $shape', ({ variant, requires, params }) => {
    test('it counts positive work, and buffers of whole loads', () => {
      const { bytesRead, bytesWritten, flops } = kernel.work(params, kernel.defaults, variant);
      expect(bytesRead + bytesWritten).toBeGreaterThan(0);
      expect(Math.min(bytesRead, bytesWritten, flops)).toBeGreaterThanOrEqual(0);
      for (const { bytes } of kernel.inputs(params, variant)) expect(bytes % 16).toBe(0);
      for (const { elements } of kernel.outputs(params, kernel.defaults)) expect(elements).toBeGreaterThan(0);
    });

    test('every override of its WGSL has a value, and every value a use', () => {
      const template = kernel.wgsl(params, variant);
      const constants = kernel.constants(params, kernel.defaults, variant);
      const declared = overrideNames(assemble(kernel, params, variant, kernel.defaults));
      expect(Object.keys(constants)).toEqual(expect.arrayContaining([...declared]));
      for (const name of Object.keys(constants)) expect(template).toContain(name);
    });

    test('it is right here, element by element, with poison behind every buffer', async (context) => {
      const missing = requires.filter((feature) => !gpu.features.has(feature));
      context.skip(missing.length > 0, `${gpu.info.architecture} has no ${missing.join(', ')}`);
      const comparison = await verifyShape(gpu, filler, { kernel, variant, params, tuning: kernel.defaults });
      expect(comparison.wrong(toleranceOf(kernel, variant, params).nmse)).toBeUndefined();
      expect(comparison.outputs).toBeGreaterThan(0);
    });
  });

  test('it is right with every value of every tunable', async () => {
    const [params] = kernel.examples.slice(1);
    if (!params) throw new Error(`${kernel.id} shows no second example`);
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

describe.each(BASELINES.map((baseline) => [baseline.id, baseline] as const))('%s', (_, baseline) => {
  test('it is the baseline of a kernel, at a shape that the kernel is timed at too', () => {
    const kernel = KERNEL_FOLDERS.get(baseline.baselineOf ?? '');
    const sizes = [2 ** 20, 2 ** 24];
    const largest = baseline.shapes(sizes, 'all', 2 ** 26).at(-1);
    expect(kernel?.shapes(sizes, 'all', 2 ** 26)).toContainEqual(largest);
  });

  test.each(baseline.examples.map((params) => [JSON.stringify(params), params] as const))(
    'is right: %s',
    async (_, params) => {
      const tuning = baseline.defaults;
      const comparison = await verifyShape(gpu, filler, { kernel: baseline, variant: 'portable', params, tuning });
      expect(comparison.wrong(baseline.tolerance.nmse)).toBeUndefined();
    },
  );
});
