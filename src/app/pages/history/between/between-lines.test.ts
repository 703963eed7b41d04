import { expect, test } from 'vitest';
import committed from '../../../../../results/data/2026-11-24-swiftshader-quick.json';
import { conditionsOf } from '../../../../../results/derived/repeated.ts';
import { readRecord } from '../../../../../results/record/check.ts';
import type { RunRecord } from '../../../../../results/record/schema.ts';
import type { Headline } from '../../../engine/kept/headlines.ts';
import { betweenLines } from './between-lines.ts';

const record = readRecord(committed);

/** The headlines of runs like `of` with these bandwidths, each ± 1. */
const headlines = (of: RunRecord, ...values: readonly number[]): Headline[] =>
  values.map((value, i) => ({
    ...{ key: `${of.created} ${i}`, profile: of.profile, adapter: of.adapter, conditions: conditionsOf(of) },
    gbps: { value, ci95: [value - 1, value + 1] },
  }));

const elsewhere: RunRecord = { ...record, adapter: { ...record.adapter, renderer: 'Another GPU' } };

test('three runs and more have the interval between them, and say by how much one run’s is too narrow', () => {
  expect(betweenLines(headlines(record, 410, 424, 438), record.adapter)).toEqual([
    {
      key: `${record.created} 0`,
      ...{ runs: '3 quick runs on this machine', figure: '381 – 467 GB/s', kind: 'between runs' },
      note: '95\u00a0% interval of their mean streaming bandwidth, 424\u00a0GB/s. They differ 27 times as much as their own intervals say: what one run shows as its interval is too narrow to tell what the next will find.',
    },
  ]);
});

test('runs that agree say so', () => {
  const [line] = betweenLines(headlines(record, 424, 424.2, 423.8), record.adapter);
  expect(line?.note).toMatch(/They differ no more than their own intervals say\.$/);
});

test('fewer runs say how many more it takes', () => {
  expect(betweenLines(headlines(record, 424), record.adapter)).toEqual([
    {
      key: `${record.created} 0`,
      ...{ runs: '1 quick run on this machine', figure: '424 GB/s', kind: '' },
      note: '2 more like it will show how much runs differ.',
    },
  ]);
  expect(betweenLines(headlines(record, 424, 426), record.adapter)).toEqual([
    {
      key: `${record.created} 0`,
      ...{ runs: '2 quick runs on this machine', figure: '425 GB/s', kind: 'on average' },
      note: '1 more like them will show how much runs differ.',
    },
  ]);
  expect(betweenLines([], record.adapter)).toEqual([]);
});

test('runs that are not comparable are not counted together, and say why', () => {
  const full: RunRecord = { ...record, profile: 'full' };
  const older: RunRecord = {
    ...record,
    harness: { ...record.harness, kernels: '0'.repeat(64) },
    clock: { ...record.clock, trusted: 'queue-drain' },
  };
  const kept = [record, full, older, elsewhere].flatMap((of) => headlines(of, 100));
  expect(betweenLines(kept, record.adapter).map(({ runs }) => runs)).toEqual([
    '1 quick run on this machine',
    '1 full run on this machine',
    '1 quick run on this machine (other kernels and trusted clock)',
    '1 quick run on Another GPU',
  ]);
  expect(betweenLines(headlines(record, 100), undefined)[0]?.runs).toBe('1 quick run on google swiftshader');
});

test('a run without an interval of its own counts, and is mentioned', () => {
  const [first, ...others] = headlines(record, 424, 425, 426);
  if (!first) throw new Error('there are no headlines');
  const [line] = betweenLines([{ ...first, gbps: { value: 424, ci95: null } }, ...others], record.adapter);
  expect(line).toMatchObject({ runs: '3 quick runs on this machine', kind: 'between runs' });
  expect(line?.note).toMatch(/A run without an interval of its own is among them\.$/);
});
