/** Tests that forged records earn a label of coherence or are refused, and that committed ones earn none. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRecord, readRecord } from '../check.ts';
import { digest, seal } from '../digest.ts';
import type { DecodeMeasured, Measured, Reading, RecordBody, RunRecord } from '../schema.ts';
import { COHERENCE } from './coherence.ts';

const FOLDER = new URL('../data/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (file: string): RunRecord => readRecord(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

/** The ids of the labels of coherence that a record earns. */
const oddIn = (record: RecordBody): string[] =>
  COHERENCE.flatMap(({ id, applies }) => (applies(record) === undefined ? [] : [id]));

test.each(FILES)('%s is coherent', (file) => expect(oddIn(read(file))).toEqual([]));

const measuredIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));
const timedIn = (record: RunRecord): (Measured | DecodeMeasured)[] => [
  ...measuredIn(record),
  ...(record.decode ?? []).flatMap((m) => (m.status === 'measured' ? [m] : [])),
];

const third = (reading: Reading): void => {
  reading.wallMs /= 3;
  if (reading.gpuMs !== null) reading.gpuMs /= 3;
};

/** Says that the record is of an H100, and of nothing else. */
function dressed(record: RunRecord, architecture: string, description: string): void {
  Object.assign(record.adapter, { vendor: 'nvidia', architecture, device: '', description, isFallbackAdapter: false });
}

const forgeries: readonly (readonly [string, (record: RunRecord) => void, string])[] = [
  [
    'the times of the headline × ⅓',
    (record) => {
      for (const m of measuredIn(record)) if (m.case.kernel === 'stream-read') m.samples.forEach(third);
    },
    'odd-times',
  ],
  [
    'all times × ⅓',
    (record) => {
      for (const { samples } of timedIn(record)) samples.forEach(third);
    },
    'odd-times',
  ],
  [
    'all times × ⅓, the clock’s readings too',
    (record) => {
      for (const { samples } of timedIn(record)) samples.forEach(third);
      record.clock.readings.forEach(third);
    },
    'odd-times',
  ],
  [
    'an H100 that is reported on another adapter',
    (record) => {
      record.reported = { gpu: 'NVIDIA H100', memoryGB: 80 };
    },
    'other-gpu',
  ],
  [
    'a software adapter dressed as an RTX 4090',
    (record) => dressed(record, 'lovelace', 'NVIDIA GeForce RTX 4090'),
    'odd-adapter',
  ],
  [
    'limits below those of WebGPU',
    (record) => {
      record.adapter.limits.maxStorageBufferBindingSize = 2 ** 20;
    },
    'odd-adapter',
  ],
  [
    'a buffer that is smaller than what it binds',
    (record) => {
      record.adapter.limits.maxStorageBufferBindingSize = 2 ** 40;
    },
    'odd-adapter',
  ],
  [
    'a date of 2019',
    (record) => {
      record.created = '2019-05-01T12:00:00.000Z';
    },
    'odd-date',
  ],
  [
    'a date of 2099',
    (record) => {
      record.created = '2099-05-01T12:00:00.000Z';
    },
    'odd-date',
  ],
  [
    'a digest of zeros',
    (record) => {
      record.harness.kernels = '0'.repeat(64);
    },
    'unpublished-build',
  ],
  [
    'a false commit',
    (record) => {
      record.harness.commit = 'deadbeef'.repeat(5);
    },
    'unpublished-build',
  ],
  [
    'bytes × 100',
    (record) => {
      for (const { work } of measuredIn(record)) work.bytesRead *= 100;
    },
    'odd-bytes',
  ],
  [
    'bytes × 100 in decode steps alone',
    (record) => {
      for (const m of record.decode ?? []) if (m.status === 'measured') m.work.bytesRead *= 100;
    },
    'odd-bytes',
  ],
  [
    'no verified shapes',
    (record) => {
      for (const { verification } of timedIn(record)) Object.assign(verification, { shapes: 0, outputs: 0 });
    },
    'not-verified',
  ],
  [
    'blank checksums',
    (record) => {
      for (const { checks } of measuredIn(record)) for (const check of checks) check.checksum = '00000000';
    },
    'not-verified',
  ],
  [
    'the slowest cases dropped',
    (record) => {
      const costOf = (m: Measured) => m.samples.reduce((total, { wallMs }) => total + wallMs, 0) / m.samples.length;
      const slowest = measuredIn(record)
        .sort((a, b) => costOf(b) - costOf(a))
        .slice(0, 3);
      record.measurements = record.measurements.filter((m) => m.status !== 'measured' || !slowest.includes(m));
      record.plan.cases = record.measurements.map((m) => m.case);
    },
    'missing-cases',
  ],
];

const MODELS = '2026-11-27-lavapipe-smollm2.json';

describe('a forgery earns its label', () => {
  test.each(forgeries)('%s', (_, forge, label) => {
    const record = read(MODELS);
    forge(record);
    const { id: __, ...body } = record;
    const checked = checkRecord(JSON.parse(JSON.stringify(seal(body))));
    if (!checked.ok) throw new Error(`it was refused: ${JSON.stringify(checked.problems[0])}`);
    expect(oddIn(checked.record)).toContain(label);
  });

  test('an H100 that was invented from the first number to the last', () => {
    const record = read(MODELS);
    dressed(record, 'hopper', 'NVIDIA H100 80GB HBM3');
    Object.assign(record.adapter, { subgroupMinSize: 32, subgroupMaxSize: 32 });
    for (const m of measuredIn(record)) {
      const bytes = m.work.bytesRead + m.work.bytesWritten;
      m.samples = m.samples.map((sample, i) => {
        const gpuMs = Math.round((sample.dispatches * bytes) / 3100 + (i % 3)) / 1e6 + 0.001;
        return { ...sample, gpuMs, wallMs: gpuMs + 0.1 };
      });
    }
    expect(oddIn(record)).toEqual(expect.arrayContaining(['odd-times', 'probe-differs']));
  });
});

test.each([
  ['a tolerance of 1e308', 1e308],
  ['a tolerance of 1', 1],
])('%s is refused', (_, tolerance) => {
  const record = read(MODELS);
  for (const { verification } of timedIn(record)) verification.tolerance = tolerance;
  const { id: __, ...body } = record;
  expect(checkRecord({ ...body, id: digest(body) })).toMatchObject({ ok: false });
});
