import { expect, test } from 'vitest';
import { bandwidthGBps, cacheCurve } from './derive.ts';
import type { Measured, Measurement, RunRecord } from './schema.ts';

/** A machine without noise. */
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
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    checks: [],
    samples,
    discarded: [],
    stopped: 'interval',
  };
}

const recordOf = (measurements: Measurement[]) =>
  ({ clock: { trusted: 'queue-drain' }, measurements }) as Partial<RunRecord> as RunRecord;

test('the cache curve is the sweep over working sets, ascending, and nothing else', () => {
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

test('a run without a sweep has no curve', () => {
  expect(cacheCurve(recordOf([measured('stream-read', 4)]))).toEqual([]);
});

/** Rounds in which the longer region took `slopes` ms per dispatch more than the shorter. */
const noisy = (slopes: readonly number[]) => {
  const m = measured('stream-read', 1) as Measured;
  const samples = slopes.flatMap((slope, round) =>
    [1, 4].map((dispatches) => ({ dispatches, round, atMs: round, wallMs: 50 + dispatches * slope, gpuMs: null })),
  );
  return { ...m, samples };
};

test('a bandwidth is never negative: an interval that holds no time at all has no upper end', () => {
  const gbps = bandwidthGBps(noisy([-1, 2, 4, 4, 5]), 'queue-drain');
  expect(gbps?.value).toBe(2);
  expect(gbps?.ci95?.[0]).toBeGreaterThan(0);
  expect(gbps?.ci95?.[1]).toBe(Number.POSITIVE_INFINITY);
});

test('where the noise drowned the time there is no bandwidth', () => {
  expect(bandwidthGBps(noisy([-1, -2, -1, 4]), 'queue-drain')).toBeUndefined();
});
