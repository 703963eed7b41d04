/**
 * Tests that the largest records, of every dimension, are checked, labelled, viewed and fitted. A reader whose time grows
 * with the square of a dimension hangs here.
 */

import { expect, test } from 'vitest';
import { lawView } from '../src/app/analysis/law-view.ts';
import { viewOf } from '../src/app/analysis/view.ts';
import { MAX_POINTS } from '../src/model/law/fit-law.ts';
import { DEFAULT_MODEL } from '../src/model/models/index.ts';
import { LARGEST_RECORDS } from '../tests/support/largest-records.ts';
import { HANG_MS } from '../tests/support/patience.ts';
import { ALL } from '../tests/support/tier.ts';
import { labelsOf } from './labels/index.ts';
import { checkRecordText } from './record-text.ts';

/** In the gate one of three: tests/attack reads the largest records, too. */
const records = Object.entries(LARGEST_RECORDS).filter((_, i) => ALL || i % 3 === 0);

test.each(records)('the record with the most %s is read whole', { timeout: HANG_MS }, (_, make) => {
  const checked = checkRecordText(JSON.stringify(make()));
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
});
