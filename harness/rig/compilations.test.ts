import { expect, test } from 'vitest';
import { fastestAgree } from './compilations.ts';

const agree = (...ms: number[]) => fastestAgree(ms.map((dispatchMs) => ({ dispatchMs })));

test('two compilations that differ by some per cent agree; slow code beside good code does not', () => {
  expect(agree(10, 10.5)).toBe(true);
  expect(agree(30, 10)).toBe(false);
});

test('of three compilations the two fastest count', () => {
  expect(agree(30, 10, 11)).toBe(true);
  expect(agree(30, 29, 10)).toBe(false);
});

test('a single compilation agrees with nothing', () => {
  expect(agree(10)).toBe(false);
});
