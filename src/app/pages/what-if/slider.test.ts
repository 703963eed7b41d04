import { describe, expect, test } from 'vitest';
import { afterKey, partOf, rangeAround, rebased, rounded, valueAt } from './slider.ts';

const range = rangeAround(24, { min: 0.01, max: 1e7 });

test('a range is around its base, within what is allowed', () => {
  expect(range).toEqual({ min: 1.5, max: 96 });
  expect(rangeAround(24, { min: 10, max: 50 })).toEqual({ min: 10, max: 50 });
});

test('a base stays while the value is near it', () => {
  expect(rebased(24, 96)).toBe(24);
  expect(rebased(24, 1.5)).toBe(24);
  expect(rebased(24, 97)).toBe(97);
  expect(rebased(24, 1.4)).toBe(1.4);
});

test('a value and its place are each other’s inverse', () => {
  for (const value of [1.5, 2, 24, 95.9, 96]) expect(valueAt(partOf(value, range), range)).toBeCloseTo(value, 9);
  expect(partOf(1.5, range)).toBe(0);
  expect(partOf(96, range)).toBe(1);
  expect(partOf(1000, range)).toBe(1);
  expect(partOf(1, { min: 1, max: 1 })).toBe(0);
});

test('a value has three digits, and stays in its range', () => {
  expect(rounded(24.3456, range)).toBe(24.3);
  expect(rounded(500, range)).toBe(96);
  expect(rounded(2.4, { min: 1, max: 10 }, true)).toBe(2);
  expect(rounded(0.2, { min: 1, max: 10 }, true)).toBe(1);
});

describe('keys', () => {
  test('change by 1 % and by 10 %, and go to the ends', () => {
    expect(afterKey('ArrowRight', 1000, { min: 1, max: 1e4 })).toBe(1010);
    expect(afterKey('PageUp', 1000, { min: 1, max: 1e4 })).toBe(1100);
    expect(afterKey('PageDown', 1100, { min: 1, max: 1e4 })).toBe(1000);
    expect(afterKey('Home', 24, range)).toBe(1.5);
    expect(afterKey('End', 24, range)).toBe(96);
    expect(afterKey('a', 24, range)).toBeUndefined();
  });

  test('always change what can change', () => {
    for (const value of [1.51, 10.1, 24, 99, 100.5]) {
      const wide = { min: 0.01, max: 1e4 };
      expect(afterKey('ArrowUp', value, wide)).toBeGreaterThan(value);
      expect(afterKey('ArrowDown', value, wide)).toBeLessThan(value);
    }
    expect(afterKey('ArrowUp', 1, { min: 1, max: 64 }, true)).toBe(2);
    expect(afterKey('ArrowDown', 3, { min: 1, max: 64 }, true)).toBe(2);
    expect(afterKey('ArrowUp', 96, range)).toBe(96);
  });
});
