import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomWord } from '../random.ts';
import { activationCode, activationIndex, activationScale, activationValue, spread } from './activations.ts';
import {
  type Arithmetic,
  bitsPerValue,
  hasArithmetic,
  matrixLayout,
  matrixReader,
  matrixWgsl,
  packMatrix,
  quantsPerLoad,
} from './format.ts';
import { FORMATS, formatById } from './index.ts';

const FORMAT_LIST = Object.values(FORMATS);
const codes = ({ bits }: (typeof FORMAT_LIST)[number]): number[] =>
  bits <= 16
    ? Array.from({ length: 2 ** bits }, (_, code) => code)
    : [0, 1, 0x80000000, 0x7f7fffff, 0x00800000, 0x3fc00000];

describe.each(FORMAT_LIST)('$id', (format) => {
  test('its id is its name in the list', () => expect(FORMATS[format.id]).toBe(format));

  test('every code that packing can make comes back as itself: largest, smallest, zero and subnormal', () => {
    let made = 0;
    for (const code of codes(format)) {
      const quant = format.quant(code);
      if (!(Math.abs(quant) <= format.largest) || Object.is(quant, -0)) continue;
      expect(format.quant(format.code(quant))).toBe(quant);
      made++;
    }
    expect(made).toBeGreaterThanOrEqual(3);
    expect(format.quant(format.code(format.largest))).toBe(format.largest);
    expect(format.quant(format.code(0))).toBe(0);
  });

  test('values that are packed and read are within the error bound', () => {
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 3 }), columns: fc.integer({ min: 1, max: 300 }) });
    const value = fc.double({ min: -60000, max: 60000, noNaN: true });
    fc.assert(
      fc.property(sizes, fc.array(value, { minLength: 900, maxLength: 900 }), ({ rows, columns }, values) => {
        const layout = matrixLayout(format, rows, columns);
        const at = (row: number, column: number) => values[row * columns + column] ?? 0;
        const { quants, scales } = packMatrix(layout, at);
        expect(quants.byteLength).toBe(layout.quantBytes);
        expect(scales.byteLength).toBe(layout.scaleBytes);
        const read = matrixReader(
          layout,
          (i) => quants[i] ?? 0,
          (i) => scales[i] ?? 0,
        );
        const group = { rows: format.scales?.rows ?? 1, columns: format.scales?.columns ?? columns };
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            let largest = 0;
            const [top, left] = [row - (row % group.rows), column - (column % group.columns)];
            for (let r = top; r < Math.min(top + group.rows, rows); r++) {
              for (let c = left; c < Math.min(left + group.columns, columns); c++)
                largest = Math.max(largest, Math.abs(at(r, c)));
            }
            const { type } = format.scales ?? {};
            const scale = type ? type.value(type.code(largest / format.largest)) : 1;
            // A value that the scale's own range cannot hold (beyond 448 × 6 in nvfp4) is clipped, which is not
            // tested here.
            if (largest > scale * format.largest) continue;
            const bound = Math.abs(at(row, column)) * format.relativeError + scale * format.absoluteError;
            expect(Math.abs(read(row, column) - at(row, column))).toBeLessThanOrEqual(bound * (1 + 1e-9));
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('its random words are numbers', () => {
    const perWord = 32 / format.bits;
    for (let i = 0; i < 5000; i++) {
      const word = randomWord(i, 11, format.words);
      for (let j = 0; j < perWord; j++) {
        const code = format.bits === 32 ? word : (word >>> (j * format.bits)) & (2 ** format.bits - 1);
        expect(format.quant(code)).not.toBeNaN();
      }
    }
  });

  test('WGSL unpacks a load in parts of four, and of sixteen bytes', () => {
    const layout = matrixLayout(format, 1, 1);
    const functions = (arithmetic: Arithmetic, name: string) =>
      [...matrixWgsl('m', layout, arithmetic).matchAll(new RegExp(`fn ${name}_(\\d+)\\(`, 'g'))].map(([, i]) =>
        Number(i),
      );
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
    expect(functions('f32', 'unpack')).toEqual(upTo(quantsPerLoad(format) / 4));
    if (hasArithmetic(format, 'i8')) expect(functions('i8', 'bytes')).toEqual(upTo(spread(format)));
    expect(matrixWgsl('m', layout)).toContain('fn m_scale(');
  });

  test('no scale is a subnormal f16 or f32, which WGSL may read as zero', () => {
    if (!format.scales) return;
    const { type } = format.scales;
    const min = type.bits === 16 ? 2 ** -14 : type.id === 'e4m3' ? 0 : 2 ** -126;
    for (const scale of [0, 2 ** -149, 2 ** -127, 2 ** -126, 2 ** -25, 2 ** -15, 2 ** -14, 1]) {
      const made = type.value(type.code(scale));
      expect(made).toBeGreaterThanOrEqual(Math.max(min, scale));
      expect(made).toBeLessThanOrEqual(Math.max(min, scale, type.id === 'e4m3' ? 2 ** -9 : 0));
    }
  });

  test('a scale is shared by whole parts of four', () => {
    if (!format.scales) return;
    expect(format.scales.columns % 4).toBe(0);
    const [wide, narrow] = [format.scales.columns, quantsPerLoad(format)].sort((a, b) => b - a) as [number, number];
    expect(wide % narrow).toBe(0);
  });
});

test.each([
  ['f16', 65504, 0x7bff],
  ['f16', 2 ** -24, 0x0001],
  ['f16', 2 ** -14, 0x0400],
  ['f16', -0, 0x8000],
  ['f32', 1.5, 0x3fc00000],
  ['f32', 2 ** -149, 1],
  ['bf16', 1 + 2 ** -8, 0x3f80],
  ['bf16', -2, 0xc000],
  ['int8', -127, 0x81],
  ['int4-g32', -7, 1],
  ['int4-g32', 7, 15],
  ['mxfp4', 6, 7],
  ['mxfp4', -0.5, 9],
  ['mxfp4', 5, 6],
  ['nvfp4', 1.25, 2],
  ['fp8', 448, 0x7e],
  ['fp8', 2 ** -9, 1],
  ['fp8', 2 ** -6, 8],
  ['fp8', -1, 0xb8],
  ['ternary', -1, 0],
  ['ternary', 0.4, 1],
])('%s packs %d as its code', (id, value, code) => {
  expect(formatById(id).code(value)).toBe(code);
});

test.each([
  ['f32', 32],
  ['f16', 16],
  ['bf16', 16],
  ['int8', 8.5],
  ['int4-g32', 4.5],
  ['int4-g128', 4.125],
  ['mxfp4', 4.25],
  ['nvfp4', 4.5],
  ['fp8', 8 + 32 / 16384],
  ['ternary', 2.0625],
])('%s takes %d bits a value, scales included', (id, bits) => {
  expect(bitsPerValue(formatById(id))).toBe(bits);
  const { quantBytes, scaleBytes } = matrixLayout(formatById(id), 256, 4096);
  expect(((quantBytes + scaleBytes) * 8) / (256 * 4096)).toBeCloseTo(bits, 9);
});

test('an unknown format is refused with the list', () => {
  expect(() => formatById('int3')).toThrow('there are f32, f16');
});

describe.each(FORMAT_LIST)('activations that meet $id', (format) => {
  const layout = matrixLayout(format, 1, 5 * quantsPerLoad(format));

  test.each(['f32', 'i8'] as const)('every value has a place of its own, as %s', (arithmetic) => {
    if (!hasArithmetic(format, arithmetic)) return;
    const places = Array.from({ length: layout.storedColumns }, (_, k) => activationIndex(k, layout, arithmetic));
    expect([...places].sort((a, b) => a - b)).toEqual(places.map((_, i) => i));
  });

  test('neighbouring loads meet neighbouring vectors', () => {
    const next = quantsPerLoad(format);
    for (let k = 0; k < next; k++) {
      expect(activationIndex(k + next, layout, 'f32') - activationIndex(k, layout, 'f32')).toBe(4);
      if (!hasArithmetic(format, 'i8')) continue;
      expect(activationIndex(k + next, layout, 'i8') - activationIndex(k, layout, 'i8')).toBe(16);
    }
  });

  test('byte j of word w of vector k is value 4n·w + n·j + k of its load', () => {
    if (!hasArithmetic(format, 'i8')) return;
    const n = spread(format);
    for (let k = 0; k < n; k++)
      for (let w = 0; w < 4; w++)
        for (let j = 0; j < 4; j++) {
          const value = 3 * quantsPerLoad(format) + 4 * n * w + n * j + k;
          expect(activationIndex(value, layout, 'i8')).toBe((k * layout.loadsPerRow + 3) * 16 + 4 * w + j);
        }
  });
});

test('activations of unit variance lose less than 5e-4 of their energy as bytes', () => {
  let [error, energy] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.double({ max: 1, min: 0, noNaN: true })), {
        minLength: 512,
        maxLength: 512,
      }),
      (uniforms) => {
        // The transform of Box and Muller makes normal values.
        const row = Float32Array.from(uniforms, ([u, v]) => Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
        const scale = activationScale(row);
        for (const value of row) {
          const decoded = activationValue(activationCode(value, scale), scale);
          expect(Math.abs(decoded - value)).toBeLessThanOrEqual(scale * 0.5000001);
          error += (decoded - value) ** 2;
          energy += value ** 2;
        }
      },
    ),
    { numRuns: 30, seed: 1 },
  );
  expect(error / energy).toBeLessThan(5e-4);
});

test('a token of zeros stays zero', () => {
  const scale = activationScale(new Float32Array(4));
  expect(activationValue(activationCode(0, scale), scale)).toBe(0);
});
