/** WGSL gives every code of a format exactly the value that the CPU gives it, on this project's adapter. */

import { beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler } from '../../harness/device/memory.ts';
import { verifyShape } from '../../harness/sampling/verify.ts';
import { spread } from '../../shaders/formats/activations.ts';
import {
  type Arithmetic,
  type Format,
  hasArithmetic,
  matrixLayout,
  matrixWgsl,
  quantsPerLoad,
} from '../../shaders/formats/format.ts';
import { FORMATS } from '../../shaders/formats/index.ts';
import { defineKernel, type Kernel } from '../../shaders/kernel.ts';
import { KERNELS } from '../../shaders/registry.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

/** Returns every finite code; for f32, every exponent with the ends of its mantissas, in both signs. */
function finiteCodes(format: Format): number[] {
  const all =
    format.bits <= 16
      ? Array.from({ length: 2 ** format.bits }, (_, code) => code)
      : Array.from({ length: 255 }, (_, exponent) => exponent * 2 ** 23).flatMap((e) =>
          [0, 1, 0x555555, 0x7fffff].flatMap((mantissa) => [e + mantissa, e + mantissa + 2 ** 31]),
        );
  return all.filter((code) => Number.isFinite(format.quant(code)));
}

/** Packs codes into 16-byte loads, the first code in the lowest bits, with zeros behind the last. */
function packed(codes: readonly number[], { bits }: Format): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil((codes.length * bits) / 128) * 4);
  codes.forEach((code, i) => {
    const at = Math.floor((i * bits) / 32);
    words[at] = (words[at] ?? 0) | (code << ((i * bits) % 32));
  });
  return words;
}

/** Returns a kernel that unpacks code i as element i. Bytes come in the order of `bytes_k`, four to a word. */
function unpacker(format: Format, arithmetic: Arithmetic): Kernel {
  const codes = finiteCodes(format);
  const data = packed(codes, format);
  const loads = data.length / 4;
  const perLoad = quantsPerLoad(format);
  const ofBytes = arithmetic === 'i8';
  const n = spread(format);
  const vectors = ofBytes ? n : perLoad / 4;
  const value = ofBytes ? 'bytes_V(codes[load])' : 'vec4<f32>(unpack_V(codes[load]))';
  const { unit = 1 } = arithmetic === 'f32' ? format.unpack.f32 : {};
  // The function of the scale is left out: it needs a buffer of scales.
  const [unpack] = matrixWgsl('codes', matrixLayout(format, 1, loads * perLoad), arithmetic).split('fn codes_scale');
  const quant = (i: number) => format.quant(codes[i] ?? 0);
  return defineKernel({
    id: 'unpacker',
    summary: 'every code of a format',
    variants: { portable: { requires: [] }, 'shader-f16': { requires: ['shader-f16'] } },
    tunable: {},
    defaults: {},
    examples: [],
    shapes: () => [],
    refuses: () => undefined,
    wgsl: () => `${unpack}
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>) {
  let load = workgroup.x;
  //#unroll V < VECTORS
  values[load * ${vectors}u + V] = ${value};
  //#end
}`,
    constants: () => ({ VECTORS: vectors }),
    inputs: () => [{ kind: 'given', name: 'codes', type: 'array<vec4<u32>>', bytes: data.byteLength, data }],
    outputs: () => [
      {
        name: 'values',
        type: ofBytes ? 'array<vec4<u32>>' : 'array<vec4<f32>>',
        elements: loads * vectors * 4,
        compare: ofBytes ? 'u32' : 'f32',
      },
    ],
    workgroups: () => loads,
    work: () => ({ bytesRead: data.byteLength, bytesWritten: 0, flops: 0 }),
    reference: () => (_, index) => {
      if (!ofBytes) return quant(index) / unit;
      const [load, vector, word] = [Math.floor(index / (4 * n)), Math.floor(index / 4) % n, index % 4];
      const bytes = [0, 1, 2, 3].map((j) => quant(load * perLoad + 4 * n * word + n * j + vector) & 0xff);
      return bytes.reduce((all, byte, j) => (all | (byte << (8 * j))) >>> 0, 0);
    },
    tolerance: { nmse: 0 },
  });
}

const cases = Object.values(FORMATS).flatMap((format) =>
  (['f32', 'f16', 'i8'] as const)
    .filter((arithmetic) => hasArithmetic(format, arithmetic))
    .map((arithmetic) => ({ id: format.id, format, arithmetic })),
);

describe.each(cases)('$id as $arithmetic', ({ format, arithmetic }) => {
  test('every code, zero, the largest, the smallest and subnormal ones among them, is exact', async (context) => {
    const variant = arithmetic === 'f16' ? 'shader-f16' : 'portable';
    const missing = variant === 'shader-f16' && !gpu.features.has('shader-f16');
    context.skip(missing, `${gpu.info.architecture} has no shader-f16`);
    const kernel = unpacker(format, arithmetic);
    const comparison = await verifyShape(gpu, filler, { kernel, variant, params: {}, tuning: {} });
    expect(comparison.wrong(kernel.tolerance.nmse)).toBeUndefined();
    expect(comparison.outputs).toBeGreaterThan(finiteCodes(format).length / 4 - 1);
  });
});
