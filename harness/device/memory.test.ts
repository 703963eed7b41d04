import { expect, test } from 'vitest';
import { COLD_ROTATION_BYTES } from '../../results/caches.ts';
import { poolSizes, type SidePools } from './memory.ts';

const GiB = 2 ** 30;
const SIDE: SidePools = { written: true, scales: 3 };

test.each([64 * 2 ** 20, 1e8, 1e9, GiB, 2e9, 2.25 * GiB, 1e12])('all pools together keep within %i bytes', (budget) => {
  const { main, written, scales } = poolSizes(GiB, budget, SIDE);
  expect(main + written + SIDE.scales * scales).toBeLessThanOrEqual(budget);
  expect(main + written + SIDE.scales * scales).toBeGreaterThan(Math.min(budget, 2 * GiB) * 0.99);
  expect(Math.min(main, written, scales)).toBeGreaterThan(0);
});

test('if memory is ample, the main pool has the size of the profile, and written memory is cold for most caches', () => {
  const { main, written } = poolSizes(4 * GiB, Number.POSITIVE_INFINITY, SIDE);
  expect(main).toBe(4 * GiB);
  expect(main).toBeGreaterThanOrEqual(COLD_ROTATION_BYTES);
  expect(written).toBeGreaterThanOrEqual(4 * 256e6);
});

test('a pool that a run does not stream through takes nothing from the budget', () => {
  expect(poolSizes(4 * GiB, GiB, { written: false, scales: 0 }).main).toBe(GiB);
});
