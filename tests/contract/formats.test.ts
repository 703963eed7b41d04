/**
 * WGSL gives every code of a format or of a scale exactly the value that the CPU gives it, on this project's adapter.
 * It does so even where subnormal numbers are zero.
 */

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
  type ScaleType,
} from '../../shaders/formats/format.ts';
import { FORMATS } from '../../shaders/formats/index.ts';
import { defineKernel, type Kernel } from '../../shaders/kernel.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { flushing } from '../support/crowd/flushing.ts';

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

/** The smallest normal numbers of the formats whose subnormal values may read as zero, because they are WGSL's own. */
const MIN_NORMAL: Readonly<Record<string, number>> = { f32: 2 ** -126, bf16: 2 ** -126, f16: 2 ** -14 };

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

/** A kernel that fills its one output, and has no parameters. */
function readerOf(own: Pick<Kernel, 'wgsl' | 'constants' | 'inputs' | 'outputs' | 'workgroups' | 'reference'>): Kernel {
  return defineKernel({
    id: 'reader',
    summary: 'every code of a format',
    variants: { portable: { requires: [] } },
    tunable: {},
    defaults: {},
    examples: [],
    shapes: () => [],
    refuses: () => undefined,
    work: () => ({ bytesRead: 1, bytesWritten: 1, flops: 0 }),
    tolerance: { nmse: 0 },
    ...own,
  });
}

/**
 * Returns a kernel that unpacks code i as element i. Bytes come in the order of `bytes_k`, four to a word. `change`
 * rewrites the format's WGSL.
 */
function unpacker(
  format: Format,
  arithmetic: Arithmetic,
  codes: readonly number[],
  change: (wgsl: string) => string,
): Kernel {
  const data = packed(codes, format);
  const loads = data.length / 4;
  const perLoad = quantsPerLoad(format);
  const ofBytes = arithmetic === 'i8';
  const n = spread(format);
  const vectors = ofBytes ? n : perLoad / 4;
  const value = ofBytes ? 'bytes_V(codes[load])' : 'unpack_V(codes[load])';
  const { unit = 1 } = format.unpack;
  // The function of the scale is left out: it needs a buffer of scales.
  const [unpack = ''] = matrixWgsl('codes', matrixLayout(format, 1, loads * perLoad), arithmetic).split(
    'fn codes_scale',
  );
  const quant = (i: number) => format.quant(codes[i] ?? 0);
  const { excess, unit: byteUnit = 1 } = format.bytes ?? { excess: 0 };
  // Behind the last code the data is zero, which is a code too.
  const byte = (i: number) => (quant(i) / byteUnit + excess) & 0xff;
  return readerOf({
    wgsl: () => `${change(unpack)}
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
    reference: () => (_, index) => {
      if (!ofBytes) return quant(index) / unit;
      const [load, vector, word] = [Math.floor(index / (4 * n)), Math.floor(index / 4) % n, index % 4];
      const bytes = [0, 1, 2, 3].map((j) => byte(load * perLoad + 4 * n * word + n * j + vector));
      return bytes.reduce((all, one, j) => (all | (one << (8 * j))) >>> 0, 0);
    },
  });
}

/** Returns a kernel that reads the scale `codes[i]` as element i. `change` rewrites its WGSL. */
function scaleReader({ wgsl, value }: ScaleType, codes: readonly number[], change: (wgsl: string) => string): Kernel {
  const data = new Uint32Array(Math.ceil(codes.length / 4) * 4);
  data.set(codes);
  return readerOf({
    wgsl: () => `${change(`fn scale(c: u32) -> f32 { return ${wgsl}; }`)}
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>) { values[workgroup.x] = scale(codes[workgroup.x]); }`,
    constants: () => ({}),
    inputs: () => [{ kind: 'given', name: 'codes', type: 'array<u32>', bytes: data.byteLength, data }],
    outputs: () => [{ name: 'values', type: 'array<f32>', elements: codes.length, compare: 'f32' }],
    workgroups: () => codes.length,
    reference: () => (_, index) => value(codes[index] ?? 0),
  });
}

/** The exactness of all codes on the adapter as it is, and where subnormal numbers are zero. */
const WAYS = [
  { way: 'as it is', change: (wgsl: string) => wgsl, flushes: false },
  { way: 'where subnormal numbers are zero', change: flushing, flushes: true },
];

const cases = Object.values(FORMATS).flatMap((format) =>
  (['f32', 'i8'] as const)
    .filter((arithmetic) => hasArithmetic(format, arithmetic))
    .map((arithmetic) => ({ id: format.id, format, arithmetic })),
);

describe.each(cases)('$id as $arithmetic', ({ id, format, arithmetic }) => {
  test.for(WAYS)('every code is exact $way: zero, the largest, the smallest', async ({ change, flushes }) => {
    const min = (flushes && MIN_NORMAL[id]) || 0;
    const codes = finiteCodes(format).filter((code) => format.quant(code) === 0 || Math.abs(format.quant(code)) >= min);
    const kernel = unpacker(format, arithmetic, codes, change);
    const comparison = await verifyShape(gpu, filler, { kernel, variant: 'portable', params: {}, tuning: {} });
    expect(comparison.wrong(kernel.tolerance.nmse)).toBeUndefined();
    expect(comparison.outputs).toBeGreaterThan(codes.length / 4 - 1);
  });
});

const scaleTypes = Object.values(FORMATS).flatMap(({ scales }) => (scales ? [scales.type] : []));

describe.each([...new Set(scaleTypes)])('scales of $id', (type) => {
  test.each(WAYS)('every code that packing makes is exact $way', async ({ change }) => {
    const exponents = Array.from({ length: 256 }, (_, i) => i - 127);
    const steps = [1, 1.25, 1.5, 1.875, 1.9990234375];
    const sizes = [0, ...exponents.flatMap((exponent) => steps.map((step) => step * 2 ** exponent))];
    const all = type.bits === 16 ? Array.from({ length: 0x7c00 }, (_, code) => type.value(code)) : sizes;
    const codes = [...new Set(all.map((size) => type.code(size)))].filter((code) => Number.isFinite(type.value(code)));
    const kernel = scaleReader(type, codes, change);
    const comparison = await verifyShape(gpu, filler, { kernel, variant: 'portable', params: {}, tuning: {} });
    expect(comparison.wrong(0)).toBeUndefined();
    expect(comparison.outputs).toBe(codes.length);
    expect(codes.length).toBeGreaterThan(type.bits === 8 ? 60 : 1000);
  });
});
