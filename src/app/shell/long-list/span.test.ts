import { expect, test } from 'vitest';
import { spanOf } from './span.ts';

test('what is seen is drawn, with some rows beyond it', () => {
  expect(spanOf(100_000, 44, 0, 440)).toEqual({ from: 0, to: 23 });
  expect(spanOf(100_000, 44, 44_000, 440)).toEqual({ from: 988, to: 1023 });
});

test('a list never ends before its last row, nor after it', () => {
  const { from, to } = spanOf(1000, 44, 44 * 1000 - 440, 440);
  expect(to).toBe(1000);
  expect(from).toBeLessThan(990);
  // A list that became shorter is still scrolled as far as it was.
  const shorter = spanOf(50, 44, 44_000, 440);
  expect(shorter.to).toBe(50);
  expect(shorter.from).toBeLessThan(40);
});

test('a short list is drawn whole', () => {
  expect(spanOf(3, 44, 0, 440)).toEqual({ from: 0, to: 3 });
  expect(spanOf(0, 44, 0, 440)).toEqual({ from: 0, to: 0 });
  expect(spanOf(3, 44, -50, 440)).toEqual({ from: 0, to: 3 });
});
