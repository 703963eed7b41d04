import { expect, test } from 'vitest';
import { sumOver } from './sum-over.ts';

const plainly = (first: number, last: number, f: (x: number) => number): number => {
  let sum = 0;
  for (let x = first; x <= last; x++) sum += f(x);
  return sum;
};

test.each<[string, number, number, (x: number) => number]>([
  ['a line', 1, 12_345, (x) => 3 * x + 7],
  ['one number', 9, 9, (x) => x],
  ['two numbers', 9, 10, (x) => x * x],
  ['a window of 512', 1, 9999, (x) => 5 * Math.min(x, 512) + 2 * x],
  ['two bends', 17, 4321, (x) => Math.min(x, 100) + Math.min(x, 3000)],
  ['a time whose bound changes', 1, 5000, (x) => Math.max(1000, x) + x],
  ['no line at all', 1, 300, (x) => Math.sqrt(x)],
])('%s is summed as term by term', (_, first, last, f) => {
  expect(sumOver(first, last, f) / plainly(first, last, f)).toBeCloseTo(1, 9);
});

test('nothing is 0, and a million terms take few calls', () => {
  expect(sumOver(2, 1, () => 1)).toBe(0);
  let calls = 0;
  sumOver(1, 1e6, (x) => {
    calls++;
    return Math.min(x, 4096);
  });
  expect(calls).toBeLessThan(200);
});
