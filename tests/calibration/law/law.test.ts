import { expect, test } from 'vitest';
import { calibrateLaw, fitOf } from './law.ts';

// A small version of `law.calibrate.ts`: the fastest form with an onset.
const FORM = { doors: 'two', overlap: null, onset: true } as const;
const MACHINES = 30;

test('30 machines with an onset: intervals of each term hold the truth', () => {
  const { rows } = calibrateLaw(FORM, MACHINES);
  expect(rows.map(({ term }) => term).sort()).toEqual(['a', 'b', 'beta_kv', 'beta_w', 'onset', 't_d']);
  for (const { term, intervals, held } of rows) {
    expect(intervals, term).toBe(MACHINES);
    // Fewer than 23 of 30 intervals at 95 % happen by chance once in 100,000 times.
    expect(held, term).toBeGreaterThanOrEqual(23);
  }
});

test('a form is chosen, and intervals of its terms hold the truth', () => {
  const { found, rows } = calibrateLaw(FORM, 8, 'chosen');
  expect(found).toBeGreaterThanOrEqual(5);
  const [intervals, held] = [rows, rows].map((all, i) =>
    all.reduce((sum, row) => sum + (i === 0 ? row.intervals : row.held), 0),
  ) as [number, number];
  // Costs of a machine are no independent draws: of 48 intervals, 38 or fewer would be far off.
  expect(held / intervals).toBeGreaterThan(0.8);
});

test('machines of a form are not said to lack one', () => {
  const lacking = Array.from({ length: 10 }, (_, seed) => fitOf(FORM, seed + 1).law?.lackOfFit);
  expect(lacking.filter((one) => one !== null)).toEqual([]);
});
