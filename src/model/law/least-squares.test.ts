import fc from 'fast-check';
import { expect, test } from 'vitest';
import { independence, leastSquaresNonNegative } from './least-squares.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true });

/** A column with a smaller share of its own depends on others. */
const DEPENDENT = 0.01;

/** Rows of four columns, each with a value of y. */
const problem = fc.array(fc.tuple(fc.tuple(entry, entry, entry, entry), entry), { minLength: 6, maxLength: 12 });

test('no other x ≥ 0 is nearer: positive variables have no gradient, and zero ones would make it worse', () => {
  fc.assert(
    fc.property(problem, (pairs) => {
      const [rows, y] = [pairs.map(([row]) => row), pairs.map(([, value]) => value)];
      // Columns that nearly depend on others do not occur, as in `identify`.
      const columns = [0, 1, 2, 3].map((k) => rows.map((row) => row[k] as number));
      fc.pre(independence(columns, DEPENDENT).every(({ share }) => share > DEPENDENT));
      const x = leastSquaresNonNegative(rows, y);
      const rest = rows.map(
        (row, i) => (y[i] as number) - row.reduce((total, a, k) => total + a * (x[k] as number), 0),
      );
      for (const [k, value] of x.entries()) {
        const slope = rows.reduce((total, row, i) => total + (row[k] as number) * (rest[i] as number), 0);
        expect(value).toBeGreaterThanOrEqual(0);
        if (value > 0) expect(Math.abs(slope)).toBeLessThan(1e-5);
        else expect(slope).toBeLessThan(1e-5);
      }
    }),
  );
});

test('an exact solution is found, whatever the units of the columns', () => {
  const rows = [
    [1e9, 1, 3],
    [2e9, 1, 1],
    [5e9, 1, 4],
    [3e9, 1, 1],
  ];
  const x = [2e-9, 0.5, 7];
  const y = rows.map((row) => row.reduce((total, a, k) => total + a * (x[k] as number), 0));
  for (const [k, value] of leastSquaresNonNegative(rows, y).entries())
    expect(value / (x[k] as number)).toBeCloseTo(1, 9);
});

test('a column of zeros gets 0, and two equal columns add up to the solution', () => {
  const [zero = -1, ...alike] = leastSquaresNonNegative(
    [
      [0, 1, 1],
      [0, 2, 2],
      [0, 3, 3],
    ],
    [2, 4, 6],
  );
  expect(zero).toBe(0);
  expect(alike.reduce((total, value) => total + value, 0)).toBeCloseTo(2, 9);
});

test('a column of the smallest numbers gets 0, and no x is beyond all numbers', () => {
  const rows = [
    [1, 0],
    [2, 5e-324],
    [3, 5e-324],
  ];
  const [one = 0, smallest] = leastSquaresNonNegative(rows, [2, 4, 7]);
  expect(one).toBeCloseTo(31 / 14, 9);
  expect(smallest).toBe(0);
});

test('a column that others explain is found, with those others', () => {
  const columns = [
    [1, 1, 1, 1],
    [1, 2, 3, 5],
    [3, 5, 7, 11],
    [0, 0, 0, 0],
    [1, 4, 9, 16],
  ];
  const found = independence(columns, 0.01);
  expect(found.map(({ share }) => share > 0.01)).toEqual([true, true, false, false, true]);
  expect(found[2]?.explainedBy).toEqual([0, 1]);
});
