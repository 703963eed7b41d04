import { expect, test } from 'vitest';
import method from '../../../../docs/method.md?raw';
import calibration from '../../../../tests/calibration/README.md?raw';
import { FIGURES, QUOTES, REGIMES } from './calibration.ts';

/** The rows of the calibration's first table: regime, figure, intervals, hold the truth, … */
const rows = calibration
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, regime, figure, , held]) => ({ regime, figure, held }));

test('every share is that of the calibration’s table', () => {
  for (const { name, held } of REGIMES) {
    expect(held).toHaveLength(FIGURES.length);
    for (const [i, { name: figure }] of FIGURES.entries()) {
      const found = rows.filter((row) => row.regime === name && row.figure === figure);
      expect(found.map((row) => row.held)).toEqual([held[i]]);
    }
  }
});

test('every quote is word for word', () => {
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('’', "'");
  const sources = plain(`${method} ${calibration}`);
  for (const quote of Object.values(QUOTES)) expect(sources).toContain(plain(quote));
});
