import { expect, test } from 'vitest';
import { joulesPerToken, MEMORY_ENERGY } from './energy.ts';

const work = { batch: 1, weightBytes: 15e9, weightFlops: 0, kvBytes: 1e9, kvFlops: 0 };

test('reading 16 GB from HBM2 at 3.92 pJ/bit takes half a joule', () => {
  expect(joulesPerToken(work, MEMORY_ENERGY.hbm).joules).toBeCloseTo(0.502, 3);
});

test('requests share the energy of the weights, but not of the KV caches', () => {
  const shared = { ...work, batch: 10, kvBytes: 10 * work.kvBytes };
  expect(joulesPerToken(shared, MEMORY_ENERGY.hbm).joules).toBeCloseTo((2.5e9 * 8 * 3.92) / 1e12, 12);
});

test('GDDR7 takes GDDR6’s energy over what its vendors say that it gains', () => {
  const { gddr6, gddr7 } = MEMORY_ENERGY;
  expect([gddr7.pJPerBit, gddr7.range[0]]).toEqual([gddr6.pJPerBit / 1.2, gddr6.pJPerBit / 1.5]);
  expect(gddr7.source).toMatch(/^Derived/);
});

test('LPDDR5X is what vendors say it gains on the read currents of LPDDR4-3200, of 32 bits or of 16', () => {
  const { pJPerBit, range } = MEMORY_ENERGY.lpddr5x;
  const watts = 1.8 * 2.25e-3 + 1.1 * (275e-3 + 150e-3);
  const derived = [32, 16].map((bits) => ((watts / (bits * 3.2e9)) * 1e12 * 0.7 * 0.8).toFixed(1));
  expect(derived).toEqual(range.map((pJ) => pJ.toFixed(1)));
  expect(pJPerBit).toBeCloseTo(Math.sqrt(range[0] * range[1]), 1);
});

test.each(Object.values(MEMORY_ENERGY))('$memory has a source and a range around its value', (memory) => {
  const { joules, range } = joulesPerToken(work, memory);
  expect(range[0]).toBeLessThanOrEqual(joules);
  expect(range[1]).toBeGreaterThanOrEqual(joules);
  // The range holds on-package links and DIMMs, and no figure per byte or in nJ.
  expect(memory.pJPerBit).toBeGreaterThan(1);
  expect(memory.pJPerBit).toBeLessThan(50);
  expect(memory.source).toMatch(/20\d\d/);
});
