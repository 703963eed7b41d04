import { expect, test } from 'vitest';
import { bitsPerValue } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { GGML_TYPES } from './gguf/ggml-types.ts';
import { nearestFormat } from './nearest-format.ts';
import type { StoredTensor } from './stored.ts';

const tensor = (types: readonly string[], bits: number): StoredTensor => ({
  ...{ name: 'down', layer: 0, kind: 'projection', rows: 256, columns: 256, count: 1, reads: 'all' },
  ...{ types, bytes: (256 * 256 * bits) / 8 },
});

test.each([
  // These have the same values in the same number of bits, scales included.
  ['F16', 16, 'f16'],
  ['BF16', 16, 'bf16'],
  ['Q8_0', 8.5, 'int8'],
  ['Q4_0', 4.5, 'int4-g32'],
  ['TQ2_0', 2.0625, 'ternary'],
  ['MXFP4', 4.25, 'mxfp4'],
  ['NVFP4', 4.5, 'nvfp4'],
])('%s has %s bits in the file and in our format', (type, bits, format) => {
  const ggml = [...GGML_TYPES.values()].find(({ name }) => name === type);
  expect(((ggml?.bytes ?? 0) * 8) / (ggml?.values ?? 0)).toBe(bits);
  expect(nearestFormat(tensor([type], bits))).toEqual({ format, fileBits: bits, formatBits: bits });
});

test.each([
  ['Q4_K', 4.5, 'int4-g32', 'an f16 scale for 32 weights, where the file has 6-bit scales and minima'],
  ['Q5_K', 5.5, 'int4-g32', '4.5 bits per weight, where the file has 5.5 (Q5_K)'],
  ['Q6_K', 6.5625, 'int8', '8.5 bits per weight, where the file has 6.56 (Q6_K)'],
  ['Q3_K', 3.4375, 'int4-g128', '4.13 bits per weight, where the file has 3.44 (Q3_K)'],
  ['Q4_1', 5, 'int4-g32', 'no minima; 4.5 bits per weight, where the file has 5 (Q4_1)'],
])('what differs from %s is described', (type, bits, format, differs) => {
  expect(nearestFormat(tensor([type], bits))).toMatchObject({ format, differs });
});

test('the bits decide for several types and for unknown ones', () => {
  expect(nearestFormat(tensor(['Q4_K', 'Q6_K'], 4.9))).toMatchObject({
    format: 'int4-g32',
    differs: '4.5 bits per weight, where the file has 4.9 (Q4_K, Q6_K)',
  });
  expect(nearestFormat(tensor(['I32', 'F16'], 4.15)).format).toBe('int4-g128');
});

test('norms and biases are read in f32, whatever the file has', () => {
  expect(nearestFormat({ ...tensor(['BF16'], 16), kind: 'vector' })).toMatchObject({ format: 'f32', formatBits: 32 });
});

test('every GGUF type has a nearest format with at least half and at most twice its bits', () => {
  for (const { name, values, bytes } of GGML_TYPES.values()) {
    const bits = (8 * bytes) / values;
    const { format } = nearestFormat(tensor([name], bits));
    expect(Math.abs(Math.log2(bitsPerValue(formatById(format)) / bits))).toBeLessThanOrEqual(1);
  }
});
