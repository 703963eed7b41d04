import { expect, test } from 'vitest';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { recordFileName, recordText } from './download.ts';

const adapter = { vendor: 'NVIDIA', architecture: 'Lovelace' } as RunRecord['adapter'];

test('the file is named after adapter and day', () => {
  const created = '2026-01-31T23:59:59.000Z';
  expect(recordFileName({ adapter, created })).toBe('hbmark-nvidia-lovelace-2026-01-31.json');
  const blank = { ...adapter, vendor: '', architecture: '' };
  expect(recordFileName({ adapter: blank, created })).toBe('hbmark-unknown-2026-01-31.json');
});

test('the file is the record, indented, and ends with a newline', () => {
  const record = { schema: 2, seed: 7 } as RunRecord;
  expect(recordText(record)).toBe('{\n  "schema": 2,\n  "seed": 7\n}\n');
});
