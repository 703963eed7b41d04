import { expect, test } from 'vitest';
import { randomSource } from '../../../results/statistics.ts';
import type { PartFigures } from './api.ts';
import { lawOf } from './law-view.ts';

const BYTES = 16e9;

/** A part that reads `gbps`, and whose steps take `share` of that. */
const part = (gbps: number, share: number): PartFigures => {
  const middle = (median: number) => ({ n: 3, median, quartiles: [median, median] as const });
  return {
    ...{ key: `${gbps}`, name: `${gbps}`, part: { name: `${gbps}`, memoryGB: null, count: 1 } },
    ...{ gbps: middle(gbps), tokens: middle((share * gbps * 1e9) / BYTES) },
  };
};

const RATES = [50, 100, 200, 400, 800, 1600, 3200];

test('a law that holds wholly is found, without scatter', () => {
  const law = lawOf(
    RATES.map((gbps) => part(gbps, 0.9)),
    BYTES,
  );
  expect(law?.share.value).toBeCloseTo(0.9, 12);
  expect(law?.spread).toBeCloseTo(0, 12);
  expect(law?.outliers).toEqual([]);
});

test('one part that is off moves nothing, and is named with a reason', () => {
  const parts = RATES.map((gbps, i) => part(gbps, 0.9 * (1 + 0.01 * (i - 3))));
  const law = lawOf([...parts, part(1000, 0.3)], BYTES);
  expect(law?.share.value).toBeCloseTo(0.9, 1);
  expect(law?.outliers).toEqual([
    { key: '1000', off: expect.closeTo(-0.66, 1), why: expect.stringContaining('launches') },
  ]);
  expect(law?.spread).toBeLessThan(0.05);
  expect(lawOf([...parts, part(1000, 2)], BYTES)?.outliers).toMatchObject([
    { off: expect.any(Number), why: expect.stringContaining('cache') },
  ]);
});

test('of too few parts nothing is said, nor of parts without both figures', () => {
  expect(lawOf([part(100, 0.9), part(200, 0.9)], BYTES)).toBeNull();
  const [a, b, c] = [part(100, 0.9), part(200, 0.9), part(300, 0.9)];
  expect(lawOf([a, b, { ...c, gbps: null }], BYTES)).toBeNull();
  expect(lawOf([a, b, part(300, 0.1)], BYTES)?.outliers).toEqual([]);
});

test('the interval holds the truth in 95 of 100 collections, and five parts have none', () => {
  const source = randomSource(1);
  const random = () => source.below(2 ** 30) / 2 ** 30;
  let held = 0;
  for (let i = 0; i < 400; i++) {
    const parts = Array.from({ length: 15 }, (_, n) => part(100 + n, 0.8 * Math.exp(0.2 * (random() - 0.5))));
    const { value, ci95 } = lawOf(parts, BYTES)?.share ?? { value: 0, ci95: null };
    expect(ci95?.[0]).toBeLessThanOrEqual(value);
    if (ci95 && ci95[0] <= 0.8 && 0.8 <= ci95[1]) held++;
  }
  expect(held).toBeGreaterThanOrEqual(0.95 * 400 - 8);
  expect(
    lawOf(
      RATES.slice(0, 5).map((gbps) => part(gbps, 0.9)),
      BYTES,
    )?.share.ci95,
  ).toBeNull();
  expect(
    lawOf(
      RATES.slice(0, 6).map((gbps) => part(gbps, 0.9)),
      BYTES,
    )?.share.ci95,
  ).not.toBeNull();
});
