/** Every label: a record that earns it, beside one that does not. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecord } from './check.ts';
import { LABEL_IDS, labelsOf } from './labels.ts';
import type { DecodeMeasured, RunRecord, Sample } from './schema.ts';

const FOLDER = new URL('./data/', import.meta.url);
const [first = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** A record that earns no label: a committed one, of a GPU that does not exist, and that memory alone holds up. */
function clean(): RunRecord {
  const record = readRecord(JSON.parse(readFileSync(new URL(first, FOLDER), 'utf8')));
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
  streamingAt(record, 10);
  return record;
}

/** Every case reads so many GB/s. */
function streamingAt(record: RunRecord, gbps: number): void {
  for (const m of record.measurements) {
    if (m.status === 'measured') m.samples = samplesOf(m.work.bytesRead / gbps / 1e6);
  }
}

/** Six rounds without noise, of a dispatch that takes so long, and longer from one to the next. */
function samplesOf(dispatchMs: number, perRound = 0): Sample[] {
  return [0, 1, 2, 3, 4, 5].flatMap((round) =>
    [1, 8].map((dispatches) => {
      const ms = dispatches * dispatchMs * (1 + perRound * round);
      return { dispatches, round, atMs: round, wallMs: ms, gpuMs: ms };
    }),
  );
}

/** Adds a sweep: working sets in MB, each with the rate at which it was read. */
function sweep(record: RunRecord, rates: Readonly<Record<number, number>>): void {
  for (const [megabytes, gbps] of Object.entries(rates)) {
    const bytes = Number(megabytes) * 1e6;
    record.measurements.push({
      ...measured(record),
      case: { kernel: 'working-set-read', variant: 'portable', params: { workingSetBytes: bytes }, tuning: {} },
      rotationBytes: bytes,
      workingSetBytes: bytes,
      work: { bytesRead: 1e6, bytesWritten: 0, flops: 0 },
      samples: samplesOf(1 / gbps),
    });
  }
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
  for (const m of record.measurements) if (m.status === 'measured') m.samples = samplesOf(10, perRound);
}

/** Its matrix–vector products take so many times as long. */
function slowProducts(record: RunRecord, times: number): void {
  for (const m of record.measurements) {
    if (m.status === 'measured' && m.case.kernel === 'gemv') m.samples = samplesOf((times * m.work.bytesRead) / 10e6);
  }
}

/** A decode step without noise, which rotates through so much. */
const step = (rotationBytes: number): DecodeMeasured => ({
  status: 'measured',
  case: { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8 },
  work: { bytesRead: 1e9, bytesWritten: 0, flops: 0 },
  dispatches: 20,
  layers: { distinct: 4, total: 4 },
  residentBytes: 1e9,
  rotationBytes,
  verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
  checksum: '00000000',
  samples: samplesOf(10),
  discarded: [],
  stopped: 'interval',
});

const EARNS: Record<string, [string, (record: RunRecord) => void, RegExp][]> = {
  'software-adapter': [
    ['the browser says so', (r) => Object.assign(r.adapter, { isFallbackAdapter: true }), /runs on the CPU/],
    ['it is called swiftshader', (r) => Object.assign(r.adapter, { architecture: 'SwiftShader' }), /SwiftShader/],
    ['its description says llvmpipe', (r) => Object.assign(r.adapter, { description: 'llvmpipe: Mesa 25' }), /acme/],
  ],
  'queue-drain-clock': [['the wall clock was trusted', (r) => Object.assign(r.clock, { trusted: 'queue-drain' }), /./]],
  'coarse-clock': [
    ['timestamps in steps of 1 ms', (r) => Object.assign(r.clock, { timestampQuantumNs: 1e6 }), /steps of 1\.00 ms/],
    [
      'in one round all stalled for as long as would have been enough',
      (r) => {
        Object.assign(r.clock, { timestampQuantumNs: 1e6 });
        for (const m of r.measurements) {
          if (m.status === 'measured') Object.assign(m.samples[0] ?? {}, { gpuMs: 300, wallMs: 301 });
        }
      },
      /steps of 1\.00 ms/,
    ],
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
    [
      'a case rotates through 100 MB, and there is no sweep',
      (r) => Object.assign(measured(r), { rotationBytes: 1e8 }),
      /after 100 MB of others, and there is no sweep .* ruled out from 1\.02 GB on/,
    ],
    [
      'the sweep ends before a large cache would',
      (r) => {
        Object.assign(measured(r), { rotationBytes: 4e8 });
        sweep(r, { 100: 10, 200: 10, 400: 10 });
      },
      /after 400 MB of others, and the sweep over working sets ended at 400 MB: a cache of up to 256 MB/,
    ],
    [
      'a case rotates through less than four times the knee',
      (r) => {
        Object.assign(measured(r), { rotationBytes: 4e8 });
        sweep(r, { 64: 30, 128: 30, 256: 10, 512: 10, 1024: 10 });
      },
      /after 400 MB of others, and sets of up to 128 MB are read faster/,
    ],
    [
      'the sweep still falls at its end',
      (r) => sweep(r, { 256: 30, 512: 30, 1024: 10 }),
      /sets of 1\.02 GB, the largest that were tried, were still read more slowly/,
    ],
  ],
  'small-model': [
    [
      'of two steps, a claim’s aside, one reads 270 MB between two readings of a byte, and there is no sweep',
      (r) => {
        const ofClaim = { ...step(3e6), case: { ...step(3e6).case, experiment: true } };
        Object.assign(r, { decode: [step(2.7e8), ofClaim, step(2e9)] });
      },
      /^In 1 of 2 decode steps a byte was read again after 270 MB .* ruled out from 1\.02 GB on\. So small a model/,
    ],
    [
      'layers that are used in turn are fewer than four times the knee',
      (r) => {
        sweep(r, { 64: 30, 128: 30, 256: 10, 512: 10, 1024: 10 });
        Object.assign(r, { decode: [{ ...step(4e8), layers: { distinct: 3, total: 4 } }] });
      },
      /after 400 MB of others, and sets of up to 128 MB .* used their memory in turn: give the run more\.$/,
    ],
  ],
  'above-peak': [
    [
      'of the part that was reported',
      (r) => {
        streamingAt(r, 400);
        r.reported = { gpu: 'my RTX 3060' };
      },
      /^40\d GB\/s is more than the 360 GB\/s .* GeForce RTX 3060 moves/,
    ],
    [
      'of the part that the adapter is',
      (r) => {
        streamingAt(r, 400);
        r.adapter.description = 'NVIDIA GeForce RTX 3060';
      },
      /360 GB\/s/,
    ],
  ],
  'not-bandwidth-bound': [
    [
      'products take twice as long as their bytes',
      (r) => slowProducts(r, 2),
      /would take (49|50)\.\d % .* of its time/,
    ],
    [
      'and no set is read faster than another',
      (r) => {
        slowProducts(r, 2);
        sweep(r, { 4: 10, 64: 10, 512: 10, 1024: 10 });
      },
      /Nor is 4\.00 MB read any faster than 1\.02 GB/,
    ],
  ],
  'too-few-samples': [
    [
      'a case was seen twice',
      (r) => Object.assign(measured(r), { samples: measured(r).samples.filter((s) => s.round < 2) }),
      /1 of/,
    ],
    [
      'a decode step was seen twice',
      (r) => Object.assign(r, { decode: [{ ...step(2e9), samples: samplesOf(10).filter((s) => s.round < 2) }] }),
      /^1 of 17 cases/,
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
    [
      'a decode step is wrong',
      (r) =>
        Object.assign(r, {
          decode: [
            {
              status: 'wrong',
              case: { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8 },
              reason: 'error 1',
            },
          ],
        }),
      /1 of 17 cases/,
    ],
    ['a case is wrong', (r) => Object.assign(measured(r), { status: 'wrong', reason: 'error 1' }), /no time/],
  ],
};

test.each([
  ['within rounding of the peak of what was reported', 365, 'RTX 3060'],
  ['below the highest peak of what that may be', 1800, 'A100'],
  ['of a part that is not in the table', 400, 'RTX 3060 Laptop GPU'],
])('above-peak is not earned %s', (_, gbps, gpu) => {
  const record = clean();
  streamingAt(record, gbps);
  record.reported = { gpu };
  expect(labelsOf(record)).toEqual([]);
});

test('a rotation is large enough that is four times the knee, where memory was found beyond it', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 4e8 });
  sweep(record, { 32: 30, 64: 30, 128: 10, 256: 10, 512: 10, 1024: 10 });
  expect(labelsOf(record)).toEqual([]);
});

test('steps that read four times the knee between two readings of a byte are of memory', () => {
  const record = clean();
  sweep(record, { 32: 30, 64: 30, 128: 10, 256: 10, 512: 10, 1024: 10 });
  record.decode = [step(2.6e8)];
  expect(labelsOf(record)).toEqual([]);
});

test('glue that moves some kB has a small rotation, and is no figure of memory', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 1e7, work: { bytesRead: 1e4, bytesWritten: 0, flops: 0 } });
  expect(labelsOf(record)).toEqual([]);
});

test('products that take a little longer than their bytes are bound by bandwidth all the same', () => {
  const record = clean();
  slowProducts(record, 1.3);
  expect(labelsOf(record)).toEqual([]);
});

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
