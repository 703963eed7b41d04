/** Tests that forged records earn a label of coherence or are refused, and that committed ones earn none. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FOUND } from '../../tests/support/crowd/forgeries/labelled.ts';
import { checkRecord, readRecord } from '../record/check.ts';
import { digest, seal } from '../record/digest.ts';
import type { DecodeMeasured, Measured, RecordBody, RunRecord } from '../record/schema.ts';
import { randomSource } from '../statistics.ts';
import { COHERENCE } from './coherence.ts';
import { labelOf, labelsOf } from './index.ts';

const FOLDER = new URL('../data/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (file: string): RunRecord => readRecord(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

/** The ids of the labels of coherence that a record earns. */
const oddIn = (record: RecordBody): string[] =>
  COHERENCE.flatMap(({ id, applies }) => (applies(record) === undefined ? [] : [id]));

const MODELS = '2026-11-27-lavapipe-smollm2.json';

/** Records of machines so busy that no missing time stands out of their waits. */
const BUSY = [
  '2026-11-24-lavapipe-smollm2-int4-g32.json',
  '2026-11-27-swiftshader-smollm2-360m-context-4096.json',
  '2026-11-27-swiftshader-smollm2.json',
];

describe.each(FILES)('%s', (file) => {
  const honest = read(file);

  test('is coherent', () => expect(oddIn(honest)).toEqual([]));

  test.each(
    FOUND.filter(
      ({ labels, needs }) => (needs?.(honest) ?? true) && !(labels.includes('missing-cases') && BUSY.includes(file)),
    ),
  )('$name: $labels', ({ forge, labels }) => {
    const record = structuredClone(honest);
    forge(record, randomSource(1));
    expect(labels.map((label) => labelOf(label, record)?.reason)).toContainEqual(expect.any(String));
  });
});

test('forgeries keep to the schema: the labels are what finds them', () => {
  // Those of times are many, and change nothing but numbers.
  for (const { name, forge, labels, needs } of FOUND.filter((one) => !one.labels.includes('odd-times'))) {
    const record = read(MODELS);
    if (needs?.(record) === false) continue;
    forge(record, randomSource(1));
    const { id: _, ...body } = record;
    const checked = checkRecord(JSON.parse(JSON.stringify(seal(body))));
    if (!checked.ok) throw new Error(`${name} was refused: ${JSON.stringify(checked.problems[0])}`);
    const { record: kept } = checked;
    expect(
      labels.filter((label) => labelOf(label, kept)),
      name,
    ).toEqual(labels);
  }
});

const timedIn = (record: RunRecord): (Measured | DecodeMeasured)[] =>
  [...record.measurements, ...(record.decode ?? [])].flatMap((m) => (m.status === 'measured' ? [m] : []));

test.each([
  ['a tolerance of 1e308', 1e308],
  ['a tolerance of 1', 1],
])('%s is refused', (_, tolerance) => {
  const record = read(MODELS);
  for (const { verification } of timedIn(record)) verification.tolerance = tolerance;
  const { id: __, ...body } = record;
  expect(checkRecord({ ...body, id: digest(body) })).toMatchObject({ ok: false });
});

describe('what only the reader knows', () => {
  const DAY_MS = 24 * 3600 * 1000;
  const idsOf = (record: RunRecord, reader: Parameters<typeof labelsOf>[1]) =>
    labelsOf(record, reader).map(({ id }) => id);

  test.each([
    ['two days before it was made', -2 * DAY_MS, true],
    ['half a day before it was made: clocks differ', -DAY_MS / 2, false],
    ['when it was made', 0, false],
    ['a hundred years later', 36_525 * DAY_MS, false],
  ])('a record is read %s', (_, laterMs, isOdd) => {
    const record = read(MODELS);
    const reader = { nowMs: Date.parse(record.created) + laterMs };
    expect(idsOf(record, reader).includes('odd-date')).toBe(isOdd);
  });

  test('a build that no list has is known to itself, and to nobody else', () => {
    const record = read(MODELS);
    record.harness.commit = 'deadbeef'.repeat(5);
    expect(idsOf(record, {})).toContain('unpublished-build');
    expect(idsOf(record, { isOwn: () => false })).toContain('unpublished-build');
    expect(idsOf(record, { isOwn: ({ harness }) => harness.commit === record.harness.commit })).not.toContain(
      'unpublished-build',
    );
  });
});
