/** The tables of a run as they are saved: those of its cases, its decode steps, and its law. */

import { expect, test } from 'vitest';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { lawView } from '../../analysis/law-view.ts';
import { viewOf } from '../../analysis/view.ts';
import { headText, type Table } from '../../charts/table/table.ts';
import { tableCsv } from '../../charts/table/table-files.ts';
import { gpuRecord } from '../../gallery/gpu-record.ts';
import { measuredSteps, rowsOf } from '../../state/rows.ts';
import { stepsTable } from '../decode/steps-table.ts';
import { termsTable } from '../law/terms-table.ts';
import { measurementsTable } from './measurements-table.ts';

const record = gpuRecord();
const { clock, measurements, decode = [] } = record;
const run = { clock, measurements, decode, record };
const view = viewOf(run, DEFAULT_MODEL);

/** The cells of a column. */
function column({ head, rows }: Table, name: string) {
  const at = head.map(headText).indexOf(name);
  expect(at, name).toBeGreaterThanOrEqual(0);
  return rows.map((row) => row[at]);
}

test('measurements have a row for each case, with its figures as they are', () => {
  const table = measurementsTable(rowsOf(record.plan, measurements), view.rows, false);
  expect(table.rows).toHaveLength(measurements.length);
  expect(column(table, 'bandwidth, GB/s')).toEqual(view.rows.map((row) => row?.gbps));
  expect(column(table, 'kernel')).toEqual(measurements.map((m) => m.case.kernel));
  expect(column(table, 'status').every((word) => typeof word === 'string' && word !== '')).toBe(true);
  for (const row of table.rows) expect(row).toHaveLength(table.head.length);
});

test('what was not measured has its reason in place of figures', () => {
  const [first] = measurements;
  if (!first) throw new Error('the record is empty');
  const skipped = { status: 'skipped' as const, case: first.case, reason: 'too slow' };
  const table = measurementsTable(rowsOf(undefined, [skipped, undefined]), [undefined, undefined], false);
  expect(column(table, 'why')).toEqual(['too slow']);
  expect(column(table, 'bandwidth, GB/s')).toEqual([undefined]);
});

test('steps have a row each, those of claims left out', () => {
  const rows = measuredSteps(decode);
  const table = stepsTable(rows, view.steps, false);
  expect(table.rows).toHaveLength(decode.filter((m) => !m.case.experiment).length);
  expect(column(table, 'one user, tokens/s')).toEqual(rows.map(({ index }) => view.steps[index]?.perUser));
  for (const row of table.rows) expect(row).toHaveLength(table.head.length);
});

test('a law has a row for each term, with its unit or why it is not known', () => {
  const law = lawView(run)?.law;
  if (!law) throw new Error('the record has no law');
  const table = termsTable(law);
  expect(column(table, 'cost')).toEqual(law.terms.map(({ figure }) => figure));
  for (const [i, why] of column(table, 'why it is not known').entries()) {
    expect(why === null).toBe(column(table, 'cost')[i] !== null);
  }
  expect(tableCsv(table).split('\r\n')).toHaveLength(law.terms.length + 2);
});
