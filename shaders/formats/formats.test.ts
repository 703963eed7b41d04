import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packedBytes } from './format.ts';
import { FORMATS, formatById } from './index.ts';

/** The normal range that the formats share. */
const values = fc.array(fc.double({ min: -60000, max: 60000, noNaN: true }), { minLength: 1, maxLength: 67 });

describe.each(Object.values(FORMATS))('$id', (format) => {
  test('its id is its name in the list', () => expect(FORMATS[format.id]).toBe(format));

  test('pack → decode stays within its error bound', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const words = format.pack(numbers);
        expect(words.byteLength).toBe(packedBytes(format, numbers.length));
        numbers.forEach((number, i) => {
          const decoded = format.decode((index) => words[index] ?? 0, i);
          // Below the normal range the step is absolute: half the smallest subnormal of f16.
          expect(Math.abs(decoded - number)).toBeLessThanOrEqual(Math.abs(number) * format.relativeError + 2 ** -25);
        });
      }),
    );
  });

  test('what lies behind the values is zero', () => {
    const words = format.pack([1]);
    for (let i = 1; i < format.valuesPerLoad; i++) expect(format.decode((index) => words[index] ?? 1, i)).toBe(0);
  });

  test('WGSL unpacks a load in parts of four', () => {
    for (const wgsl of Object.values(format.unpack)) {
      const parts = [...wgsl.matchAll(/fn unpack_(\d+)\(/g)].map(([, part]) => Number(part));
      expect(parts).toEqual(Array.from({ length: format.valuesPerLoad / 4 }, (_, i) => i));
    }
  });
});

test.each([
  ['f16', 65504, 0x7bff],
  ['f16', 2 ** -24, 0x0001],
  ['f16', 2 ** -14, 0x0400],
  ['f16', -0, 0x8000],
  ['f32', 1.5, 0x3fc00000],
  ['f32', 2 ** -149, 1],
])('%s packs %d as its code', (id, value, code) => {
  expect(formatById(id).pack([value])[0]).toBe(code);
});

test('an unknown format is refused with the list', () => {
  expect(() => formatById('int3')).toThrow('there are f32, f16');
});
