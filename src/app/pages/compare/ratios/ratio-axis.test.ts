import { expect, test } from 'vitest';
import { ratioAxis } from './ratio-axis.ts';

const axis = (...values: readonly number[]) => ratioAxis(values.map((value) => ({ value, ci95: null })));

test('1 is on every axis, and a ratio lies as far from it as its reciprocal does on the other side', () => {
  for (const values of [[1.42], [0.2], [1.001], [0.01, 300], []]) {
    const { at, ticks } = axis(...values);
    expect(ticks).toContain(1);
    expect(at(1)).toBeGreaterThan(0);
    expect(at(1)).toBeLessThan(1);
    expect(at(2) - at(1)).toBeLessThanOrEqual(1);
  }
  const { at } = axis(0.5, 2);
  expect(at(2) - at(1)).toBeCloseTo(at(1) - at(0.5), 10);
});

test('marks are round, and few', () => {
  expect(axis(1.42).ticks).toEqual([1, 1.1, 1.2, 1.3, 1.4]);
  expect(axis(1.01).ticks).toEqual([0.96, 0.98, 1, 1.02, 1.04]);
  expect(axis(0.6, 3).ticks).toEqual([1, 1.5, 2, 2.5, 3]);
  // On a phone, 0.8 would run into 1.
  expect(axis(0.127, 0.683).ticks).toEqual([0.2, 0.5, 1]);
  expect(axis(0.01, 100).ticks).toEqual([0.01, 0.1, 1, 10, 100]);
  for (let high = 1.01; high < 1e5; high *= 1.3) expect(axis(high).ticks.length).toBeLessThanOrEqual(6);
});

test('no ratio and no end of an interval touches the edge', () => {
  const { at } = ratioAxis([{ value: 1.42, ci95: [1.2, 1.7] }]);
  expect(at(1.7)).toBeLessThan(0.97);
  expect(at(1)).toBeGreaterThan(0.03);
});

test('what lies beyond the axis is at its end', () => {
  const { at } = axis(2);
  expect([at(1e-6), at(1e6)]).toEqual([0, 1]);
});
