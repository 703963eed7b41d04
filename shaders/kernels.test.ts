/** Tests what every kernel declares by the Kernel contract, without a GPU. */

import { describe, expect, test } from 'vitest';
import { overrideNames } from '../harness/device/program.ts';
import { assemble } from './assemble.ts';
import { defaultTuning } from './kernel.ts';
import { BASELINES, KERNEL_FOLDERS, KERNELS } from './registry.ts';

test('there are kernels, and the engine has those that it needs', () => {
  expect(KERNEL_FOLDERS.size).toBeGreaterThanOrEqual(3);
  expect(KERNELS.ceiling.shapes([2 ** 20], 'few', 2 ** 22)).toHaveLength(1);
});

test('kernels lie in the order of their ids, on which the digest of all of them depends', () => {
  const ids = KERNELS.measured.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  const baselines = BASELINES.map(({ id }) => id);
  expect(baselines).toEqual([...baselines].sort());
});

describe.each([...KERNEL_FOLDERS])('%s', (folder, kernel) => {
  const cases = Object.entries(kernel.variants).flatMap(([variant, { exists }]) =>
    kernel.examples
      .filter((params) => exists?.(params) ?? true)
      .map((params) => ({ variant, params, shape: JSON.stringify(params) })),
  );

  test('its id is its folder, and it has a portable variant that needs nothing', () => {
    expect(kernel.id).toBe(folder);
    expect(kernel.variants.portable?.requires).toEqual([]);
  });

  test('its defaults are among what may be tuned', () => {
    for (const [name, values] of Object.entries(kernel.tunable)) expect(values).toContain(kernel.defaults[name]);
    expect(Object.keys(kernel.defaults)).toEqual(Object.keys(kernel.tunable));
  });

  test('the layouts that it races are three different ones with its defaults, and each may run', () => {
    const { yardstick } = kernel;
    if (!yardstick) return;
    const tunings = [kernel.defaults, ...yardstick.layouts];
    expect(new Set(tunings.map((tuning) => JSON.stringify(tuning))).size).toBe(3);
    const problems = kernel.shapes([2 ** 20, 2 ** 24], 'all', 2 ** 26).filter((p) => yardstick.includes(p));
    expect(problems.length).toBeGreaterThan(0);
    for (const tuning of tunings) {
      for (const [name, values] of Object.entries(kernel.tunable)) expect(values).toContain(tuning[name]);
      for (const params of problems) expect(kernel.refuses(params, tuning)).toBeUndefined();
    }
  });

  test('if it streams, it says what its code may cost, for each variant and format', () => {
    for (const { variant, params } of cases) {
      const budget = kernel.code?.budget(params, variant, defaultTuning(kernel, variant, params));
      const streams = [
        ...kernel.inputs(params, variant).map(({ kind }) => kind === 'streamed'),
        ...kernel.outputs(params, kernel.defaults).map(({ streamed = false }) => streamed),
      ];
      if (!streams.includes(true)) continue;
      expect(budget?.amd.instructionsPerByte).toBeGreaterThan(0);
      expect(budget?.intel.instructionsPerByte).toBeGreaterThan(0);
    }
  });

  test('it has at least three examples in every variant', () => {
    for (const variant of Object.keys(kernel.variants)) {
      expect(cases.filter((c) => c.variant === variant).length).toBeGreaterThanOrEqual(3);
    }
  });

  test('its shapes stream about the bytes that are asked for', () => {
    const sizes = [2 ** 20, 2 ** 24];
    for (const params of [...kernel.shapes(sizes, 'few', 2 ** 26), ...kernel.shapes(sizes, 'all', 2 ** 26)]) {
      const inputs = kernel.inputs(params, 'portable').filter(({ kind }) => kind === 'streamed');
      const outputs = kernel.outputs(params, kernel.defaults).filter(({ streamed }) => streamed);
      const streamed =
        inputs.reduce((total, { bytes }) => total + bytes, 0) +
        outputs.reduce((total, { elements }) => total + 4 * elements, 0);
      // A kernel that streams nothing has no size to choose.
      if (streamed === 0) continue;
      // Working sets are smaller on purpose.
      if (inputs.some((input) => 'workingSetBytes' in input)) expect(streamed).toBeLessThanOrEqual(2 ** 24);
      else expect(sizes.some((bytes) => streamed <= bytes * 1.05 && streamed >= bytes * 0.85)).toBe(true);
    }
  });

  test('its WGSL is what Naga takes, too', () => {
    for (const { variant, params } of cases) {
      const wgsl = kernel.wgsl(params, variant);
      // If an array's size is an expression and an override is declared behind it, wgpu 29 ends the process
      // (panics in Naga's pipeline_constants.rs). This can go when it does not.
      for (const [, size] of wgsl.matchAll(/^var<workgroup> \w+: array<.*, ([^>]+)>;/gm)) expect(size).toMatch(/^\w+$/);
    }
  });

  describe.each(cases)('$variant $shape', ({ variant, params }) => {
    test('its work is positive, and its buffers are whole loads', () => {
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
  });
});

describe.each(BASELINES.map((baseline) => [baseline.id, baseline] as const))('%s', (_, baseline) => {
  test('it is the baseline of a kernel, at a shape that the kernel is timed at too', () => {
    const kernel = KERNEL_FOLDERS.get(baseline.baselineOf ?? '');
    const sizes = [2 ** 20, 2 ** 24];
    const largest = baseline.shapes(sizes, 'all', 2 ** 26).at(-1);
    expect(kernel?.shapes(sizes, 'all', 2 ** 26)).toContainEqual(largest);
  });
});
