/** Every label: a record that earns it, beside one that does not. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LABEL_IDS, labelsOf } from './labels.ts';
import { type RunRecord, recordSchema } from './schema.ts';

const FOLDER = new URL('./data/', import.meta.url);
const [first = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** A record that earns no label: a committed one, of a GPU that does not exist. */
function clean(): RunRecord {
  const record = recordSchema.parse(JSON.parse(readFileSync(new URL(first, FOLDER), 'utf8')));
  record.adapter = {
    ...record.adapter,
    vendor: 'acme',
    architecture: 'x1',
    device: '',
    description: '',
    isFallbackAdapter: false,
  };
  record.clock.trusted = 'timestamp-query';
  record.clock.timestampQuantumNs = 1;
  for (const m of record.measurements) {
    if (m.status === 'measured') m.rotationBytes = 2 ** 30;
  }
  return record;
}

test('a working set that is small on purpose does not earn small-rotation', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 65536, workingSetBytes: 65536 });
  expect(labelsOf(record).map(({ id }) => id)).not.toContain('small-rotation');
});

/** The first measurement of `record` that has a time. */
function measured(record: RunRecord) {
  const found = record.measurements.find((m) => m.status === 'measured');
  if (!found) throw new Error('nothing was measured');
  return found;
}

/** Cases that take so much longer from one round to the next. */
function drifting(record: RunRecord, perRound: number): void {
  const samples = [0, 1, 2, 3, 4, 5].flatMap((round) =>
    [1, 8].map((dispatches) => {
      const ms = dispatches * 10 * (1 + perRound * round);
      return { dispatches, round, atMs: round, wallMs: ms, gpuMs: ms };
    }),
  );
  for (const m of record.measurements) if (m.status === 'measured') m.samples = samples;
}

const EARNS: Record<string, [string, (record: RunRecord) => void, RegExp][]> = {
  'software-adapter': [
    ['the browser says so', (r) => Object.assign(r.adapter, { isFallbackAdapter: true }), /runs on the CPU/],
    ['it is called swiftshader', (r) => Object.assign(r.adapter, { architecture: 'SwiftShader' }), /SwiftShader/],
    ['its description says llvmpipe', (r) => Object.assign(r.adapter, { description: 'llvmpipe: Mesa 25' }), /acme/],
  ],
  'queue-drain-clock': [['the wall clock was trusted', (r) => Object.assign(r.clock, { trusted: 'queue-drain' }), /./]],
  'coarse-clock': [
    ['timestamps in steps of 1 ms', (r) => Object.assign(r.clock, { timestampQuantumNs: 1e6 }), /steps of 1\.00 ms/],
  ],
  'not-steady': [
    [
      'the warm-up ended first',
      (r) => r.events.push({ atMs: 1, kind: 'not-steady', detail: 'not yet steady after 2000 ms' }),
      /not yet steady after 2000 ms/,
    ],
    ['cases take less and less', (r) => drifting(r, -0.02), /took 11 % less/],
  ],
  throttled: [['cases take 10 % longer at their end', (r) => drifting(r, 0.02), /took 10 % longer/]],
  'small-rotation': [
    ['a case rotates through 100 MB', (r) => Object.assign(measured(r), { rotationBytes: 1e8 }), /100 MB/],
  ],
  'too-few-samples': [
    [
      'a case was seen twice',
      (r) => Object.assign(measured(r), { samples: measured(r).samples.filter((s) => s.round < 2) }),
      /1 of/,
    ],
  ],
  'less-memory': [
    [
      'half of it was refused',
      (r) => r.events.push({ atMs: 1, kind: 'out-of-memory', detail: '0.5 GB of 1.0 GB could not be had' }),
      /refused.*0\.5 GB of 1\.0 GB/,
    ],
  ],
  'hidden-tab': [
    [
      'it was, twice',
      (r) => r.events.push({ atMs: 1, kind: 'hidden', detail: '' }, { atMs: 2, kind: 'hidden', detail: '' }),
      /hidden 2 times/,
    ],
  ],
  'device-lost': [
    [
      'it was, and the run went on',
      (r) => r.events.push({ atMs: 1, kind: 'lost', detail: 'the GPU device was lost: too hot' }),
      /lost once.*too hot/,
    ],
  ],
  resumed: [
    [
      'it was, after it had been cancelled',
      (r) => r.events.push({ atMs: 1, kind: 'cancelled', detail: '' }, { atMs: 1, kind: 'resumed', detail: '' }),
      /in 2 sessions/,
    ],
  ],
  incomplete: [
    [
      'the device was lost',
      (r) => r.events.push({ atMs: 1, kind: 'gave-up', detail: 'the GPU device was lost 3 times' }),
      /was lost/,
    ],
    [
      'it was cancelled',
      (r) => r.events.push({ atMs: 1, kind: 'cancelled', detail: 'cancelled by the user' }),
      /run again/,
    ],
  ],
  'wrong-results': [
    ['a case is wrong', (r) => Object.assign(measured(r), { status: 'wrong', reason: 'error 1' }), /no time/],
  ],
};

test('every label is tried here', () => expect(Object.keys(EARNS).sort()).toEqual([...LABEL_IDS].sort()));

test('a clean record has none', () => expect(labelsOf(clean())).toEqual([]));

const cases = Object.entries(EARNS).flatMap(([id, list]) => list.map((one) => [id, ...one] as const));

test.each(cases)('%s: %s', (id, _, earn, reason) => {
  const record = clean();
  earn(record);
  const labels = labelsOf(record);
  expect(labels.map((label) => label.id)).toEqual([id]);
  expect(labels[0]?.reason).toMatch(reason);
});
