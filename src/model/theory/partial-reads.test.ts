import { expect, test } from 'vitest';
import { productLaw } from './laws.ts';
import { gainOfDoubling, LAW_SPAN, productLawRange, shareForProductLaw } from './partial-reads.ts';

const dense = { weightBytes: 100, weightBytesRead: 100 };
const at = (memoryBytes: number, cacheShareRead: number) => ({
  ...{ ...dense, memoryBytes, cacheShareRead, bytesPerSecond: 1, cacheBytes: 1 },
});

test('where nothing of the caches is read, twice the memory is twice the throughput from six times the weights on', () => {
  expect(gainOfDoubling(at(600, 0))).toBeCloseTo(2.2, 9);
  expect(gainOfDoubling(at(1e6, 0))).toBeCloseTo(2, 3);
});

test('where all is read, it is so in a narrow range about the tangent only, and more memory buys nothing later', () => {
  const [from, to] = productLawRange({ ...dense, cacheShareRead: 1 });
  expect([from, to].map((memory) => gainOfDoubling(at(memory, 1)))).toEqual([
    expect.closeTo(2.2, 6),
    expect.closeTo(1.8, 6),
  ]);
  expect(to / from).toBeLessThan(1.2);
  expect(gainOfDoubling(at(1e6, 1))).toBeCloseTo(1, 3);
  expect(productLaw(at(2000, 1)) / productLaw(at(1000, 1))).toBe(2);
});

test('the range grows as less is read, and the share that is needed is just small enough', () => {
  const spanAt = (cacheShareRead: number) => {
    const [from, to] = productLawRange({ ...dense, cacheShareRead });
    return to / from;
  };
  const spans = [1, 0.3, 0.1, 0.03, 0.01, 0.001].map(spanAt);
  expect(spans).toEqual([...spans].sort((a, b) => a - b));
  const share = shareForProductLaw(dense);
  expect(share).toBeGreaterThan(0.03);
  expect(share).toBeLessThan(0.05);
  expect(spanAt(share)).toBeCloseTo(LAW_SPAN, 6);
});
