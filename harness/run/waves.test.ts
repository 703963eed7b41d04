import { expect, test } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import type { PlannedCase } from '../sampling/plan.ts';
import { wavesOf } from './waves.ts';

const kernel = (id: string, baselineOf?: string) =>
  ({ id, ...(baselineOf !== undefined && { baselineOf }) }) as Partial<Kernel> as Kernel;
const [gemv, read, scalar] = [kernel('gemv'), kernel('read'), kernel('scalar', 'read')];
const planned = (k: Kernel, bytes: number, lanes = 1): PlannedCase => ({
  kernel: k,
  variant: 'portable',
  params: { bytes },
  tuning: { lanes },
  skip: undefined,
});

const plan = [planned(gemv, 1), planned(gemv, 1, 2), planned(gemv, 2), planned(read, 1), planned(scalar, 1)];
const isCeiling = (index: number) => plan[index]?.kernel === read;

test('the ceiling comes first with its baseline; the tunings of a problem share a wave', () => {
  expect(wavesOf(plan, isCeiling, 1)).toEqual([[3, 4], [0, 1], [2]]);
});

test('all sizes of the ceiling come first, wherever the plan has them', () => {
  const sizes = [planned(gemv, 1), planned(read, 1), planned(gemv, 2), planned(read, 2)];
  expect(wavesOf(sizes, (index) => sizes[index]?.kernel === read, 2)).toEqual([
    [1, 3],
    [0, 2],
  ]);
});

test('a wave takes whole problems until it has enough cases', () => {
  expect(wavesOf(plan, isCeiling, 3)).toEqual([[3, 4, 0, 1], [2]]);
  expect(wavesOf(plan, isCeiling, Number.POSITIVE_INFINITY)).toEqual([[3, 4, 0, 1, 2]]);
});
