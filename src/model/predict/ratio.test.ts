import { expect, test } from 'vitest';
import { expectedRatio } from './ratio.ts';

const speed = (tokensPerSecond: number, low: number, high: number) => ({
  tokensPerSecond,
  interval: [low, high] as const,
});

test('of two speeds: the errors of their logarithms add up as squares', () => {
  const { ratio, interval } = expectedRatio(speed(100, 50, 200), speed(300, 150, 600)) ?? { ratio: 0, interval: [] };
  expect(ratio).toBe(3);
  expect(interval[0]).toBeCloseTo(3 / 2 ** Math.SQRT2, 12);
  expect(interval[1]).toBeCloseTo(3 * 2 ** Math.SQRT2, 12);
});

test('of a speed that is known exactly: the interval of the other', () => {
  const [exact, other] = [speed(100, 100, 100), speed(50, 40, 55)];
  expect(expectedRatio(exact, other)).toEqual({
    ratio: 0.5,
    interval: [expect.closeTo(0.4, 12), expect.closeTo(0.55, 12)],
  });
  expect(expectedRatio(other, exact)).toEqual({
    ratio: 2,
    interval: [expect.closeTo(100 / 55, 12), expect.closeTo(2.5, 12)],
  });
});

test('the other way round, each end is one over the other', () => {
  const [one, other] = [speed(78.7, 64.7, 95.8), speed(44.7, 35.1, 57)];
  const [there, back] = [expectedRatio(one, other), expectedRatio(other, one)];
  expect(1 / (back?.ratio ?? 0)).toBeCloseTo(there?.ratio ?? 0, 12);
  expect(back?.interval.map((end) => 1 / end).reverse()).toEqual(there?.interval.map((end) => expect.closeTo(end, 12)));
});

test('of nothing is nothing', () => {
  const none = { tokensPerSecond: null, interval: null };
  expect(expectedRatio(none, speed(1, 1, 1))).toBeUndefined();
  expect(expectedRatio(speed(1, 1, 1), none)).toBeUndefined();
});
