import { expect, test } from 'vitest';
import type { Measured, Measurement, RunRecord } from '../record/schema.ts';
import { bandwidthGBps, cacheCurve, outlierCount, runDrift } from './derive.ts';

/** A measurement on a machine without noise. */
function measured(kernel: string, dispatchMs: number, workingSetBytes?: number): Measurement {
  const samples = [0, 1, 2, 3].flatMap((round) =>
    [1, 4].map((dispatches) => ({ dispatches, round, atMs: round, wallMs: 5 + dispatches * dispatchMs, gpuMs: null })),
  );
  return {
    status: 'measured',
    case: { kernel, variant: 'portable', params: {}, tuning: {} },
    work: { bytesRead: 8e6, bytesWritten: 0, flops: 0 },
    rotationBytes: workingSetBytes ?? 2e9,
    ...(workingSetBytes !== undefined && { workingSetBytes }),
    preRollDispatches: 0,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    checks: [],
    samples,
    discarded: [],
    stopped: 'interval',
  };
}

const recordOf = (measurements: Measurement[]) =>
  ({ clock: { trusted: 'queue-drain' }, measurements }) as Partial<RunRecord> as RunRecord;

test('the cache curve is the sweep over working sets alone, in ascending order', () => {
  const curve = cacheCurve(
    recordOf([
      measured('sweep', 4, 1e9),
      measured('stream-read', 4),
      measured('sweep', 1, 65536),
      measured('sweep', 2, 1e6),
    ]),
  );
  expect(curve.map(({ workingSetBytes }) => workingSetBytes)).toEqual([65536, 1e6, 1e9]);
  for (const [i, gbps] of [8, 4, 2].entries()) expect(curve[i]?.gbps.value).toBeCloseTo(gbps, 9);
});

test('a run without a sweep has no cache curve', () => {
  expect(cacheCurve(recordOf([measured('stream-read', 4)]))).toEqual([]);
});

/** A measurement whose rounds have the given slopes, in ms per dispatch. */
const noisy = (slopes: readonly number[]) => {
  const m = measured('stream-read', 1) as Measured;
  const samples = slopes.flatMap((slope, round) =>
    [1, 4].map((dispatches) => ({ dispatches, round, atMs: round, wallMs: 50 + dispatches * slope, gpuMs: null })),
  );
  return { ...m, samples };
};

test('a bandwidth is never negative: where the time’s interval reaches zero, its own has no upper end', () => {
  const gbps = bandwidthGBps(noisy([4, -1, 5, 2, 4]), 'queue-drain');
  expect(gbps?.value).toBeCloseTo(8 / 2.8, 9);
  expect(gbps?.ci95?.[0]).toBeGreaterThan(0);
  expect(gbps?.ci95?.[1]).toBe(Number.POSITIVE_INFINITY);
});

test('a time that is not positive gives no bandwidth', () => {
  expect(bandwidthGBps(noisy([-1, -2, -1, 3]), 'queue-drain')).toBeUndefined();
});

test('a stall is an outlier that does not move the time of a dispatch', () => {
  const m = noisy([4, 4.1, 3.9, 4, 4.1, 3.9]);
  const samples = m.samples.map((s, i) => (i === 5 ? { ...s, wallMs: s.wallMs + 300 } : s));
  expect(outlierCount(samples, 'queue-drain')).toBe(1);
  expect(outlierCount(m.samples, 'queue-drain')).toBe(0);
  expect(bandwidthGBps({ ...m, samples }, 'queue-drain')?.value).toBeCloseTo(2, 1);
});

test('drift is the growth from the first round to the last, over the mean', () => {
  const drift = runDrift(recordOf([noisy([9.5, 9.7, 9.9, 10.1, 10.3, 10.5])]));
  expect(drift?.value).toBeCloseTo(0.1, 9);
  expect(drift?.ci95?.[0]).toBeCloseTo(0.1, 6);
  expect(runDrift(recordOf([]))).toBeUndefined();
});
