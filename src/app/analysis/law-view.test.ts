import { expect, test } from 'vitest';
import waiting from '../../../results/data/2026-11-20-lavapipe-quick.json';
import committed from '../../../results/data/2026-11-24-lavapipe-quick.json';
import { readRecord } from '../../../results/record/check.ts';
import type { DecodeMeasurement, RunRecord } from '../../../results/record/schema.ts';
import { lawOfRecord } from '../../model/law/of-record.ts';
import { meaningOf, symbolOf } from '../../model/law/terms.ts';
import { lawView } from './law-view.ts';

const record: RunRecord = readRecord(committed);

const { clock, measurements } = record;
const skipped = {
  ...{ status: 'skipped' as const, reason: 'the cat slept on it' },
  case: { model: 'llama-3.2-1b', weights: 'f16', kv: 'f16', batch: 1, context: 64 },
};

/** A measured step at batch 1, without samples: they do not matter here. */
const ran = (context: number): DecodeMeasurement => ({
  ...{ status: 'measured', case: { ...skipped.case, context }, dispatches: 1, layers: { distinct: 1, total: 1 } },
  ...{ residentBytes: 1, rotationBytes: 1, work: { bytesRead: 1, bytesWritten: 0, flops: 0 } },
  ...{ verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 }, checksum: '00000000', preRollSteps: 0 },
  ...{ samples: [], discarded: [], stopped: 'time' },
});

test('a record of products has their law and a verdict, and says nothing of models that were not run', () => {
  const view = lawView({ clock, measurements, decode: [], record });
  expect(view?.law).toMatchObject({ basis: 'products', points: lawOfRecord(record)?.law.points.length });
  expect(view?.outlook).toMatchObject({ bound: { verdict: 'not bandwidth-bound' }, buys: [], memoryGB: undefined });
  expect(structuredClone(view)).toEqual(view);
});

test('a record that waited for memory says what twice the bandwidth buys its largest step, and on a GPU of known memory what twice the memory buys', () => {
  const decode = [ran(64), ran(128)];
  const buysOf = (run: RunRecord, reported: RunRecord['reported']) =>
    lawView({ ...run, decode, record: { ...run, decode, reported } })?.outlook?.buys;
  const bound = readRecord(waiting);
  expect(buysOf(bound, {})).toEqual([
    { ...{ ...skipped.case, context: 128, full: null, interval: null }, twiceBandwidth: expect.closeTo(1.9, 1) },
  ]);
  expect(buysOf(bound, { gpu: 'RTX 4090' })?.[0]?.full?.twiceMemory).toBeGreaterThanOrEqual(1);
  expect(buysOf(record, { gpu: 'RTX 4090' })).toEqual([]);
});

test('a run has no law before its kernels are done, and no outlook before it ends', () => {
  expect(lawView({ clock, measurements, decode: [] })).toBeUndefined();
  const view = lawView({ clock, measurements: [undefined, ...measurements], decode: [undefined, skipped] });
  expect(view?.law.basis).toBe('products');
  expect(view?.outlook).toBeUndefined();
});

test('a run that measured too little has no law', () => {
  expect(
    lawView({ clock, measurements: [], decode: [skipped], record: { ...record, measurements: [] } }),
  ).toBeUndefined();
});

test('every term has a symbol, that of the formula, and a meaning of its own', () => {
  const terms = [
    'a',
    't_d',
    'b',
    'onset',
    'beta',
    'beta_w:int4-g32',
    'beta_kv',
    'beta_whole',
    'beta_window',
    'F',
  ] as const;
  expect(terms.map(symbolOf)).toEqual(['a', 't_d', 'b', 'onset', 'β', 'β_w', 'β_kv', 'β_whole', 'β_window', 'F']);
  expect(meaningOf('beta_w:int4-g32')).toBe('weights in int4-g32');
  expect(new Set(terms.map(meaningOf)).size).toBe(terms.length);
});
