import fc from 'fast-check';
import { quantileSorted } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { type Bucket, bucketOf, isCountable, quartilesOf } from './histogram.ts';

function bucketsOf(figures: readonly number[]): Bucket[] {
  const buckets = new Map<number, Bucket>();
  for (const figure of figures) {
    const bucket = bucketOf(figure);
    const { n, total } = buckets.get(bucket) ?? { n: 0, total: 0 };
    buckets.set(bucket, { bucket, n: n + 1, total: total + figure });
  }
  return [...buckets.values()];
}

const PARTS = [0.25, 0.5, 0.75] as const;

describe('quartiles', () => {
  test('of one figure are that figure, to the digit', () => {
    expect(quartilesOf(bucketsOf([1234.5678]))).toEqual({
      n: 1,
      lower: 1234.5678,
      median: 1234.5678,
      upper: 1234.5678,
    });
  });

  test('of figures in different buckets are exact', () => {
    const figures = [100, 110, 130, 190, 250, 400];
    const { n, lower, median, upper } = quartilesOf(bucketsOf(figures));
    expect([n, lower, median, upper]).toEqual([6, 115, 160, 235]);
  });

  test('of any figures are within half a percent of the exact ones, and in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (figures) => {
          const sorted = [...figures].sort((a, b) => a - b);
          const { n, lower, median, upper } = quartilesOf(bucketsOf(figures));
          expect(n).toBe(figures.length);
          for (const [index, figure] of [lower, median, upper].entries()) {
            const exact = quantileSorted(sorted, PARTS[index] ?? Number.NaN);
            expect(Math.abs(figure / exact - 1)).toBeLessThanOrEqual(0.00501);
          }
          expect(lower).toBeLessThanOrEqual(median);
          expect(median).toBeLessThanOrEqual(upper);
        },
      ),
    );
  });

  test('of a bucket whose sum has drifted stay in the bucket', () => {
    const bucket = bucketOf(100);
    expect(quartilesOf([{ bucket, n: 2, total: 3000 }]).median).toBeCloseTo(1.005 ** (bucket + 1), 9);
    expect(quartilesOf([{ bucket, n: 2, total: -1 }]).median).toBeCloseTo(1.005 ** bucket, 9);
  });

  test('of nothing are no number', () => {
    expect(quartilesOf([])).toEqual({ n: 0, lower: Number.NaN, median: Number.NaN, upper: Number.NaN });
  });
});

test.each([
  [1e-6, true],
  [1e8, true],
  [0, false],
  [-1, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
])('%d can be counted: %s', (figure, countable) => expect(isCountable(figure)).toBe(countable));
