/**
 * Tests that the largest records, of every dimension, are checked, labelled, viewed and fitted, together within the CPU
 * time that one reader has in the attack. A reader whose time grows with the square of a dimension needs far more.
 */

import { expect, test } from 'vitest';
import { lawView } from '../../src/app/analysis/law-view.ts';
import { viewOf } from '../../src/app/analysis/view.ts';
import { MAX_POINTS } from '../../src/model/law/fit-law.ts';
import { DEFAULT_MODEL } from '../../src/model/models/index.ts';
import { LARGEST_RECORDS } from '../../tests/support/largest-records.ts';
import { HANG_MS } from '../../tests/support/patience.ts';
import { ALL } from '../../tests/support/tier.ts';
import { labelsOf } from '../labels/index.ts';
import { checkRecordText } from './record-text.ts';

/** In the gate those that need most. */
const IN_GATE = ['reads of different sizes', 'decode steps'];
const records = Object.entries(LARGEST_RECORDS).filter(([name]) => ALL || IN_GATE.includes(name));

/** Four times what a machine may need that does nothing else: tests beside this one take each other's time. */
const MAX_CPU_MS = 8000;

test('the records of the gate are among the largest', () =>
  expect(Object.keys(LARGEST_RECORDS)).toEqual(expect.arrayContaining(IN_GATE)));

test.each(records)('the record with the most %s is read whole', { timeout: HANG_MS }, (_, make) => {
  const text = JSON.stringify(make());
  const began = process.cpuUsage();
  const checked = checkRecordText(text);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems[0]));
  const { record } = checked;
  for (const { reason } of labelsOf(record)) {
    expect(reason.length).toBeLessThan(10_000);
    expect(reason).not.toMatch(/Infinity|NaN/);
  }
  const run = { clock: record.clock, measurements: record.measurements, decode: record.decode ?? [], record };
  expect(viewOf(run, DEFAULT_MODEL).rows).toHaveLength(record.measurements.length);
  // A record without products has no law.
  expect(lawView(run)?.law.points ?? 0).toBeLessThanOrEqual(MAX_POINTS);
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(MAX_CPU_MS);
});
