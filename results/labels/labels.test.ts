/** Tests every label on records that earn it, and on one that earns none. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../record/check.ts';
import type { DecodeMeasured, RunRecord, Sample } from '../record/schema.ts';
import { NOT_REACHED } from '../record/unfinished.ts';
import { COHERENCE } from './coherence.ts';
import { LABEL_EXAMPLES } from './examples.ts';
import { LABEL_IDS as ALL_IDS, labelsOf as allLabelsOf } from './index.ts';
import type { Label } from './label.ts';
import { LABELS_WITH_STEPS } from './steps.ts';

/** Labels of coherence have tests of their own: the simple times of these records are no clock's. */
const COHERENCE_IDS = COHERENCE.map(({ id }) => id);
const LABEL_IDS = ALL_IDS.filter((id) => !COHERENCE_IDS.includes(id));
const labelsOf = (record: RunRecord): Label[] => allLabelsOf(record).filter(({ id }) => LABEL_IDS.includes(id));

const FOLDER = new URL('../data/', import.meta.url);
const [first = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** A record that earns no label: a committed one, changed to be of an imaginary GPU that only memory limits. */
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
    if (m.status === 'measured') m.rotationBytes = 2 ** 31;
  }
  streamingAt(record, 10);
  return record;
}

/** Makes every case read `gbps` GB/s. */
function streamingAt(record: RunRecord, gbps: number): void {
  for (const m of record.measurements) {
    if (m.status === 'measured') m.samples = samplesOf(m.work.bytesRead / gbps / 1e6);
  }
}

/** Samples of six rounds without noise: a dispatch takes `dispatchMs`, and the share `perRound` more each round. */
function samplesOf(dispatchMs: number, perRound = 0): Sample[] {
  return [0, 1, 2, 3, 4, 5].flatMap((round) =>
    [1, 8].map((dispatches) => {
      const ms = dispatches * dispatchMs * (1 + perRound * round);
      return { dispatches, round, atMs: round, wallMs: ms, gpuMs: ms };
    }),
  );
}

/** Adds reads of 67.1 and 134 MB to one of 268 MB. Those of 134 MB take `times` as long as a line leads to expect. */
function sizesOfReads(record: RunRecord, times: number): void {
  const m = measured(record);
  const largest = 2 ** 28;
  record.measurements = record.measurements.filter((one) => one.case.kernel !== 'stream-read');
  for (const bytes of [largest, largest / 2, largest / 4]) {
    record.measurements.push({
      ...m,
      case: { ...m.case, kernel: 'stream-read', params: { bytes } },
      work: { bytesRead: bytes, bytesWritten: 0, flops: 0 },
      samples: samplesOf((0.05 + bytes / 10e6) * (bytes === largest / 2 ? times : 1)),
    });
  }
}

/** Adds a sweep of working sets in MB, each with its rate in GB/s. */
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

/** Makes dispatches of the first cases take longer by the share `per` for each one before them in a region. */
function bent(record: RunRecord, per: number, cases = Number.POSITIVE_INFINITY): void {
  for (const m of record.measurements.filter(({ status }) => status === 'measured').slice(0, cases)) {
    if (m.status !== 'measured') continue;
    m.samples = [0, 1, 2, 3, 4, 5].flatMap((round) =>
      [1, 2, 4, 8].map((dispatches) => {
        const ms = dispatches * 10 * (1 + per * dispatches) * (1 + 0.001 * ((round * dispatches) % 3));
        return { dispatches, round, atMs: round, wallMs: ms, gpuMs: ms };
      }),
    );
  }
}

test('regions whose times grow by so much for each dispatch are on a line, whatever a region costs', () => {
  const record = clean();
  bent(record, 0);
  expect(labelsOf(record).map(({ id }) => id)).not.toContain('not-a-line');
});

/** Adds a race of layouts of a kernel. */
function race({ plan }: RunRecord, kernel: string, layouts: number): void {
  const tried = Array.from({ length: layouts }, (_, lanes) => ({ tuning: { lanes }, rounds: [{ round: 0, ms: 1 }] }));
  plan.layouts.push({ kernel, variant: 'portable', params: {}, tried });
}

test('a working set that is small on purpose does not earn small-rotation', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 65536, workingSetBytes: 65536 });
  expect(labelsOf(record).map(({ id }) => id)).not.toContain('small-rotation');
});

/** The first measurement of a record that has a time. */
function measured(record: RunRecord) {
  const found = record.measurements.find((m) => m.status === 'measured');
  if (!found) throw new Error('nothing was measured');
  return found;
}

/** Makes every case take the share `perRound` longer each round. */
function drifting(record: RunRecord, perRound: number): void {
  for (const m of record.measurements) if (m.status === 'measured') m.samples = samplesOf(10, perRound);
}

/** Makes every matrix–vector product take `times` as long as its bytes at 10 GB/s. */
function slowProducts(record: RunRecord, times: number): void {
  for (const m of record.measurements) {
    if (m.status === 'measured' && m.case.kernel === 'gemv') m.samples = samplesOf((times * m.work.bytesRead) / 10e6);
  }
}

/** A decode step without noise that rotates through `rotationBytes`. */
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
  preRollSteps: 0,
  samples: samplesOf(10),
  discarded: [],
  stopped: 'interval',
});

/** What Firefox says of an adapter. */
const NAMELESS = { vendor: '', architecture: '', device: '', description: '' };

/** The adapter of a browser that hides everything of it. */
function hidden(record: RunRecord): Partial<RunRecord> {
  const copy = structuredClone(record);
  LABEL_EXAMPLES['unknown-adapter']?.(copy);
  return { adapter: copy.adapter, host: copy.host, reported: {} };
}

/** A GPU as Chromium gives it, by WebGL as well if `renderer` is given. */
const chromiums = (vendor: string, architecture: string, renderer: string | null = null) => ({
  ...{ vendor, architecture, renderer, device: '', description: '' },
});

const angle = (vendor: string, name: string): string =>
  `ANGLE (${vendor}, ${name} (0x0000ABCD) Direct3D11 vs_5_0 ps_5_0, D3D11)`;

const EARNS: Record<string, [string, (record: RunRecord) => void, RegExp][]> = {
  'software-adapter': [
    ['the browser says so', (r) => Object.assign(r.adapter, { isFallbackAdapter: true }), /runs on the CPU/],
    ['it is called swiftshader', (r) => Object.assign(r.adapter, { architecture: 'SwiftShader' }), /SwiftShader/],
    ['its description says llvmpipe', (r) => Object.assign(r.adapter, { description: 'llvmpipe: Mesa 25' }), /acme/],
    [
      'Firefox names nothing, and WebGL runs on llvmpipe',
      (r) => Object.assign(r.adapter, { ...NAMELESS, renderer: 'llvmpipe, or similar' }),
      /^llvmpipe runs on the CPU/,
    ],
    [
      'it has no name at all',
      (r) => Object.assign(r.adapter, { ...NAMELESS, isFallbackAdapter: true }),
      /^This adapter runs on the CPU/,
    ],
  ],
  'unknown-adapter': [
    ['Firefox resists fingerprinting', (r) => Object.assign(r, hidden(r)), /^The browser hides what it ran on/],
  ],
  'queue-drain-clock': [['the wall clock was trusted', (r) => Object.assign(r.clock, { trusted: 'queue-drain' }), /./]],
  'coarse-clock': [
    ['timestamps in steps of 1 ms', (r) => Object.assign(r.clock, { timestampQuantumNs: 1e6 }), /steps of 1\.00 ms/],
    [
      'in one round, a stall made all regions long enough',
      (r) => {
        Object.assign(r.clock, { timestampQuantumNs: 1e6 });
        for (const m of r.measurements) {
          if (m.status === 'measured') Object.assign(m.samples[0] ?? {}, { gpuMs: 300, wallMs: 301 });
        }
      },
      /steps of 1\.00 ms/,
    ],
  ],
  'not-a-line': [
    ['clocks fall within a region', (r) => bent(r, 0.02), /in short regions and .* in long ones, [0-9.]+ % apart/],
    [
      'one case is far off, and all others are straight',
      (r) => bent(r, 0.1, 1),
      /in short regions and .* in long ones, [0-9.]+ % apart/,
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
      /after 100 MB of other bytes, and there is no sweep .* ruled out from 1\.63 GB on/,
    ],
    [
      'the sweep ends before a large cache would',
      (r) => {
        Object.assign(measured(r), { rotationBytes: 4e8 });
        sweep(r, { 100: 10, 200: 10, 400: 10 });
      },
      /after 400 MB of other bytes, and the sweep over working sets ended at 400 MB: a cache of up to 408 MB/,
    ],
    [
      'a case rotates through less than four times the knee',
      (r) => {
        Object.assign(measured(r), { rotationBytes: 4e8 });
        sweep(r, { 64: 30, 128: 30, 256: 10, 512: 10, 1024: 10 });
      },
      /after 400 MB of other bytes, and sets of up to 128 MB are read faster/,
    ],
    [
      'the sweep still falls at its end',
      (r) => sweep(r, { 256: 30, 512: 30, 1024: 10 }),
      /the largest sets, of 1\.02 GB, were still read more slowly/,
    ],
  ],
  'small-model': [
    [
      'one of two steps rotates through 270 MB, not counting a claim’s, and there is no sweep',
      (r) => {
        const ofClaim = { ...step(3e6), case: { ...step(3e6).case, experiment: true } };
        Object.assign(r, { decode: [step(2.7e8), ofClaim, step(2e9)] });
      },
      /^In 1 of 2 decode steps a byte was read again after 270 MB .* ruled out from 1\.63 GB on\. A model this small/,
    ],
    [
      'layers that share memory rotate through less than four times the knee',
      (r) => {
        sweep(r, { 64: 30, 128: 30, 256: 10, 512: 10, 1024: 10 });
        Object.assign(r, { decode: [{ ...step(4e8), layers: { distinct: 3, total: 4 } }] });
      },
      /after 400 MB of other bytes, and sets of up to 128 MB .* shared their memory in turn: give the run more memory\.$/,
    ],
  ],
  'bent-read-line': [
    [
      'the middle of three sizes takes 3 % longer than the others lead to expect',
      (r) => sizesOfReads(r, 1.03),
      /^Reading 134 MB takes 3\.00 % .* longer than reading 67\.1 MB and 268 MB leads to expect\. /,
    ],
    ['it takes 2 % less', (r) => sizesOfReads(r, 0.98), /takes 2\.00 % .* less than/],
  ],
  'launch-included': [
    [
      'one of three planned sizes has a time',
      (r) => {
        sizesOfReads(r, 1);
        r.plan.cases = r.measurements.map((m) => m.case);
        let left = 1;
        r.measurements = r.measurements.map((m) =>
          m.case.kernel === 'stream-read' && left-- <= 0
            ? { status: 'failed', case: m.case, reason: 'out of memory' }
            : m,
        );
      },
      /^Reads of 3 sizes were planned, .* some per cent too low\.$/,
    ],
  ],
  'above-peak': [
    [
      'of the GPU that was reported',
      (r) => {
        streamingAt(r, 400);
        r.reported = { gpu: 'my RTX 3060' };
      },
      /^40\d GB\/s is more than the 360 GB\/s .* GeForce RTX 3060 moves/,
    ],
    [
      'of the GPU that the adapter names',
      (r) => {
        streamingAt(r, 400);
        r.adapter.description = 'NVIDIA GeForce RTX 3060';
      },
      /360 GB\/s/,
    ],
    [
      'of the GPU that WebGL names',
      (r) => {
        streamingAt(r, 400);
        Object.assign(r.adapter, chromiums('nvidia', 'ampere', angle('NVIDIA', 'NVIDIA GeForce RTX 3060')));
      },
      /more than the 360 GB\/s .* GeForce RTX 3060 moves/,
    ],
    [
      'of the fastest GPU of the architecture, where nothing names the GPU',
      (r) => {
        streamingAt(r, 1200);
        Object.assign(r.adapter, chromiums('nvidia', 'lovelace'));
      },
      /more than the 1008 GB\/s that the memory of any nvidia lovelace GPU moves; the fastest is the NVIDIA GeForce RTX 4090/,
    ],
    [
      'of the architecture, where the GPU has a name that is not in the table',
      (r) => {
        streamingAt(r, 1200);
        r.reported = { gpu: 'RTX 4095' };
        Object.assign(r.adapter, chromiums('nvidia', 'lovelace', angle('NVIDIA', 'NVIDIA GeForce RTX 4095')));
      },
      /any nvidia lovelace GPU/,
    ],
  ],
  'below-peak': [
    [
      'of the GPU that was reported, on another one',
      (r) => {
        streamingAt(r, 50);
        r.reported = { gpu: 'RTX 3060' };
        Object.assign(r.adapter, chromiums('intel', 'gen-12lp', angle('Intel', 'Intel(R) Iris(R) Xe Graphics')));
      },
      /^50\.\d GB\/s is 14 % of the 360 GB\/s .* The run was on Intel\(R\) Iris\(R\) Xe Graphics\. .* limit of power/,
    ],
    [
      'of the GPU that WebGL names',
      (r) => {
        streamingAt(r, 500);
        Object.assign(r.adapter, chromiums('nvidia', 'lovelace', angle('NVIDIA', 'NVIDIA GeForce RTX 4090')));
      },
      /% of the 1008 GB\/s that the memory of the NVIDIA GeForce RTX 4090 moves at most; sound machines/,
    ],
  ],
  'not-bandwidth-bound': [
    [
      'products take twice as long as their bytes',
      (r) => slowProducts(r, 2),
      /uses (49|50)\.\d % .* of the memory’s speed in the one layout that this run tried; another may do better/,
    ],
    [
      'and layouts of them and of the ceiling were raced',
      (r) => {
        slowProducts(r, 2);
        race(r, 'stream-read', 4);
        race(r, 'gemv', 3);
      },
      /of the memory’s speed, each in the fastest of 3 layouts that were tried\. Something/,
    ],
    [
      'and layouts of them alone were raced',
      (r) => {
        slowProducts(r, 2);
        race(r, 'gemv', 3);
      },
      /of the memory’s speed, in the fastest of 3 layouts that were tried\. Something/,
    ],
    [
      'and no working set is read faster than another',
      (r) => {
        slowProducts(r, 2);
        sweep(r, { 4: 10, 64: 10, 512: 10, 1024: 10 });
      },
      /Nor is 4\.00 MB read any faster than 1\.02 GB/,
    ],
  ],
  'nothing-measured': [
    [
      'every case was left out',
      (r) => LABEL_EXAMPLES['nothing-measured']?.(r),
      /^Every case was left out; the first of \d+ because one dispatch takes 100 ms/,
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
  'uneven-memory': [
    [
      'a part of it takes ten times as long',
      (r) => {
        const slab = (ms: number) => ({
          bytes: 2.5e8,
          readings: [1, 2, 3, 4, 5].flatMap(() =>
            [1, 4].map((n) => ({ dispatches: n, wallMs: n * ms, gpuMs: n * ms })),
          ),
        });
        const steps = [{ bytes: 1e9, given: true }];
        r.plan.memory = { budgetBytes: 1e9, reason: '', steps, slabs: [slab(1), slab(1), slab(1), slab(10)] };
      },
      /^250 MB of the 1\.00 GB .* at least 10 times as long .* less memory/,
    ],
  ],
  'less-memory': [
    [
      'half of the memory was refused',
      (r) => r.events.push({ atMs: 1, kind: 'out-of-memory', detail: '0.5 GB of 1.0 GB could not be had' }),
      /refused.*0\.5 GB of 1\.0 GB/,
    ],
  ],
  'hidden-tab': [
    [
      'the tab was hidden twice',
      (r) => r.events.push({ atMs: 1, kind: 'hidden', detail: '' }, { atMs: 2, kind: 'hidden', detail: '' }),
      /hidden 2 times/,
    ],
  ],
  'device-lost': [
    [
      'the device was lost, and the run continued',
      (r) => r.events.push({ atMs: 1, kind: 'lost', detail: 'the GPU device was lost: too hot' }),
      /lost once.*too hot/,
    ],
  ],
  'other-run': [
    [
      'another tab was measuring when the run was asked for',
      (r) => r.events.push({ atMs: 1, kind: 'other-run', detail: 'another tab measured until this run began' }),
      /another tab measured until this run began.*warm/,
    ],
  ],
  'way-left-out': [
    [
      'a kernel of a way is wrong',
      (r) =>
        r.events.push({
          ...{ atMs: 1, kind: 'way-left-out' },
          detail: 'smollm2-135m with activations in bytes: gemv dot-i8: squared error 0.31',
        }),
      /left out \(smollm2-135m with activations in bytes: gemv dot-i8: squared error 0\.31\)\. The fastest/,
    ],
  ],
  resumed: [
    [
      'the run was resumed after it had been cancelled',
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
      'the run was cancelled',
      (r) => r.events.push({ atMs: 1, kind: 'cancelled', detail: 'cancelled by the user' }),
      /^The run ended early: cancelled by the user\. What/,
    ],
    [
      'the time was spent',
      (r) => r.events.push({ atMs: 1, kind: 'out-of-time', detail: '3 of 16 cases were not reached in 30 s' }),
      /^The time was spent: 3 of 16 cases were not reached in 30 s\. What/,
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
  ['within rounding of the peak of the reported GPU', 365, 'RTX 3060'],
  ['below the highest peak of the GPUs that the name may mean', 1800, 'A100'],
  ['of a GPU that is not in the table', 400, 'RTX 3060 Max-Q'],
])('above-peak is not earned %s', (_, gbps, gpu) => {
  const record = clean();
  streamingAt(record, gbps);
  record.reported = { gpu };
  expect(labelsOf(record)).toEqual([]);
});

test.each<[string, number, string | undefined, Partial<RunRecord['adapter']>]>([
  ['at 61 % of the peak', 0.61 * 360, 'RTX 3060', {}],
  ['of a name that may mean GPUs of several peaks', 100, 'A100', {}],
  ['of a GPU that is not in the table', 10, 'RTX 3060 Max-Q', {}],
  ['of the slowest that is sold under the name', 0.7 * 240, 'RTX 3060', {}],
  ['by the architecture alone', 100, undefined, chromiums('nvidia', 'lovelace')],
  ['by Firefox’s stand-in for a name', 10, undefined, { ...NAMELESS, renderer: 'Apple M1, or similar' }],
  [
    'by WebGL on a GPU of another vendor',
    40,
    undefined,
    chromiums('intel', 'gen-12lp', angle('NVIDIA', 'NVIDIA GeForce RTX 4090')),
  ],
  [
    'by WebGL on a GPU of another architecture',
    40,
    undefined,
    chromiums('amd', 'rdna-2', angle('AMD', 'AMD Radeon RX 7900 XTX')),
  ],
  ['by a device’s number that looks like a name', 40, undefined, { ...NAMELESS, vendor: 'nvidia', device: '4090' }],
])('below-peak is not earned %s', (_, gbps, gpu, adapter) => {
  const record = clean();
  streamingAt(record, gbps);
  if (gpu !== undefined) record.reported = { gpu };
  Object.assign(record.adapter, adapter);
  expect(labelsOf(record)).toEqual([]);
});

test.each<[string, number, Partial<RunRecord['adapter']>]>([
  ['by Firefox’s stand-in for a name', 400, { ...NAMELESS, renderer: 'Apple M1, or similar' }],
  ['by WebGL on a GPU of another vendor', 400, chromiums('amd', 'rdna-3', angle('NVIDIA', 'NVIDIA GeForce RTX 3060'))],
  ['by an architecture that future GPUs share', 2000, chromiums('apple', 'metal-3')],
  ['by a device’s number that looks like a name', 2000, { ...NAMELESS, vendor: 'nvidia', device: '4090' }],
])('above-peak is not earned %s', (_, gbps, adapter) => {
  const record = clean();
  streamingAt(record, gbps);
  Object.assign(record.adapter, adapter);
  expect(labelsOf(record)).toEqual([]);
});

test('what hides its adapter is not unknown once the person names the GPU, or the limits are a GPU’s own', () => {
  const named = clean();
  Object.assign(named, hidden(named), { reported: { gpu: 'my GPU' } });
  expect(labelsOf(named)).toEqual([]);
  const open = clean();
  Object.assign(open, hidden(open));
  open.adapter.limits.maxBufferSize = 2 ** 30;
  expect(labelsOf(open)).toEqual([]);
});

test('a run that has only been planned has not measured nothing, until its time is spent', () => {
  const record = clean();
  record.measurements = record.plan.cases.map((c) => ({ status: 'skipped', case: c, reason: NOT_REACHED }));
  expect(labelsOf(record)).toEqual([]);
  record.events.push({ atMs: 1, kind: 'out-of-time', detail: '' });
  const [nothing, incomplete] = labelsOf(record);
  expect(nothing?.reason).toMatch(/because the run ended before this case was timed/);
  expect(incomplete?.id).toBe('incomplete');
});

describe('a run that ended early', () => {
  const kinds = [
    ['browser', 'Chrome'],
    ['browser', 'Firefox'],
    ['node', 'Dawn'],
    ['deno', 'wgpu in Deno'],
  ] as const;
  const ends = [
    ['out-of-time', /more time/],
    ['cancelled', /run again/],
    ['gave-up', /run again/],
  ] as const;
  test.each(kinds.flatMap(([host, brand]) => ends.map(([end, again]) => ({ host, brand, end, again }))))(
    '$brand, $end: its steps are of the place',
    ({ host, brand, end, again }) => {
      const record = clean();
      record.host = { kind: host, brand, majorVersion: 150, platform: 'Linux' };
      record.events.push({ atMs: 1, kind: end, detail: '' });
      const [label] = labelsOf(record);
      const steps = label?.steps.join(' ');
      expect(label?.id).toBe('incomplete');
      expect(steps).toMatch(again);
      if (host === 'browser') {
        expect(steps).toMatch(/“Kept runs”/);
        expect(steps).not.toContain('--');
      } else {
        expect(steps).toMatch(/--resume/);
        expect(steps).not.toMatch(/Kept runs|choose/);
      }
    },
  );
});

test('no label’s reason names a flag: a record is shown on the page as well', () => {
  for (const examples of Object.values(EARNS)) {
    for (const [, change] of examples) {
      const record = clean();
      change(record);
      for (const { reason } of labelsOf(record)) expect(reason).not.toMatch(/--[a-z]/);
    }
  }
});

test('labels that something can be done about say what, in the words of the browser', () => {
  for (const id of LABELS_WITH_STEPS) {
    const record = clean();
    record.host = { kind: 'browser', brand: 'Microsoft Edge', majorVersion: 150, platform: 'Windows' };
    EARNS[id]?.[0]?.[1](record);
    const [label] = labelsOf(record);
    expect(label?.steps.length, id).toBeGreaterThan(0);
    expect(label?.steps.join(' '), id).not.toContain('chrome://');
  }
});

test('a rotation of four times the knee is large enough, where memory was found beyond it', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 4e8 });
  sweep(record, { 32: 30, 64: 30, 128: 10, 256: 10, 512: 10, 1024: 10 });
  expect(labelsOf(record)).toEqual([]);
});

test('a middle size within one per cent of the line is no news', () => {
  const record = clean();
  sizesOfReads(record, 1.008);
  expect(labelsOf(record)).toEqual([]);
});

test('steps that rotate through four times the knee are of memory', () => {
  const record = clean();
  sweep(record, { 32: 30, 64: 30, 128: 10, 256: 10, 512: 10, 1024: 10 });
  record.decode = [step(2.6e8)];
  expect(labelsOf(record)).toEqual([]);
});

test('sets that are larger than any cache, and faster than larger ones, are of uneven memory', () => {
  const record = clean();
  sweep(record, { 256: 30, 512: 30, 1024: 30, 2048: 30, 4096: 10, 6144: 10, 8192: 10 });
  const found = labelsOf(record).find(({ id }) => id === 'uneven-memory');
  expect(found?.reason).toMatch(/^Sets of up to 2\.05 GB are read faster .* no GPU has so large a cache/);
});

test('a kernel that moves some kB has a small rotation, and is no figure of memory', () => {
  const record = clean();
  Object.assign(measured(record), { rotationBytes: 1e7, work: { bytesRead: 1e4, bytesWritten: 0, flops: 0 } });
  expect(labelsOf(record)).toEqual([]);
});

test('products that take a little longer than their bytes are still bound by bandwidth', () => {
  const record = clean();
  slowProducts(record, 1.3);
  expect(labelsOf(record)).toEqual([]);
});

test('every label is tested here', () => expect(Object.keys(EARNS).sort()).toEqual([...LABEL_IDS].sort()));

test('a clean record has no label', () => expect(labelsOf(clean())).toEqual([]));

const cases = Object.entries(EARNS).flatMap(([id, list]) => list.map((one) => [id, ...one] as const));

test.each(cases)('%s: %s', (id, _, earn, reason) => {
  const record = clean();
  earn(record);
  const labels = labelsOf(record);
  expect(labels.map((label) => label.id)).toEqual([id]);
  expect(labels[0]?.reason).toMatch(reason);
});

test('every label has an example for the gallery', () => {
  expect(Object.keys(LABEL_EXAMPLES).sort()).toEqual([...ALL_IDS].sort());
});
