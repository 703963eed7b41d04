import { expect, test } from 'vitest';
import type { ClockInfo, MemoryUse, Reading } from '../record/schema.ts';
import { unevenSlabs } from './slabs.ts';

const MB = 1e6;

/** Readings of a slab whose dispatches take `ms`, with what a region costs; `late` is added to each longer reading. */
function slab(bytes: number, ms: number, late: readonly number[] = [0, 0, 0, 0, 0]): MemoryUse['slabs'][number] {
  const reading = (dispatches: number, more: number): Reading => {
    const gpuMs = 0.05 + dispatches * ms + more;
    return { dispatches, wallMs: gpuMs + 1, gpuMs };
  };
  return { bytes, readings: late.flatMap((more) => [reading(4, 0), reading(16, more)]) };
}

const CLOCK: ClockInfo = {
  ...{ trusted: 'timestamp-query', reason: '', agreement: 1, preRoll: null, readings: [] },
  ...{ timestampQuantumNs: 1, wallQuantumMs: 0.005, emptySubmissionMs: 1, completionMs: 0 },
};

const uneven = (slabs: MemoryUse['slabs'], clock: Partial<ClockInfo> = {}) =>
  unevenSlabs(slabs, { ...CLOCK, ...clock });

test('slabs that are alike within a fifth are even', () => {
  expect(uneven([slab(256 * MB, 0.5), slab(256 * MB, 0.6), slab(256 * MB, 0.55)])).toBeUndefined();
});

test('a slow slab is found, with its bytes and its times', () => {
  const found = uneven([slab(256 * MB, 0.5), slab(256 * MB, 0.5), slab(256 * MB, 5), slab(256 * MB, 4)]);
  expect(found).toMatchObject({ slowBytes: 512 * MB, bytes: 1024 * MB });
  expect(found?.times).toBeCloseTo(10, 3);
});

test('one disturbed reading neither makes a slab slow nor hides one that is', () => {
  const disturbed = [0, 300, 0, 0, 0];
  expect(uneven([slab(256 * MB, 0.5), slab(256 * MB, 0.5, disturbed)])).toBeUndefined();
  expect(uneven([slab(256 * MB, 0.5, disturbed), slab(256 * MB, 5)])).toMatchObject({ slowBytes: 256 * MB });
});

test('a small slab that a cache holds does not make the others slow; a small one that is slow is', () => {
  expect(uneven([slab(256 * MB, 0.5), slab(32 * MB, 0.1)])).toBeUndefined();
  expect(uneven([slab(256 * MB, 0.5), slab(32 * MB, 5)])).toMatchObject({ slowBytes: 32 * MB });
});

test('steps of the clock are no difference', () => {
  const slabs = [slab(256 * MB, 0.05), slab(256 * MB, 0.1)];
  expect(uneven(slabs)).toBeDefined();
  expect(uneven(slabs, { timestampQuantumNs: 1e6 })).toBeUndefined();
  expect(uneven(slabs, { trusted: 'queue-drain', completionMs: 100 })).toBeUndefined();
});

test('too few rounds, or none, tell nothing', () => {
  const few = [0, 0, 0, 0];
  expect(uneven([slab(256 * MB, 0.5, few), slab(256 * MB, 5, few)])).toBeUndefined();
  expect(uneven([])).toBeUndefined();
});
