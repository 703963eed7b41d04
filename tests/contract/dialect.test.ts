/** Kernels with f16 on a device whose compiler has no bitcast to f16 vectors, as Naga has none. */

import { beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { compile } from '../../harness/device/program.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import { type Kernel, toleranceOf } from '../../shaders/kernel.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { hostWith } from '../support/engine.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  const host = await hostWith((adapter) => ({
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const create = device.createShaderModule.bind(device);
      device.createShaderModule = (module) =>
        create({ ...module, code: module.code.replaceAll('bitcast<vec2<f16>>', 'no_such_function') });
      return device;
    },
  }));
  gpu = await openGpu(host);
  filler = await createFiller(gpu, KERNELS.fill);
});

const gemv = KERNEL_FOLDERS.get('gemv');
if (!gemv) throw new Error('there is no gemv');

const variant = 'shader-f16';
/** Small ragged rows in the formats that use f16_pair in different ways. */
const examples = gemv.examples.filter(
  (p) => p.batch === 1 && p.rows === 9 && ['f16', 'int8', 'fp8'].includes(String(p.format)),
);
const lacking = () => !gpu.features.has(variant);
const reason = () => `${gpu.info.architecture} has no ${variant}`;

test.for(examples.map((params) => ({ format: params.format, params })))(
  'weights in $format are read by way of f32, and right',
  async ({ params }, context) => {
    context.skip(lacking(), reason());
    expect(gpu.dialect).toEqual({ bitcastsF16: false });
    const comparison = await verifyShape(gpu, filler, { kernel: gemv, variant, params, tuning: gemv.defaults });
    expect(comparison.wrong(toleranceOf(gemv, variant, params).nmse)).toBeUndefined();
    expect(comparison.outputs).toBeGreaterThan(0);
  },
);

test('a kernel that says bitcast all the same is refused, with the line', async (context) => {
  context.skip(lacking(), reason());
  const [params = {}] = examples;
  const kernel: Kernel = { ...gemv, wgsl: () => 'fn f(bits: u32) -> vec2<f16> { return bitcast<vec2<f16>>(bits); }' };
  await expect(compile(gpu, { kernel, variant, params, tuning: gemv.defaults })).rejects.toThrow(
    /^the compiler refuses gemv \(shader-f16\): .+, in line \d+: fn f\(/,
  );
});
