import { expect, test } from 'vitest';
import type { Measurement, RunRecord } from '../../../../results/record/schema.ts';
import type { Kernel, Tuning } from '../../../../shaders/kernel.ts';
import { kernelRows, kernelTable } from './kernel-table.ts';

const fake = (id: string, more: Partial<Kernel> = {}) =>
  ({ id, defaults: { lanes: 8 }, ...more }) as Partial<Kernel> as Kernel;
const [read, gemv, scalar] = [fake('read'), fake('gemv'), fake('scalar', { baselineOf: 'read' })];

/** Six rounds on a machine that gets 10 % slower in each round, which ratios within rounds do not show. */
function measured(kernel: string, ms: number, tuning: Tuning = { lanes: 8 }, format?: string): Measurement {
  const samples = Array.from({ length: 6 }, (_, round) =>
    [1, 4].map((dispatches) => ({
      dispatches,
      round,
      atMs: round,
      wallMs: 5 + dispatches * ms * 1.1 ** round,
      gpuMs: dispatches * ms * 1.1 ** round,
    })),
  ).flat();
  return {
    status: 'measured',
    case: { kernel, variant: 'portable', params: { bytes: 1e6, ...(format && { format }) }, tuning: { ...tuning } },
    work: { bytesRead: 1e6, bytesWritten: 0, flops: 0 },
    rotationBytes: 0,
    preRollDispatches: 0,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    checks: [],
    samples,
    discarded: [],
    stopped: 'interval',
  };
}

const recordOf = (measurements: Measurement[]) =>
  ({ clock: { trusted: 'timestamp-query' }, measurements }) as Partial<RunRecord> as RunRecord;

const best: Tuning = { lanes: 32 };
const options = {
  kernels: [read, gemv, scalar],
  ceiling: 'read',
  tuned: (kernel: Kernel) => kernel.id === 'gemv',
};

const rows = kernelRows(
  recordOf([
    measured('read', 1),
    measured('gemv', 1.25, best, 'f16'),
    measured('gemv', 2, undefined, 'f16'),
    measured('gemv', 4, undefined, 'f32'),
    measured('scalar', 3),
    measured('gemv', 9, best, 'f16-gate-up'),
    {
      status: 'skipped',
      case: {
        kernel: 'gemv',
        variant: 'portable',
        params: { bytes: 1e6, format: 'f16-gate-up' },
        tuning: { lanes: 8 },
      },
      reason: 'one dispatch takes 60 ms',
    },
    {
      status: 'skipped',
      case: { kernel: 'gemv', variant: 'subgroups', params: { bytes: 1 }, tuning: {} },
      reason: 'needs subgroups',
    },
  ]),
  options,
);

test('each problem is a row, with its best tuning, against the ceiling, the defaults and the baseline of the same rounds', () => {
  expect(rows).toHaveLength(6);
  const [ceiling, f16, f32] = rows;
  expect(ceiling?.ofCeiling?.value).toBe(1);
  expect(ceiling?.overScalar?.value).toBeCloseTo(3, 9);
  expect(ceiling?.tunedOverDefault).toBeNull();
  expect(f16).toMatchObject({ tuning: best, bytes: 1e6 });
  expect(f16?.ofCeiling?.value).toBeCloseTo(0.8, 9);
  expect(f16?.tunedOverDefault?.value).toBeCloseTo(1.6, 9);
  const [low = 0, high = 0] = f16?.tunedOverDefault?.ci95 ?? [];
  expect(high - low).toBeLessThan(1e-9);
  expect(f32?.tunedOverDefault).toEqual({ value: 1, ci95: [1, 1] });
});

test('in the table, a problem without a figure says why', () => {
  const text = kernelTable(rows);
  expect(text).toContain('tuned ÷ default');
  expect(text).toMatch(/^gemv +f16 +portable/m);
  expect(text).toMatch(/f16-gate-up.* defaults untimed$/m);
  expect(text).toMatch(/^defaults untimed: gemv .*one dispatch takes 60 ms$/m);
  expect(text).toMatch(/^skipped: gemv .*needs subgroups$/m);
});
