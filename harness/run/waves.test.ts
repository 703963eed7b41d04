import { expect, test } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import type { PlannedCase } from '../sampling/plan.ts';
import { wavesOf } from './waves.ts';

const kernel = (id: string, more: Partial<Kernel> = {}) =>
  ({
    id,
    work: ({ bytes }) => ({ bytesRead: Number(bytes), bytesWritten: 0, flops: 0 }),
    ...more,
  }) as Partial<Kernel> as Kernel;
const yardstick = { includes: ({ bytes }: { bytes?: unknown }) => Number(bytes) < 9, layouts: [] };
const [write, gemv] = [kernel('write'), kernel('gemv', { yardstick })];
const [read, scalar] = [kernel('read', { yardstick }), kernel('scalar', { baselineOf: 'read' })];
const planned = (k: Kernel, bytes: number, lanes = 1): PlannedCase => ({
  kernel: k,
  variant: 'portable',
  params: { bytes },
  tuning: { lanes },
  skip: undefined,
});

const plan = [
  planned(write, 4),
  ...[planned(gemv, 2), planned(gemv, 2, 2), planned(gemv, 9), planned(gemv, 4)],
  ...[planned(read, 4), planned(scalar, 4)],
];
const isCeiling = (index: number) => plan[index]?.kernel === read;
const casesOf = (atLeast: number) => wavesOf(plan, isCeiling, atLeast).map(({ cases }) => cases);

test('first come previews of the cases by which a machine is judged: the ceiling, and the largest of other yardsticks', () => {
  const [ceiling, largest, ...rest] = wavesOf(plan, isCeiling, 1);
  expect(ceiling).toEqual({ cases: [5], preview: true });
  expect(largest).toEqual({ cases: [4], preview: true });
  expect(rest.every((wave) => !wave.preview)).toBe(true);
});

test('then the most important problems come first; tunings of a problem and baselines share its wave', () => {
  expect(casesOf(1).slice(2)).toEqual([[5, 6], [4], [1, 2], [0], [3]]);
});

test('all sizes of the ceiling come first, the largest before others, wherever the plan has them', () => {
  const sizes = [planned(gemv, 1), planned(read, 1), planned(gemv, 2), planned(read, 2)];
  const waves = wavesOf(sizes, (index) => sizes[index]?.kernel === read, 2);
  expect(waves.filter(({ preview }) => !preview).map(({ cases }) => cases)).toEqual([
    [3, 1],
    [2, 0],
  ]);
});

test('the ceiling within a part of the pool is not in the preview', () => {
  const half = { ...planned(read, 2), withinBytes: 1 };
  const sizes = [planned(gemv, 1), planned(read, 1), planned(read, 2), half];
  const waves = wavesOf(sizes, (index) => sizes[index]?.kernel === read, 9);
  expect(waves.map(({ cases }) => cases)).toEqual([[2, 1], [0], [2, 3, 1, 0]]);
});

test('a wave takes whole problems until it has enough cases', () => {
  expect(casesOf(3).slice(2)).toEqual([[5, 6, 4], [1, 2, 0], [3]]);
  expect(casesOf(Number.POSITIVE_INFINITY).slice(2)).toEqual([[5, 6, 4, 1, 2, 0, 3]]);
});

test('a plan of nothing else needs no preview', () => {
  expect(wavesOf([planned(read, 4)], () => true, 1)).toEqual([{ cases: [0], preview: false }]);
});
