import { expect, test } from 'vitest';
import file from '../../../results/data/2026-11-24-lavapipe-quick.json?raw';
import { type RunRecord, recordSchema } from '../../../results/schema.ts';
import { lawOfRecord } from '../../model/law/of-record.ts';
import { meaningOf, symbolOf } from '../../model/law/terms.ts';
import { lawView } from './law-view.ts';

const record: RunRecord = recordSchema.parse(JSON.parse(file));

const { clock, measurements } = record;
const skipped = {
  ...{ status: 'skipped' as const, reason: 'the cat slept on it' },
  case: { model: 'llama-3.2-1b', weights: 'f16', kv: 'f16', batch: 1, context: 64 },
};

test('of a record: the law of its products, its verdict, and what more bandwidth would buy', () => {
  const view = lawView({ clock, measurements, decode: [], record });
  expect(view?.law).toMatchObject({ basis: 'products', points: lawOfRecord(record)?.law.points.length });
  expect(view?.outlook?.bound.verdict).toBe('not bandwidth-bound');
  expect(view?.outlook?.memoryGB).toBeUndefined();
  const [buys] = view?.outlook?.buys ?? [];
  expect(buys?.twiceBandwidth).toBeCloseTo(1, 1);
  expect(buys?.full).toBeNull();
  expect(structuredClone(view)).toEqual(view);
});

test('where a GPU of known memory was named, also what memory would buy', () => {
  const { outlook } =
    lawView({ clock, measurements, decode: [], record: { ...record, reported: { gpu: 'RTX 4090' } } }) ?? {};
  expect(outlook?.memoryGB).toBe(24);
  expect(outlook?.buys[0]?.full?.twiceMemory).toBeGreaterThanOrEqual(1);
});

test('while a run goes on there is none before its kernels are done, and then one without an outlook', () => {
  expect(lawView({ clock, measurements, decode: [] })).toBeUndefined();
  const view = lawView({ clock, measurements: [undefined, ...measurements], decode: [undefined, skipped] });
  expect(view?.law.basis).toBe('products');
  expect(view?.outlook).toBeUndefined();
});

test('a run of too little has no law', () => {
  expect(
    lawView({ clock, measurements: [], decode: [skipped], record: { ...record, measurements: [] } }),
  ).toBeUndefined();
});

test('every term has a symbol, as the formula has it, and a meaning', () => {
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
