import { expect, test } from 'vitest';
import { COLD_ROTATION_BYTES } from '../../results/derived/cold.ts';
import { poolSizes, type SidePools } from './pools.ts';

const GiB = 2 ** 30;
const SIDE: SidePools = { written: true, scales: [1, 2, 3].map((keep) => ({ keep, set: 0 })) };

test.each([64 * 2 ** 20, 1e8, 1e9, GiB, 2e9, 2.25 * GiB, 1e12])('all pools together keep within %i bytes', (budget) => {
  const { main, written, scales, total } = poolSizes(GiB, SIDE, budget);
  expect(total).toBe(main + written + SIDE.scales.length * scales);
  expect(total).toBeLessThanOrEqual(budget);
  expect(total).toBeGreaterThan(Math.min(budget, 2 * GiB) * 0.99);
  expect(Math.min(main, written, scales)).toBeGreaterThan(0);
});

test('if memory is ample, the main pool has the size of the profile, and all of it is cold', () => {
  const { main, written } = poolSizes(4 * GiB, SIDE);
  expect(main).toBe(4 * GiB);
  expect(main).toBeGreaterThanOrEqual(COLD_ROTATION_BYTES);
  expect(written).toBe(GiB);
});

test('a pool that a run does not stream through takes nothing from the budget', () => {
  expect(poolSizes(4 * GiB, { written: false, scales: [] }, GiB).main).toBe(GiB);
});
