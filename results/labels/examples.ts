/** An example of every label, for the gallery: each label has one, and its test says which is missing. */

import { maxOf } from '../lists.ts';
import type { DecodeMeasured, Measured, RunRecord } from '../record/schema.ts';

const measuredIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));

const stepsIn = (record: RunRecord): DecodeMeasured[] =>
  (record.decode ?? []).flatMap((m) => (m.status === 'measured' && !m.case.experiment ? [m] : []));

/** Multiplies the times of a case's rounds. */
function slow(m: Measured | DecodeMeasured, factorOf: (round: number) => number): void {
  m.samples = m.samples.map((sample) => {
    const factor = factorOf(sample.round);
    return { ...sample, wallMs: sample.wallMs * factor, gpuMs: sample.gpuMs === null ? null : sample.gpuMs * factor };
  });
}

const drift = (perRound: number) => (record: RunRecord) => {
  for (const m of [...measuredIn(record), ...stepsIn(record)]) slow(m, (round) => 1 + perRound * round);
};

const event = (kind: RunRecord['events'][number]['kind'], detail: string) => (record: RunRecord) => {
  record.events.push({ atMs: 1000, kind, detail });
};

/** Changes to the record of a GPU, by label id: each makes the record earn that label. */
export const LABEL_EXAMPLES: Readonly<Record<string, (record: RunRecord) => void>> = {
  'software-adapter'(record) {
    record.adapter.isFallbackAdapter = true;
  },
  'unknown-adapter'(record) {
    const limits = {
      ...{ maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27, maxStorageBuffersPerShaderStage: 8 },
      ...{ maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupSizeX: 256 },
      ...{ maxComputeWorkgroupsPerDimension: 65_535, maxComputeWorkgroupStorageSize: 2 ** 14 },
      minStorageBufferOffsetAlignment: 256,
    };
    Object.assign(record.adapter, {
      vendor: '',
      architecture: '',
      device: '',
      description: '',
      renderer: null,
      limits,
    });
    record.host = { kind: 'browser', brand: 'Firefox', majorVersion: 153, platform: 'Linux x86_64' };
    record.reported = {};
  },
  'queue-drain-clock'(record) {
    record.clock.trusted = 'queue-drain';
    record.clock.reason = 'This adapter has no timestamp queries.';
  },
  'coarse-clock'(record) {
    record.clock.timestampQuantumNs = 1e6;
  },
  'not-a-line'(record) {
    for (const m of measuredIn(record)) {
      const longest = maxOf(m.samples.map(({ dispatches }) => dispatches));
      // The longest regions of each round end late.
      m.samples = m.samples.map((sample) => {
        const lateMs = 0.2 * sample.wallMs * (sample.dispatches / longest);
        const { gpuMs } = sample;
        return { ...sample, wallMs: sample.wallMs + lateMs, gpuMs: gpuMs === null ? null : gpuMs + lateMs };
      });
    }
  },
  'not-steady': drift(-0.02),
  throttled: drift(0.02),
  'small-rotation'(record) {
    for (const m of measuredIn(record)) m.rotationBytes = Math.min(m.rotationBytes, 1e8);
  },
  'small-model'(record) {
    for (const m of stepsIn(record)) m.rotationBytes = 5e7;
  },
  'bent-read-line'(record) {
    const [, middle] = measuredIn(record).filter((m) => m.case.kernel === 'stream-read');
    if (middle) slow(middle, () => 1.06);
  },
  'launch-included'(record) {
    const [, ...others] = measuredIn(record).filter((m) => m.case.kernel === 'stream-read' && !m.case.withinBytes);
    record.measurements = record.measurements.map((m) =>
      others.some((other) => other === m) ? { status: 'skipped', case: m.case, reason: 'the run ended before it' } : m,
    );
  },
  'above-peak'(record) {
    record.reported = { gpu: 'RTX 4060' };
  },
  'below-peak'(record) {
    record.reported = { gpu: 'RTX 4090' };
  },
  'not-bandwidth-bound'(record) {
    for (const m of measuredIn(record)) if (m.case.kernel === 'gemv') slow(m, () => 2);
  },
  'nothing-measured'(record) {
    const reason = 'one dispatch takes 100 ms here, more than the 50 ms with which other programs stay usable';
    record.measurements = record.plan.cases.map((c) => ({ status: 'skipped', case: c, reason }));
    delete record.decode;
  },
  'too-few-samples'(record) {
    for (const m of measuredIn(record).slice(0, 2)) m.samples = m.samples.filter(({ round }) => round < 2);
  },
  'uneven-memory'(record) {
    const slab = (ms: number) => ({
      bytes: 2 ** 28,
      readings: [0, 1, 2, 3, 4].flatMap((i) =>
        [5, 20].map((dispatches) => {
          const gpuMs = (dispatches / 20) * ms + 0.01 * i;
          return { dispatches, wallMs: gpuMs + 0.3, gpuMs };
        }),
      ),
    });
    record.plan.memory = {
      ...{ budgetBytes: 2 ** 30, reason: 'the profile asks for it', steps: [{ bytes: 2 ** 30, given: true }] },
      slabs: [slab(8), slab(8.1), slab(7.9), slab(104)],
    };
  },
  'unpublished-build'(record) {
    record.harness.commit = 'deadbeef'.repeat(5);
  },
  'odd-date'(record) {
    record.created = '2019-05-01T12:00:00.000Z';
  },
  'other-gpu'(record) {
    record.reported = { gpu: 'AMD Radeon RX 7900 XTX' };
    record.adapter.vendor = 'nvidia';
  },
  'odd-adapter'(record) {
    Object.assign(record.adapter, { vendor: 'nvidia', subgroupMinSize: 8, subgroupMaxSize: 8 });
  },
  'odd-times'(record) {
    for (const m of measuredIn(record)) for (const sample of m.samples) if (sample.gpuMs !== null) sample.gpuMs += 1e-7;
  },
  'lost-time'(record) {
    for (const m of measuredIn(record)) slow(m, () => 1 / 3);
  },
  'overlapping-regions'(record) {
    for (const m of measuredIn(record)) m.samples = m.samples.map((sample) => ({ ...sample, atMs: sample.atMs / 10 }));
  },
  'odd-rounds'(record) {
    for (const m of measuredIn(record)) m.samples = m.samples.filter(({ round }) => round !== 1);
  },
  'missing-cases'(record) {
    const cases = measuredIn(record).slice(0, 4);
    // Four cases are visited in turn, and one that is not in the record in between.
    for (const [of, m] of cases.entries()) {
      m.samples = m.samples.map((sample) => {
        const place = (sample.round + of) % cases.length;
        const atMs = 1e7 + 1e6 * sample.round + 1e4 * place + (place > 1 ? 1e5 : 0);
        return { ...sample, atMs: atMs + sample.dispatches };
      });
    }
    record.measurements = record.plan.cases.map((c, i) => {
      const m = record.measurements[i];
      return m && cases.some((one) => one === m)
        ? m
        : { status: 'skipped', case: c, reason: 'the run ended before it' };
    });
  },
  'odd-bytes'(record) {
    for (const { work } of measuredIn(record)) work.bytesRead *= 100;
  },
  'not-verified'(record) {
    for (const { verification } of measuredIn(record)) verification.shapes = 0;
  },
  'probe-differs'(record) {
    record.plan.probeGBps /= 10;
  },
  'less-memory': event('out-of-memory', '2.15 GB of 4.29 GB could not be had'),
  'hidden-tab': event('hidden', 'paused for 12.3 s'),
  'other-run': event(
    'other-run',
    'process 1234 measured on this machine until this run began, which waited 42 s for it',
  ),
  'device-lost': event('lost', 'the GPU device was lost: the driver was reset'),
  resumed: event('resumed', ''),
  'way-left-out': event('way-left-out', 'smollm2-135m with activations in bytes: gemv dot-i8: squared error 0.31'),
  incomplete: event('cancelled', 'cancelled by the user'),
  'wrong-results'(record) {
    const [first] = measuredIn(record);
    if (!first) return;
    const { case: c, verification } = first;
    record.measurements[record.measurements.indexOf(first)] = {
      ...{ status: 'wrong', case: c, verification, reason: 'squared error 0.31' },
    };
  },
};
