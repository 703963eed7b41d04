import { expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-24-swiftshader-quick.json';
import { labelsOf } from '../../../results/labels/index.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { ClockInfo, DecodeMeasurement, Measured, Measurement, RunRecord } from '../../../results/record/schema.ts';
import { CLAIMS } from '../../model/claims/index.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import { EMPTY_VIEW } from './empty-view.ts';
import { viewOf } from './view.ts';

const clock = { trusted: 'timestamp-query' } as ClockInfo;

/** A measurement of a machine without noise, on which a dispatch takes 1 ms and its bytes pass at 10 GB/s. */
function measured(kernel: string, bytes: number, params: Measured['case']['params'] = {}): Measured {
  const dispatchMs = 1 + bytes / 10e6;
  const samples = [0, 1, 2, 3].flatMap((round) =>
    [1, 2, 4].map((dispatches) => ({
      round,
      dispatches,
      atMs: 0,
      wallMs: 5 + dispatches * dispatchMs,
      gpuMs: dispatches * dispatchMs,
    })),
  );
  return {
    status: 'measured',
    case: { kernel, variant: 'portable', params, tuning: {} },
    work: { bytesRead: bytes, bytesWritten: 0, flops: 0 },
    rotationBytes: 0,
    preRollDispatches: 0,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    checks: [],
    samples,
    discarded: [],
    stopped: 'interval',
  };
}

const gemvs = [1e6, 4e6, 16e6].map((bytes) => measured('gemv', bytes, { format: 'f16' }));

const view = (measurements: readonly (Measurement | undefined)[], decode: readonly DecodeMeasurement[] = []) =>
  viewOf({ clock, measurements, decode }, DEFAULT_MODEL);

test('rows keep the places of their measurements, with holes', () => {
  const skipped: Measurement = { status: 'skipped', case: gemvs[0]?.case as Measured['case'], reason: 'not here' };
  const { rows } = view([undefined, measured('stream-read', 90e6), skipped]);
  expect([rows.length, rows[0], rows[2]]).toEqual([3, undefined, undefined]);
  expect(rows[1]).toMatchObject({ rounds: 4, samples: 12 });
  expect(rows[1]?.ms?.value).toBeCloseTo(10);
  expect(rows[1]?.gbps?.value).toBeCloseTo(9);
});

test('a series of three sizes has a line, from the smallest size to the largest', () => {
  const [series] = view(gemvs).series;
  expect(series?.fit?.gbps.value).toBeCloseTo(10);
  expect(series?.fit?.overheadMs.value).toBeCloseTo(1);
  const line = series?.fit?.line ?? [];
  expect([line[0]?.bytes, line.at(-1)?.bytes].map((bytes) => Math.round(bytes ?? 0))).toEqual([1e6, 16e6]);
  expect(line[0]?.ms.value).toBeCloseTo(1.1);
});

test('the decode estimate is that of the chosen model', () => {
  const { decode } = view(gemvs);
  expect(decode?.modelId).toBe(DEFAULT_MODEL.id);
  expect(decode?.tokensPerSecond.value).toBeCloseTo(1000 / (decode?.stepMs.value ?? 0));
});

const step: DecodeMeasurement = {
  ...{ status: 'measured', case: { model: 'some', weights: 'f16', kv: 'f16', batch: 8, context: 64 } },
  ...{ dispatches: 20, layers: { distinct: 1, total: 1 }, residentBytes: 40e6, rotationBytes: 30e6 },
  ...{ verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 }, checksum: '00000000', preRollSteps: 0 },
  ...{ discarded: [], stopped: 'interval' },
  work: { bytesRead: 40e6, bytesWritten: 0, flops: 0 },
  samples: measured('step', 40e6).samples,
};

test('a step of 5 ms for eight users makes 200 tokens/s for each, and 1,600 for all', () => {
  const skipped: DecodeMeasurement = { status: 'skipped', case: step.case, reason: 'too large' };
  const { steps } = view([], [skipped, step]);
  expect(steps[0]).toBeUndefined();
  const { stepMs, perUser, tokensPerSecond, gbps } = steps[1] ?? {};
  expect(stepMs?.value).toBeCloseTo(5);
  expect(perUser?.value).toBeCloseTo(200);
  expect(tokensPerSecond?.value).toBeCloseTo(1600);
  expect(gbps?.value).toBeCloseTo(8);
});

test('a claim shows with its chart once its steps decide it, after the last kernel', () => {
  const stream = { ...measured('stream-read', 90e6), rotationBytes: 2e9 };
  const arithmetic = { ...measured('gemv', 90e6, { format: 'f16' }), samples: measured('', 900e6).samples };
  const slow = [stream, { ...arithmetic, rotationBytes: 2e9 }];
  expect(view(slow).claims).toEqual([]);
  const [small, launches] = CLAIMS.find(({ id }) => id === 'fixed-cost')?.steps ?? [];
  if (!small || !launches) throw new Error('fixed-cost asks for two steps');
  const there = [
    { ...step, case: small },
    { ...step, case: launches, samples: measured('step', 30e6).samples },
  ];
  expect(view(slow, there).claims.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'door fails',
    'fixed-cost holds',
  ]);
  const { claims } = view([], there);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([['fixed-cost', 'holds']]);
  // 4 ms of 5 ms.
  expect(claims[0]?.reason).toMatch(/^launching dispatches takes 80\.0 % /);
  expect(claims[0]?.chart.series[0]?.points.map(({ y }) => Math.round(y))).toEqual([4, 5]);
});

test('bytes that a cache may hold are not called memory', () => {
  const stream = measured('stream-read', 90e6);
  expect(view([{ ...stream, rotationBytes: 90e6 }]).headline?.of).toBe('maybe-cache');
  expect(view([{ ...stream, rotationBytes: 2e9 }]).headline?.of).toBe('mostly-memory');
  expect(EMPTY_VIEW.headline).toBeUndefined();
});

test('a record has its labels and the claims that it decides; a full one has all claims', () => {
  const record = readRecord(committed);
  const { measurements } = record;
  const seen = (profile: RunRecord['profile']) =>
    viewOf({ clock: record.clock, measurements, decode: [], record: { ...record, profile } }, DEFAULT_MODEL);
  expect(seen('quick').labels).toEqual(labelsOf(record));
  expect(seen('quick').claims.filter(({ verdict }) => verdict === 'undecided')).toEqual([]);
  expect(seen('full').claims.map(({ id }) => id)).toEqual(CLAIMS.map(({ id }) => id));
  expect(structuredClone(seen('full'))).toEqual(seen('full'));
  expect(view(gemvs)).toMatchObject({ labels: undefined, claims: [] });
});

test('a view is plain data, which can leave the worker', () => {
  const sets = [1e6, 4e8, 1e9].map((bytes) => ({ ...measured('sweep', 1e7), workingSetBytes: bytes }));
  const seen = view([...gemvs, ...sets], [step]);
  expect(seen.caches?.levels).toHaveLength(1);
  expect(seen.caches?.levels[0]?.gbps).not.toHaveProperty('replicates');
  expect(structuredClone(seen)).toEqual(seen);
  expect(structuredClone(EMPTY_VIEW)).toEqual(EMPTY_VIEW);
});
