/** Forgeries of records, for tests: each with the label that it earns, or why nothing finds it. */

import { groupBy } from '../../../../results/lists.ts';
import type { DecodeMeasured, Measured, Reading, RunRecord, Sample } from '../../../../results/record/schema.ts';
import type { RandomSource } from '../../../../results/statistics.ts';

export interface Forgery {
  readonly name: string;
  forge(record: RunRecord, random: RandomSource): void;
  /** The labels of which it earns one. */
  readonly labels: readonly string[];
  /** Whether a record has what the forgery changes, and what gives it away. Default: every record has. */
  readonly needs?: (record: RunRecord) => boolean;
}

type Timed = Measured | DecodeMeasured;

const kernelsIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));
const stepsIn = (record: RunRecord): DecodeMeasured[] =>
  (record.decode ?? []).flatMap((m) => (m.status === 'measured' ? [m] : []));
const timedIn = (record: RunRecord): Timed[] => [...kernelsIn(record), ...stepsIn(record)];
const headlineIn = (record: RunRecord): Measured[] =>
  kernelsIn(record).filter((m) => m.case.kernel === 'stream-read' && m.case.withinBytes === undefined);
const oneKernelIn = (record: RunRecord): Measured[] => kernelsIn(record).filter((m) => m.case.kernel === 'gemv');

const hasSteps = (record: RunRecord): boolean => stepsIn(record).length > 0;
const hasStamps = ({ clock }: RunRecord): boolean => clock.trusted === 'timestamp-query';

/** Timestamps are so fine that two of them are the same by a rare chance only. */
const isFine = (record: RunRecord): boolean => hasStamps(record) && (record.clock.timestampQuantumNs ?? 1e9) <= 50;

/** Multiplies the times of a reading, and rounds them as a forger may. */
interface Scaling {
  readonly factor: number;
  /** The times that are changed. */
  readonly times: 'gpu' | 'both';
  /** What times are rounded to: nothing, whole nanoseconds, or the steps of the clocks. */
  readonly rounded: 'not' | 'ns' | 'steps';
}

function scale(reading: Reading, { factor, times, rounded }: Scaling, { clock }: RunRecord): void {
  const to = (ms: number, stepMs: number) => (stepMs > 0 ? Math.round(ms / stepMs) * stepMs : ms);
  const gpuStepNs = rounded === 'not' ? 0 : rounded === 'ns' ? 1 : (clock.timestampQuantumNs ?? 1);
  const wallStepMs = rounded === 'steps' ? clock.wallQuantumMs : 0;
  if (reading.gpuMs !== null) {
    const ns = to(reading.gpuMs * factor * 1e6, gpuStepNs);
    reading.gpuMs = (rounded === 'not' ? ns : Math.round(ns)) / 1e6;
  }
  if (times === 'both' || reading.gpuMs === null) reading.wallMs = to(reading.wallMs * factor, wallStepMs);
}

const scaled =
  (of: (record: RunRecord) => Timed[], scaling: Scaling, readings = false) =>
  (record: RunRecord): void => {
    for (const m of of(record)) for (const sample of [...m.samples, ...m.discarded]) scale(sample, scaling, record);
    if (readings) for (const reading of record.clock.readings) scale(reading, scaling, record);
  };

/** Shorter times lie between a clock's steps, or leave time that nothing accounts for. */
const SHORTENED = ['odd-times', 'lost-time'];

/** The scalings of times that must be found. A third of a time is the issue's; others are as likely. */
const SCALINGS: readonly Forgery[] = [1 / 3, 0.7].flatMap((factor) =>
  (['gpu', 'both'] as const).flatMap((times) =>
    (['not', 'ns', 'steps'] as const).flatMap((rounded): Forgery[] => {
      const scaling: Scaling = { factor, times, rounded };
      const how = `× ${factor.toPrecision(2)}, ${times === 'gpu' ? 'timestamps alone' : 'both clocks'}, ${rounded === 'not' ? 'not rounded' : `rounded to ${rounded}`}`;
      const needs = times === 'gpu' ? hasStamps : undefined;
      const common = { labels: SHORTENED, ...(needs && { needs }) };
      return [
        { name: `the times of the headline ${how}`, forge: scaled(headlineIn, scaling), ...common },
        { name: `all times ${how}`, forge: scaled(timedIn, scaling), ...common },
        { name: `all times and the clock’s readings ${how}`, forge: scaled(timedIn, scaling, true), ...common },
        { name: `the times of one kernel ${how}`, forge: scaled(oneKernelIn, scaling), ...common },
      ];
    }),
  ),
);

/** Says that the record is of a GPU, and of nothing else. */
const dressed =
  (vendor: string, architecture: string, description: string) =>
  (record: RunRecord): void => {
    Object.assign(record.adapter, { vendor, architecture, device: '', description, isFallbackAdapter: false });
    record.adapter.renderer = null;
  };

const isNarrow = ({ adapter }: RunRecord): boolean => adapter.subgroupMaxSize > 0 && adapter.subgroupMaxSize < 16;

const ADAPTERS: readonly Forgery[] = [
  {
    name: 'an H100 that is reported on another adapter',
    forge: (record) => {
      record.reported = { gpu: 'NVIDIA H100', memoryGB: 80 };
    },
    labels: ['other-gpu'],
  },
  {
    name: 'a software adapter dressed as an RTX 4090',
    forge: dressed('nvidia', 'lovelace', 'NVIDIA GeForce RTX 4090'),
    labels: ['odd-adapter'],
    needs: isNarrow,
  },
  {
    name: 'a software adapter dressed as an M2 Max',
    forge: dressed('apple', 'metal-3', 'Apple M2 Max'),
    labels: ['odd-adapter'],
    needs: isNarrow,
  },
  {
    name: 'a software adapter dressed as an RX 7900 XTX',
    forge: dressed('amd', 'rdna-3', 'AMD Radeon RX 7900 XTX'),
    labels: ['odd-adapter'],
    needs: isNarrow,
  },
  {
    name: 'a software adapter dressed as an Arc B580',
    forge: dressed('intel', 'xe-2hpg', 'Intel Arc B580'),
    labels: ['odd-adapter'],
    needs: isNarrow,
  },
  {
    name: 'an RTX 4090 by its strings on the record of an M2',
    forge(record) {
      dressed('nvidia', 'lovelace', 'NVIDIA GeForce RTX 4090')(record);
      Object.assign(record.adapter, { subgroupMinSize: 4, subgroupMaxSize: 64 });
    },
    labels: ['odd-adapter'],
  },
  {
    name: 'an RTX 4090 by its strings on the record of an M2 without subgroups',
    forge(record) {
      dressed('nvidia', 'lovelace', 'NVIDIA GeForce RTX 4090')(record);
      Object.assign(record.adapter, { subgroupMinSize: 4, subgroupMaxSize: 128 });
      record.adapter.features = ['timestamp-query', 'texture-compression-astc', 'texture-compression-etc2'];
      record.host = { kind: 'browser', brand: 'Google Chrome', majorVersion: 148, platform: 'macOS' };
    },
    labels: ['odd-adapter'],
  },
  {
    name: 'an RTX 4090 by its strings on the record of a Radeon',
    forge(record) {
      dressed('nvidia', 'lovelace', 'NVIDIA GeForce RTX 4090')(record);
      Object.assign(record.adapter, { subgroupMinSize: 32, subgroupMaxSize: 64 });
    },
    labels: ['odd-adapter'],
  },
  {
    name: 'a software adapter without its flag and names',
    forge: dressed('mesa', '', ''),
    labels: ['odd-adapter'],
  },
  {
    name: 'a vendor of one GPU and the name of another',
    forge: dressed('amd', 'rdna-3', 'NVIDIA GeForce RTX 4090'),
    labels: ['odd-adapter'],
  },
  {
    name: 'all names cleared outside of a browser',
    forge(record) {
      dressed('', '', '')(record);
      record.host = { kind: 'node', brand: 'Dawn', majorVersion: null, platform: 'linux x64' };
    },
    labels: ['odd-adapter'],
  },
  {
    name: 'all names cleared in Chrome',
    forge(record) {
      dressed('', '', '')(record);
      record.host = { kind: 'browser', brand: 'Google Chrome', majorVersion: 148, platform: 'Linux' };
      record.reported = {};
    },
    labels: ['unknown-adapter'],
  },
  ...[
    ['maxStorageBufferBindingSize', 2 ** 20, 'below WebGPU’s'],
    ['maxStorageBufferBindingSize', 2 ** 60, 'above its buffers'],
    ['maxComputeInvocationsPerWorkgroup', 16, 'below WebGPU’s'],
    ['maxComputeWorkgroupSizeX', 2 ** 40, 'above 32 bits'],
    ['maxComputeWorkgroupStorageSize', 2 ** 33, 'above 32 bits'],
    ['minStorageBufferOffsetAlignment', 48, 'no power of two'],
  ].map(
    ([name, value, how]): Forgery => ({
      name: `the limit ${name} ${how}`,
      forge: ({ adapter }) => {
        adapter.limits[String(name)] = Number(value);
      },
      labels: ['odd-adapter'],
    }),
  ),
  {
    name: 'limits below what a dispatch took',
    forge({ adapter, plan }) {
      adapter.limits.maxStorageBufferBindingSize = 2 ** 27;
      plan.largestDispatchBytes = 2 ** 28;
    },
    labels: ['odd-adapter'],
  },
];

const BUILDS: readonly Forgery[] = [
  ...['2019-05-01T12:00:00.000Z', '2026-11-01T12:00:00.000Z', '2099-05-01T12:00:00.000Z'].map(
    (created): Forgery => ({
      name: `a date of ${created.slice(0, 10)}`,
      forge: (record) => {
        record.created = created;
      },
      labels: ['odd-date'],
    }),
  ),
  {
    name: 'a digest of zeros',
    forge: ({ harness }) => {
      harness.kernels = '0'.repeat(64);
    },
    labels: ['unpublished-build'],
  },
  {
    name: 'a false commit',
    forge: ({ harness }) => {
      harness.commit = 'deadbeef'.repeat(5);
    },
    labels: ['unpublished-build'],
  },
  {
    name: 'no commit, and the kernels of a build that has one',
    forge: ({ harness }) => {
      Object.assign(harness, {
        commit: null,
        kernels: 'f679444f3702b6e3e8d3abaa1e721b9532f924038fdcf2c4c9ec63abbdc2f433',
      });
    },
    labels: ['unpublished-build'],
  },
  {
    name: 'the commit of a published build with the kernels of another',
    forge: ({ harness }) => {
      Object.assign(harness, {
        commit: '6486af3a8cfd3de055d56004b4500d0b1f6e1f9f',
        kernels: 'f679444f3702b6e3e8d3abaa1e721b9532f924038fdcf2c4c9ec63abbdc2f433',
      });
    },
    labels: ['unpublished-build'],
  },
];

const WORK: readonly Forgery[] = [
  ...[100, 2].map(
    (factor): Forgery => ({
      name: `bytes × ${factor}`,
      forge: (record) => {
        for (const { work } of timedIn(record)) work.bytesRead *= factor;
      },
      labels: ['odd-bytes'],
    }),
  ),
  ...[100, 2].map(
    (factor): Forgery => ({
      name: `bytes × ${factor} in the headline alone`,
      forge: (record) => {
        for (const { work } of headlineIn(record)) work.bytesRead *= factor;
      },
      labels: ['odd-bytes'],
    }),
  ),
  ...[2, 3].map(
    (factor): Forgery => ({
      name: `dispatches × ${factor}`,
      forge: (record) => {
        for (const m of headlineIn(record)) {
          m.samples = m.samples.map((sample) => ({ ...sample, dispatches: factor * sample.dispatches }));
          m.preRollDispatches *= factor;
        }
      },
      labels: ['odd-bytes'],
      needs: ({ clock }) => clock.preRoll !== null,
    }),
  ),
  ...['gemv', 'working-set-read'].map(
    (kernel): Forgery => ({
      name: `bytes × 2 in ${kernel} alone`,
      forge: (record) => {
        for (const { case: of, work } of kernelsIn(record)) if (of.kernel === kernel) work.bytesRead *= 2;
      },
      labels: ['odd-bytes'],
      // The products of simulated GPUs have no shape, and the first records no working sets of several sweeps.
      needs: (record) =>
        kernelsIn(record).some(
          ({ case: of }) => of.kernel === kernel && (kernel === 'gemv' ? 'rows' : 'sweeps') in of.params,
        ),
    }),
  ),
  ...[100, 3].map(
    (factor): Forgery => ({
      name: `bytes × ${factor} in decode steps alone`,
      forge: (record) => {
        for (const { work } of stepsIn(record)) work.bytesRead *= factor;
      },
      labels: ['odd-bytes'],
      needs: hasSteps,
    }),
  ),
  {
    name: 'no verified shapes',
    forge: (record) => {
      for (const { verification } of timedIn(record)) Object.assign(verification, { shapes: 0, outputs: 0 });
    },
    labels: ['not-verified'],
  },
  {
    name: 'blank checksums',
    forge: (record) => {
      for (const { checks } of kernelsIn(record)) for (const check of checks) check.checksum = '00000000';
    },
    labels: ['not-verified'],
  },
  {
    name: 'no checks',
    forge: (record) => {
      for (const m of kernelsIn(record)) m.checks = [];
    },
    labels: ['not-verified'],
  },
];

const meanWallMs = ({ samples }: Timed): number =>
  samples.reduce((total, { wallMs }) => total + wallMs, 0) / samples.length;

const VISITS: readonly Forgery[] = [
  {
    name: 'the three slowest cases dropped',
    forge(record) {
      const slowest = kernelsIn(record)
        .sort((a, b) => meanWallMs(b) - meanWallMs(a))
        .slice(0, 3);
      record.measurements = record.measurements.filter((m) => m.status !== 'measured' || !slowest.includes(m));
      record.plan.cases = record.measurements.map((m) => m.case);
    },
    labels: ['missing-cases'],
  },
  {
    name: 'the second round of every case dropped',
    forge(record) {
      for (const m of timedIn(record)) m.samples = m.samples.filter(({ round }) => round !== secondOf(m));
    },
    labels: ['odd-rounds'],
  },
  {
    name: 'the second round of the headline dropped, with its checks',
    forge(record) {
      for (const m of headlineIn(record)) {
        const second = secondOf(m);
        m.samples = m.samples.filter(({ round }) => round !== second);
        m.checks = m.checks.filter(({ round }) => round !== second);
      }
    },
    labels: ['odd-rounds'],
  },
  {
    name: 'rounds permuted',
    forge(record) {
      for (const m of kernelsIn(record)) {
        const rounds = [...new Set(m.samples.map(({ round }) => round))];
        const moved = new Map(rounds.map((round, i) => [round, rounds.at(i - 1) ?? round]));
        m.samples = m.samples.map((sample) => ({ ...sample, round: moved.get(sample.round) ?? sample.round }));
      }
    },
    labels: ['odd-rounds'],
  },
  {
    name: 'times of day ÷ 10',
    forge: (record) => {
      for (const m of timedIn(record)) m.samples = m.samples.map((s) => ({ ...s, atMs: s.atMs / 10 }));
    },
    labels: ['overlapping-regions'],
  },
];

/** The round after a case's first. */
function secondOf({ samples }: Timed): number | undefined {
  return [...new Set(samples.map(({ round }) => round))][1];
}

/** Gives every round of a case the times of its first. */
function repeat(m: Timed): void {
  const [first = []] = [...groupBy(m.samples, ({ round }) => round).values()];
  const rounds = groupBy(m.samples, ({ round }) => round);
  m.samples = [...rounds.values()].flatMap((samples) =>
    samples.flatMap((sample, i): Sample[] => {
      const source = first[i];
      if (!source) return [];
      const { dispatches, wallMs, gpuMs } = source;
      return [{ ...sample, dispatches, wallMs, gpuMs }];
    }),
  );
}

const COPIES: readonly Forgery[] = [
  {
    name: 'the same times in every round',
    forge: (record) => {
      for (const m of timedIn(record)) repeat(m);
    },
    labels: ['odd-times'],
    needs: isFine,
  },
  {
    name: 'the same times in every round of the headline',
    forge: (record) => {
      for (const m of headlineIn(record)) repeat(m);
    },
    labels: ['odd-times'],
    needs: isFine,
  },
  {
    name: 'a kernel’s times given to the headline',
    forge(record) {
      const source = oneKernelIn(record).sort((a, b) => b.samples.length - a.samples.length)[0];
      for (const m of headlineIn(record)) {
        m.samples = m.samples.map((sample, i) => ({ ...sample, ...timesOf(source?.samples[i] ?? sample) }));
      }
    },
    labels: ['odd-times'],
    needs: isFine,
  },
  {
    name: 'times without noise',
    forge: (record) => {
      for (const m of timedIn(record)) {
        const unitMs = meanWallMs(m) / (m.samples.reduce((sum, s) => sum + s.dispatches, 0) / m.samples.length);
        m.samples = m.samples.map((sample) => {
          const gpuMs = Math.round(sample.dispatches * unitMs * 1e6) / 1e6;
          return { ...sample, gpuMs, wallMs: Math.max(sample.wallMs, gpuMs) };
        });
      }
    },
    labels: ['odd-times'],
    needs: isFine,
  },
  {
    name: 'an H100 that was invented from the first number to the last',
    forge(record) {
      dressed('nvidia', 'hopper', 'NVIDIA H100 80GB HBM3')(record);
      Object.assign(record.adapter, { subgroupMinSize: 32, subgroupMaxSize: 32 });
      for (const m of kernelsIn(record)) {
        const bytes = m.work.bytesRead + m.work.bytesWritten;
        m.samples = m.samples.map((sample, i) => {
          const gpuMs = Math.round((sample.dispatches * bytes) / 3100 + (i % 3)) / 1e6 + 0.001;
          return { ...sample, gpuMs, wallMs: gpuMs + 0.1 };
        });
      }
    },
    labels: ['odd-times'],
    needs: hasStamps,
  },
];

const timesOf = ({ dispatches, wallMs, gpuMs }: Reading): Reading => ({ dispatches, wallMs, gpuMs });

/** The forgeries that are found. */
export const FOUND: readonly Forgery[] = [
  ...SCALINGS,
  ...[1 / 3, 0.5].map(
    (factor): Forgery => ({
      name: `the times of decode steps × ${factor.toPrecision(2)}`,
      forge: scaled(stepsIn, { factor, times: 'gpu', rounded: 'ns' }),
      labels: SHORTENED,
      needs: (record) => hasSteps(record) && hasStamps(record),
    }),
  ),
  {
    name: 'times by a factor of its own for each case',
    forge(record, random) {
      for (const m of timedIn(record)) {
        const factor = 0.3 + random.below(400) / 1000;
        for (const sample of m.samples) scale(sample, { factor, times: 'gpu', rounded: 'ns' }, record);
      }
    },
    labels: SHORTENED,
    needs: hasStamps,
  },
  ...ADAPTERS,
  ...BUILDS,
  ...WORK,
  ...VISITS,
  ...COPIES,
];
