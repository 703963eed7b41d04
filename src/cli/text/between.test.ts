import { describe, expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-24-lavapipe-smollm2-f16.json';
import { isTimedStep } from '../../../results/derived/decode.ts';
import { isMeasured, streamingGBps } from '../../../results/derived/derive.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord, Sample } from '../../../results/record/schema.ts';
import { type BesideOthers, betweenDocument, betweenText } from './between.ts';

const record = readRecord(committed);

/** The run of a machine that is slower by `factor`. */
function slower(factor: number): RunRecord {
  const samplesOf = (samples: readonly Sample[]): Sample[] =>
    samples.map((s) => ({ ...s, gpuMs: s.gpuMs === null ? null : s.gpuMs * factor, wallMs: s.wallMs * factor }));
  return {
    ...record,
    measurements: record.measurements.map((m) => (isMeasured(m) ? { ...m, samples: samplesOf(m.samples) } : m)),
    decode: (record.decode ?? []).map((m) => (isTimedStep(m) ? { ...m, samples: samplesOf(m.samples) } : m)),
  };
}

const besideOthers = (records: readonly RunRecord[]): BesideOthers[] =>
  records.map((one, i) => ({ number: i + 1, record: one, out: i === 0 ? undefined : `run-${i + 1}.json` }));

const DIFFERENT = besideOthers([1, 1.5, 0.7].map(slower));
const ALIKE = besideOthers([1, 1, 1].map(slower));
const CANCELLED: RunRecord = {
  ...record,
  events: [{ atMs: 1, kind: 'cancelled', detail: 'cancelled by the person' }],
};

describe('three runs', () => {
  test('have the headline of each, the interval between them, and a ratio', () => {
    const text = betweenText(DIFFERENT);
    expect(text).toMatch(/^run +seed +GB\/s +95 % within run +drift +record\n/);
    expect(text).toMatch(/^ +1 .* not kept$/m);
    expect(text).toMatch(/^ +3 .* run-3\.json$/m);
    expect(text).toMatch(/^between .* GB\/s, mean of 3 runs \(95 % between runs: .* – .*\)$/m);
    expect(text).toMatch(/^scatter .* times what the intervals within the runs say: on this machine, /m);
    expect(text).toMatch(/^next {5}\d of 2 headlines /m);
    expect(text).toMatch(/^smollm2-135m f16, f16 KV, batch 1, context .* tokens\/s\/user .* differ$/m);
    expect(text).toMatch(/^gemv portable, .* GB\/s .* differ$/m);
    // The cache curve is no figure of memory.
    expect(text).not.toContain('workingSetBytes');
    expect(text).not.toContain('!');
  });

  test('agree where they are alike', () => {
    expect(betweenText(ALIKE)).toMatch(/^scatter {2}0\.\d+ \(.* – .*\) times .*: the runs agree$/m);
  });

  test('are one document with the same figures', () => {
    const document = betweenDocument(DIFFERENT);
    expect(document).toMatchObject({ counted: [1, 2, 3], leftOut: [], differIn: [], successive: { pairs: 2 } });
    expect(document.stream).toMatchObject({ unit: 'GB/s', agree: false });
    expect(document.stream?.runs[0]?.value).toBe(streamingGBps(record)?.value);
    expect(document.decode.map((row) => row.case)).toEqual(record.decode?.filter(isTimedStep).map((m) => m.case));
    expect(document.decode[0]?.unit).toBe('tokens/s/user');
    expect(document.kernels).toHaveLength(record.measurements.filter(isMeasured).length);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

test('fewer than three runs have a mean, and are told how many an interval needs', () => {
  expect(betweenText(DIFFERENT.slice(0, 2))).toMatch(/^between .*, mean of 2 runs: an interval between runs needs 3/m);
  expect(betweenText(DIFFERENT.slice(0, 1))).toMatch(/^between .*, one run: an interval between runs needs 3/m);
  expect(betweenDocument(DIFFERENT.slice(0, 2)).stream).toMatchObject({ agree: null, mean: { ci95: null } });
});

test('a run that ended early is shown, and does not count', () => {
  const runs = besideOthers([record, CANCELLED, record]);
  expect(betweenText(runs)).toMatch(/^! run 2 does not count: it ended early \(cancelled by the person\)$/m);
  expect(betweenText(runs)).toMatch(/mean of 2 runs/);
  expect(betweenDocument(runs)).toMatchObject({
    counted: [1, 3],
    leftOut: [{ run: 2, reason: 'cancelled by the person' }],
  });
});

test('runs that are not comparable say in what they differ', () => {
  const byWall = { ...record, clock: { ...record.clock, trusted: 'queue-drain' as const } };
  const runs = besideOthers([record, byWall, record]);
  expect(betweenText(runs)).toMatch(/^! Not comparable: the runs differ in trusted clock$/m);
  expect(betweenDocument(runs).differIn).toEqual(['trusted clock']);
});

test('runs without a streaming bandwidth say so', () => {
  const runs = besideOthers([{ ...record, measurements: [] }, record]);
  expect(betweenText(runs)).toMatch(/^between {2}no streaming bandwidth that all of these runs have$/m);
  expect(betweenDocument(runs).stream).toBeNull();
  expect(betweenDocument(besideOthers([CANCELLED]))).toMatchObject({
    counted: [],
    stream: null,
    successive: { pairs: 0 },
  });
  expect(betweenText(besideOthers([CANCELLED]))).toContain('no streaming bandwidth');
});
