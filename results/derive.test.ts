import { expect, test } from 'vitest';
import { cacheCurve } from './derive.ts';
import type { Measurement, RunRecord } from './schema.ts';

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
