import { expect, test } from 'vitest';
import { estimate } from '../../results/statistics.ts';
import { mayEnd } from './settling.ts';

test('rounds end with their time once the interval excludes zero, or after twice the minimum', () => {
  const [known, unknown] = [estimate(1, [0.9, 1, 1.1], 3), estimate(1, [0.9, 1, 1.1], 2)];
  expect(unknown.ci95).toBeNull();
  expect([2, 3, 4].map((rounds) => mayEnd(rounds, 3, known))).toEqual([false, true, true]);
  expect([3, 5, 6].map((rounds) => mayEnd(rounds, 3, unknown))).toEqual([false, false, true]);
  expect([3, 6].map((rounds) => mayEnd(rounds, 3, undefined))).toEqual([false, true]);
  const includesZero = estimate(1, [-1, 1, 3], 3);
  expect(includesZero.ci95?.[0]).toBeLessThan(0);
  expect([3, 5, 6].map((rounds) => mayEnd(rounds, 3, includesZero))).toEqual([false, false, true]);
});
