/** Every kernel is right on this project's adapter. What a kernel declares is tested in `shaders/kernels.test.ts`. */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { startAhead } from '../../harness/device/compile-ahead.ts';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { compile, type KernelCase, type Program } from '../../harness/device/program.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import { type Params, type Requirement, toleranceOf } from '../../shaders/kernel.ts';
import { sameFamily } from '../../shaders/problem.ts';
import { BASELINES, KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { EXAMPLES, shared } from '../support/examples.ts';

let gpu: Gpu;
let filler: Filler;

const few = EXAMPLES === 'few';

/** Returns the second of each family, since the first covers too little. */
const fewOf = (examples: readonly Params[]): readonly Params[] =>
  shared(
    examples.filter((params) => {
      const [first, second = first] = examples.filter((other) => sameFamily(params, other));
      return params === second;
    }),
  );

/** Whether all examples are verified with a variant. */
const isWhole = (variant: string): boolean => EXAMPLES === 'all' || (EXAMPLES === 'most' && variant === 'portable');

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

describe.each([...KERNEL_FOLDERS])('%s', (_, kernel) => {
  const { defaults, yardstick } = kernel;
  const cases = Object.entries(kernel.variants).flatMap(([variant, { requires, exists }]) => {
    const all = kernel.examples.filter((params) => exists?.(params) ?? true);
    return (isWhole(variant) ? all : fewOf(all)).flatMap((params) => {
      const layouts = yardstick?.includes(params)
        ? yardstick.layouts.filter((tuning) => kernel.refuses(params, tuning) === undefined)
        : [];
      return [defaults, ...layouts].map((tuning) => ({
        ...{ kernel, variant, requires, params, tuning },
        shape: JSON.stringify(tuning === defaults ? params : [params, tuning]),
      }));
    });
  });
  const missing = (requires: readonly Requirement[]) => requires.filter((feature) => !gpu.features.has(feature));
  let programOf: (one: KernelCase) => Promise<Program>;
  beforeAll(() => {
    const possible = cases.filter(({ requires }) => missing(requires).length === 0);
    const compileHere = (one: KernelCase) => compile(gpu, one);
    // Where a compiler may end the process, it must do so in the test that it compiles for.
    programOf = few ? compileHere : startAhead<KernelCase, Program>(possible, compileHere);
  });

  describe.each(cases)('$variant $shape', (one) => {
    const { variant, requires, params } = one;
    test('it is right here, element by element, with poison behind every buffer', async (context) => {
      const without = missing(requires);
      context.skip(without.length > 0, `${gpu.info.architecture} has no ${without.join(', ')}`);
      const comparison = await verifyShape(gpu, filler, one, await programOf(one));
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
