import { expect, test } from 'vitest';
import { randomWord } from '../random.ts';
import { matrixLayout, matrixReader } from './format.ts';
import { FORMATS } from './index.ts';
import { wordsOfSize } from './tame.ts';

/** The root mean square of a random matrix in words of this size. */
function measured(id: string, size: number): number {
  const format = FORMATS[id];
  if (!format) throw new Error(id);
  const layout = matrixLayout(format, 256, 512);
  const { quants, scales } = wordsOfSize(format, size);
  const read = matrixReader(
    layout,
    (i) => randomWord(i, 1, quants),
    (i) => randomWord(i, 2, scales ?? quants),
  );
  let squares = 0;
  let values = 0;
  for (let row = 0; row < 256; row += 5) {
    for (let column = 0; column < 512; column++, values++) squares += read(row, column) ** 2;
  }
  return Math.sqrt(squares / values);
}

test.each(Object.keys(FORMATS).flatMap((id) => [1, 1 / 8, 1 / 45, 1 / 120].map((size) => [id, size] as const)))(
  '%s has values of about %f',
  (id, size) => {
    // The scales of nvfp4 end at 2⁻⁶: for smaller values, the format has a second scale for the whole matrix.
    const min = id === 'nvfp4' ? 2 ** -4 : 0;
    const ratio = measured(id, size) / Math.max(size, min);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  },
);
