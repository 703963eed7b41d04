/**
 * Forgeries of records by kind, as a collection has to expect them, each with the rules that may give it away. Some were
 * held out: they were written after the rules, and no rule was changed for them.
 */

import type { DecodeMeasured, Measured, Reading, RunRecord, Sample } from '../../results/schema.ts';
import { groupBy, type RandomSource, shuffled } from '../../results/statistics.ts';

export interface CrowdForgery {
  readonly kind: string;
  readonly name: string;
  /** @param donor an honest record of another machine */
  forge(record: RunRecord, random: RandomSource, donor: RunRecord): unknown;
  /** The rules of which one must object. */
  readonly rules: readonly string[];
  readonly heldOut?: true;
  /** Whether the collection has the honest record already. */
  readonly known?: true;
  /** Whether the forgery can be made of this record. Default: of every one. */
  readonly needs?: (record: RunRecord, donor: RunRecord) => boolean;
}

type Timed = Measured | DecodeMeasured;

const kernelsIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));
const stepsIn = (record: RunRecord): DecodeMeasured[] =>
  (record.decode ?? []).flatMap((m) => (m.status === 'measured' ? [m] : []));
const timedIn = (record: RunRecord): Timed[] => [...kernelsIn(record), ...stepsIn(record)];
const headlineIn = (record: RunRecord): Measured[] =>
  kernelsIn(record).filter((m) => m.case.kernel === 'stream-read' && m.case.withinBytes === undefined);

const hasSteps = (record: RunRecord): boolean => stepsIn(record).length > 0;
const isFallback = ({ adapter }: RunRecord): boolean => adapter.isFallbackAdapter;
const isCard = ({ adapter }: RunRecord): boolean => adapter.vendor === 'nvidia' || adapter.vendor === 'amd';

/** A time in whole steps of its clock, as a careful forger writes it. */
const whole = (ms: number, step: number): number => (step > 0 ? Math.max(1, Math.round(ms / step)) * step : ms);

function scaleReading<R extends Reading>(reading: R, factor: number, { clock }: RunRecord): R {
  const gpuStep = Math.max(1, clock.timestampQuantumNs ?? 1) / 1e6;
  const gpuMs = reading.gpuMs === null ? null : Math.round(whole(reading.gpuMs * factor, gpuStep) * 1e6) / 1e6;
  return { ...reading, gpuMs, wallMs: whole(reading.wallMs * factor, clock.wallQuantumMs) };
}

function scaleCases(record: RunRecord, of: readonly Timed[], factorOf: (sample: Sample, m: Timed) => number): void {
  for (const m of of) {
    m.samples = m.samples.map((sample) => scaleReading(sample, factorOf(sample, m), record));
    m.discarded = m.discarded.map((sample) => ({ ...sample, ...scaleReading(sample, factorOf(sample, m), record) }));
  }
}

/** Everything that took time takes `factor` as long: samples, their dates, readings, races, slabs and the first look. */
const scaleAll =
  (factor: number) =>
  (record: RunRecord): void => {
    scaleCases(record, timedIn(record), () => factor);
    for (const m of timedIn(record)) {
      m.samples = m.samples.map((sample) => ({ ...sample, atMs: sample.atMs * factor }));
      m.discarded = m.discarded.map((sample) => ({ ...sample, atMs: sample.atMs * factor }));
    }
    const { clock, plan } = record;
    clock.readings = clock.readings.map((reading) => scaleReading(reading, factor, record));
    clock.emptySubmissionMs *= factor;
    plan.probeGBps /= factor;
    for (const race of plan.layouts) {
      for (const one of race.tried) one.rounds = one.rounds.map((round) => ({ ...round, ms: round.ms * factor }));
    }
    for (const slab of plan.memory?.slabs ?? []) {
      slab.readings = slab.readings.map((reading) => scaleReading(reading, factor, record));
    }
    record.events = record.events.map((event) => ({ ...event, atMs: event.atMs * factor }));
  };

const TIMES = [
  'odd-times',
  'region-lengths',
  'region-times',
  'overlapping-regions',
  'clock-readings',
  'above-peak',
  'probe-differs',
  'off-wall-grid',
  'cleaned-noise',
  'above-ceiling',
  'seed-order',
];

const SCALED: readonly CrowdForgery[] = [
  ...[0.5, 0.7].map(
    (factor): CrowdForgery => ({
      kind: 'scaled times',
      name: `everything that took time × ${factor}`,
      forge: scaleAll(factor),
      rules: TIMES,
    }),
  ),
  {
    kind: 'scaled times',
    name: 'kernels × 0.6 by both clocks',
    forge: (record) => scaleCases(record, kernelsIn(record), () => 0.6),
    rules: TIMES,
  },
  {
    kind: 'scaled times',
    name: 'the ceiling × 0.7 by both clocks',
    forge: (record) => scaleCases(record, headlineIn(record), () => 0.7),
    rules: [...TIMES, 'step-too-slow'],
  },
  {
    kind: 'scaled times',
    name: 'everything that took time × 0.85',
    forge: scaleAll(0.85),
    rules: TIMES,
    heldOut: true,
  },
  {
    kind: 'scaled times',
    name: 'the later rounds × 0.75',
    forge: (record) => scaleCases(record, timedIn(record), ({ round }) => (round > 2 ? 0.75 : 1)),
    rules: TIMES,
    heldOut: true,
  },
];

const NAMES = ['other-gpu', 'gpu-names', 'odd-adapter', 'above-peak', 'far-below-part', 'odd-place', 'like-software'];

const reportedAs =
  (gpu: string, memoryGB?: number) =>
  (record: RunRecord): void => {
    record.reported = { gpu, ...(memoryGB !== undefined && { memoryGB }) };
  };

const OTHER_NAMES: readonly CrowdForgery[] = [
  ...(
    [
      ['NVIDIA H100', 80],
      ['NVIDIA GeForce RTX 5090', 32],
      ['AMD Radeon RX 7900 XTX', 24],
      ['Apple M4 Max', 128],
    ] as const
  ).map(
    ([gpu, memoryGB]): CrowdForgery => ({
      kind: 'other GPU’s name',
      name: `reported to be a ${gpu}`,
      forge: reportedAs(gpu, memoryGB),
      rules: NAMES,
      needs: ({ adapter }) => !`${adapter.description} ${adapter.renderer}`.includes(gpu),
    }),
  ),
  {
    kind: 'other GPU’s name',
    name: 'the fastest card of its vendor by WebGL and description',
    forge({ adapter }) {
      const name = adapter.vendor === 'amd' ? 'AMD Radeon RX 7900 XTX' : 'NVIDIA GeForce RTX 5090';
      if (adapter.description !== '') adapter.description = name;
      if (adapter.renderer !== null)
        adapter.renderer = `ANGLE (X, ${name} (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)`;
      adapter.architecture = adapter.vendor === 'amd' ? 'rdna-3' : 'blackwell';
    },
    rules: NAMES,
    needs: (record) => isCard(record) && !/7900 XTX|5090|PRO 6000|5080|7900 XT/.test(JSON.stringify(record.adapter)),
  },
  {
    kind: 'other GPU’s name',
    name: 'typed carelessly: rtx5090 32gb',
    forge: reportedAs('rtx5090 32gb'),
    rules: NAMES,
    heldOut: true,
    needs: ({ adapter }) => !`${adapter.description} ${adapter.renderer}`.includes('5090'),
  },
  {
    kind: 'other GPU’s name',
    name: 'a small card of the same architecture',
    forge: (record) => reportedAs('NVIDIA L4', 24)(record),
    rules: NAMES,
    heldOut: true,
    needs: ({ adapter }) => adapter.architecture === 'lovelace' && !JSON.stringify(adapter).includes('L4'),
  },
];

/** Moves each time towards the line of its case, to `share` of its distance. */
function calm(m: Timed, share: number, both: boolean, record: RunRecord): void {
  const n = m.samples.length;
  const x = m.samples.reduce((sum, s) => sum + s.dispatches, 0) / n;
  const lineOf = (of: (s: Sample) => number) => {
    const y = m.samples.reduce((sum, s) => sum + of(s), 0) / n;
    const base = m.samples.reduce((sum, s) => sum + (s.dispatches - x) ** 2, 0);
    const slope = m.samples.reduce((sum, s) => sum + (s.dispatches - x) * (of(s) - y), 0) / base;
    return (s: Sample) => y + slope * (s.dispatches - x);
  };
  const [gpu, wall] = [lineOf((s) => s.gpuMs ?? 0), lineOf(({ wallMs }) => wallMs)];
  m.samples = m.samples.map((s) => {
    const [toGpu, toWall] = [gpu(s), wall(s)];
    const calmer = {
      ...s,
      gpuMs: s.gpuMs === null ? null : toGpu + share * (s.gpuMs - toGpu),
      wallMs: both || s.gpuMs === null ? toWall + share * (s.wallMs - toWall) : s.wallMs,
    };
    return scaleReading(calmer, 1, record);
  });
}

const NOISE = [...TIMES, 'cleaned-noise', 'rotation'];

const CLEANED: readonly CrowdForgery[] = [
  ...[0.3, 0.05].flatMap((share) =>
    [false, true].map(
      (both): CrowdForgery => ({
        kind: 'cleaned noise',
        name: `noise × ${share} by ${both ? 'both clocks' : 'timestamps'}`,
        forge: (record) => {
          for (const m of timedIn(record)) calm(m, share, both, record);
        },
        rules: NOISE,
      }),
    ),
  ),
  {
    kind: 'cleaned noise',
    name: 'noise of the ceiling × 0.2',
    forge: (record) => {
      for (const m of headlineIn(record)) calm(m, 0.2, true, record);
    },
    rules: NOISE,
    heldOut: true,
  },
  {
    kind: 'cleaned noise',
    name: 'noise of a draw of its own in place of the machine’s',
    forge(record, random) {
      for (const m of timedIn(record)) {
        calm(m, 0, true, record);
        m.samples = m.samples.map((s) => scaleReading(s, 1 + (random.below(2001) - 1000) / 5e6, record));
      }
    },
    rules: NOISE,
    heldOut: true,
  },
];

const roundsIn = (m: Timed): Sample[][] => [...groupBy(m.samples, ({ round }) => round).values()];

/** Gives the visits of a case the regions of others of its visits, at their own times of day. */
function copyRounds(m: Timed, sourceOf: (nth: number) => number, jitter: (ms: number) => number): void {
  const rounds = roundsIn(m);
  m.samples = rounds.flatMap((visit, nth) => {
    const source = rounds[sourceOf(nth)] ?? visit;
    return visit.map((sample, i): Sample => {
      const from = source[i] ?? sample;
      return {
        ...sample,
        dispatches: from.dispatches,
        wallMs: from.wallMs,
        gpuMs: from.gpuMs === null ? null : Math.round(jitter(from.gpuMs) * 1e6) / 1e6,
      };
    });
  });
}

const COPY = [
  'odd-times',
  'seed-order',
  'rotation',
  'region-lengths',
  'overlapping-regions',
  'odd-rounds',
  'region-times',
  'off-wall-grid',
  'cleaned-noise',
];

const COPIED: readonly CrowdForgery[] = [
  {
    kind: 'copied samples',
    name: 'the best visit of each case in all of its rounds',
    forge(record) {
      for (const m of timedIn(record))
        copyRounds(
          m,
          () => 1,
          (ms) => ms,
        );
    },
    rules: COPY,
  },
  {
    kind: 'copied samples',
    name: 'every second visit a copy of the one before, with some noise',
    forge(record, random) {
      for (const m of kernelsIn(record)) {
        copyRounds(
          m,
          (nth) => nth - (nth % 2),
          (ms) => ms * (1 + (random.below(2001) - 1000) / 1e6),
        );
      }
    },
    rules: COPY,
  },
  {
    kind: 'copied samples',
    name: 'the samples of one case in another of its kernel',
    forge(record) {
      const [one, other] = kernelsIn(record).filter(({ case: { kernel } }) => kernel === 'gemv');
      if (!one || !other) return;
      other.samples = other.samples.map((sample, i) => {
        const { dispatches, gpuMs, wallMs } = one.samples[i] ?? sample;
        return { ...sample, dispatches, gpuMs, wallMs };
      });
    },
    rules: COPY,
    needs: (record) => kernelsIn(record).filter(({ case: { kernel } }) => kernel === 'gemv').length > 1,
  },
  {
    kind: 'copied samples',
    name: 'the ceiling’s first visits once more as its last',
    forge(record) {
      for (const m of headlineIn(record))
        copyRounds(
          m,
          (nth) => (nth > 2 ? nth - 3 : nth),
          (ms) => ms,
        );
    },
    rules: COPY,
    heldOut: true,
    needs: (record) => headlineIn(record).some((m) => roundsIn(m).length > 5),
  },
];

const FAST = [
  'above-peak',
  'odd-bytes',
  'odd-times',
  'above-ceiling',
  'step-work',
  'region-lengths',
  'region-times',
  'probe-differs',
  'rotation',
  'seed-order',
  'overlapping-regions',
  'off-wall-grid',
];

const TOO_FAST: readonly CrowdForgery[] = [
  {
    kind: 'impossible bandwidth',
    name: 'reads of twice the bytes, in shapes and plan, too',
    forge(record) {
      for (const m of headlineIn(record)) {
        m.work.bytesRead *= 2;
        m.case.params = { ...m.case.params, bytes: 2 * Number(m.case.params.bytes) };
      }
      record.plan.cases = record.measurements.map((m) => m.case);
    },
    rules: [...FAST, 'odd-rounds', 'step-too-slow'],
  },
  {
    kind: 'impossible bandwidth',
    name: 'the ceiling in a fifth of the time',
    forge: (record) => scaleCases(record, headlineIn(record), () => 0.2),
    rules: FAST,
  },
  {
    kind: 'impossible bandwidth',
    name: 'everything ten times as fast',
    forge: scaleAll(0.1),
    rules: FAST,
  },
  {
    kind: 'impossible bandwidth',
    name: 'products of half as long a time',
    forge: (record) =>
      scaleCases(
        record,
        kernelsIn(record).filter(({ case: { kernel } }) => kernel === 'gemv'),
        () => 0.5,
      ),
    rules: FAST,
    heldOut: true,
  },
];

const PLACES = [
  'odd-place',
  'odd-adapter',
  'other-gpu',
  'above-peak',
  'gpu-names',
  'far-below-part',
  'like-software',
  'odd-limits',
];

const placed =
  (adapter: Partial<RunRecord['adapter']>, host: RunRecord['host']) =>
  (record: RunRecord): void => {
    Object.assign(record.adapter, {
      device: '',
      description: '',
      renderer: null,
      isFallbackAdapter: false,
      ...adapter,
    });
    record.host = host;
  };

const browser = (brand: string, platform: string): RunRecord['host'] => ({
  kind: 'browser',
  brand,
  majorVersion: 148,
  platform,
});

const REMOTE: readonly CrowdForgery[] = [
  {
    kind: 'remote machine',
    name: 'a server’s GPU in a browser on a Mac',
    forge: placed(
      {
        vendor: 'nvidia',
        architecture: 'hopper',
        description: 'NVIDIA H200',
        subgroupMinSize: 32,
        subgroupMaxSize: 32,
      },
      browser('Google Chrome', 'macOS'),
    ),
    rules: PLACES,
  },
  {
    kind: 'remote machine',
    name: 'an Apple GPU under Windows',
    forge: placed(
      { vendor: 'apple', architecture: 'metal-3', subgroupMinSize: 4, subgroupMaxSize: 64 },
      browser('Google Chrome', 'Windows'),
    ),
    rules: PLACES,
  },
  {
    kind: 'remote machine',
    name: 'a laptop’s GPU with the figures of a fast card',
    forge: placed(
      {
        vendor: 'intel',
        architecture: 'xe-2lpg',
        renderer: 'ANGLE (Intel, Intel(R) Arc(TM) 140V GPU (0x000064A0) Direct3D11 vs_5_0 ps_5_0, D3D11)',
        subgroupMinSize: 16,
        subgroupMaxSize: 32,
      },
      browser('Microsoft Edge', 'Windows'),
    ),
    rules: PLACES,
    needs: ({ adapter, plan }) => !adapter.isFallbackAdapter && plan.probeGBps > 200,
  },
  {
    kind: 'remote machine',
    name: 'Safari under Linux',
    forge: (record) => {
      record.host = browser('Safari', 'Linux');
    },
    rules: PLACES,
    heldOut: true,
  },
  {
    kind: 'remote machine',
    name: 'a phone with a desktop card',
    forge: placed(
      { vendor: 'nvidia', architecture: 'lovelace', subgroupMinSize: 32, subgroupMaxSize: 32 },
      browser('Google Chrome', 'iOS'),
    ),
    rules: PLACES,
    heldOut: true,
  },
];

const STEP = [
  'idle-steps',
  'step-work',
  'above-ceiling',
  'step-too-slow',
  'region-times',
  'odd-times',
  'odd-bytes',
  'seed-order',
  'overlapping-regions',
  'off-wall-grid',
];

const STEPS: readonly CrowdForgery[] = [
  ...[0.4, 0.1].map(
    (factor): CrowdForgery => ({
      kind: 'inconsistent step',
      name: `steps × ${factor} by both clocks`,
      forge: (record) => scaleCases(record, stepsIn(record), () => factor),
      rules: STEP,
      needs: hasSteps,
    }),
  ),
  {
    kind: 'inconsistent step',
    name: 'steps of a small model said to be those of a large one',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.model = 'llama-3.1-8b';
    },
    rules: STEP,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'steps of twice the bytes',
    forge: (record) => {
      for (const m of stepsIn(record)) m.work.bytesRead *= 2;
    },
    rules: STEP,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'steps × 30 by both clocks',
    forge: (record) => scaleCases(record, stepsIn(record), () => 30),
    rules: STEP,
    heldOut: true,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'a context ten times as long',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.context *= 10;
    },
    rules: STEP,
    heldOut: true,
    needs: (record) => stepsIn(record).some(({ case: { context } }) => context > 2000),
  },
  {
    kind: 'inconsistent step',
    name: 'more steps in each region',
    forge: (record) => {
      for (const m of stepsIn(record)) m.samples = m.samples.map((s) => ({ ...s, dispatches: s.dispatches + 3 }));
    },
    rules: STEP,
    heldOut: true,
    needs: hasSteps,
  },
];

const LIMITS = ['odd-adapter', 'odd-limits', 'like-software'];

const limited =
  (limits: Record<string, number>) =>
  ({ adapter }: RunRecord): void => {
    Object.assign(adapter.limits, limits);
  };

const EDITED_LIMITS: readonly CrowdForgery[] = [
  {
    kind: 'edited limits',
    name: 'bindings of 4 MiB',
    forge: limited({ maxStorageBufferBindingSize: 2 ** 22 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'bindings larger than buffers',
    forge: limited({ maxStorageBufferBindingSize: 2 ** 40 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'workgroups of 64',
    forge: limited({ maxComputeInvocationsPerWorkgroup: 64, maxComputeWorkgroupSizeX: 64 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'the features of its kernels removed',
    forge: ({ adapter }) => {
      adapter.features = adapter.features.filter((name) => !['shader-f16', 'subgroups'].includes(name));
    },
    rules: LIMITS,
    needs: (record) => kernelsIn(record).some(({ case: { variant } }) => variant !== 'portable'),
  },
  {
    kind: 'edited limits',
    name: 'buffers of 128 MiB',
    forge: limited({ maxBufferSize: 2 ** 27, maxStorageBufferBindingSize: 2 ** 27 }),
    rules: LIMITS,
    heldOut: true,
  },
  {
    kind: 'edited limits',
    name: 'an alignment of 1,024',
    forge: limited({ minStorageBufferOffsetAlignment: 1024 }),
    rules: LIMITS,
    heldOut: true,
  },
];

const REPLAYED = ['near-duplicate', 'odd-times', 'seed-order', 'overlapping-regions', 'odd-rounds', 'rotation'];

const REPLAYS: readonly CrowdForgery[] = [
  {
    kind: 'replay',
    name: 'the record of another, with another date and note',
    forge: (record) => {
      record.created = '2026-11-29T13:00:00.000Z';
      record.reported = { ...record.reported, note: 'mine' };
    },
    rules: REPLAYED,
    known: true,
  },
  {
    kind: 'replay',
    name: 'the record of another × 0.93, as one of another browser',
    forge(record) {
      scaleAll(0.93)(record);
      record.host = { ...record.host, majorVersion: 147 };
    },
    rules: REPLAYED,
    known: true,
  },
  {
    kind: 'replay',
    name: 'the record of another without its decode steps and a third of its cases',
    forge(record) {
      delete record.decode;
      record.measurements = record.measurements.filter((_, i) => i % 3 !== 1);
      record.plan.cases = record.measurements.map((m) => m.case);
    },
    rules: [...REPLAYED, 'missing-cases'],
    known: true,
    heldOut: true,
  },
  {
    kind: 'replay',
    name: 'the last rounds once more, later in the day',
    forge(record) {
      const all = timedIn(record).flatMap((m) => m.samples.map(({ atMs, wallMs }) => atMs + wallMs));
      const endMs = Math.max(...all);
      for (const m of kernelsIn(record)) {
        const last = Math.max(...m.samples.map(({ round }) => round));
        const again = m.samples.filter(({ round }) => round >= last - 2);
        m.samples = [...m.samples, ...again.map((s) => ({ ...s, round: s.round + 3, atMs: s.atMs + endMs }))];
      }
    },
    rules: REPLAYED,
    heldOut: true,
  },
];

const ORDER = [
  'seed-order',
  'odd-rounds',
  'overlapping-regions',
  'rotation',
  'region-lengths',
  'missing-cases',
  'odd-times',
  'cleaned-noise',
];

/** Gives the samples of each visit the times of day of each other. */
const reordered =
  (order: (visit: readonly Sample[]) => readonly Sample[]) =>
  (record: RunRecord): void => {
    for (const m of timedIn(record)) {
      m.samples = roundsIn(m).flatMap((visit) => {
        const times = visit.map(({ atMs }) => atMs);
        let atMs = times[0] ?? 0;
        return order(visit).map((sample) => {
          const moved = { ...sample, atMs };
          atMs += sample.wallMs + 0.5;
          return moved;
        });
      });
    }
  };

const SHUFFLED: readonly CrowdForgery[] = [
  {
    kind: 'shuffled order',
    name: 'the regions of each visit in another order',
    forge: (record, random) => reordered((visit) => shuffled(visit, random))(record),
    rules: ORDER,
  },
  {
    kind: 'shuffled order',
    name: 'the rounds of each case in another order',
    forge(record, random) {
      for (const m of timedIn(record)) {
        const rounds = roundsIn(m);
        const moved = shuffled(rounds, random);
        m.samples = rounds.flatMap((visit, nth) =>
          visit.map((sample, i) => {
            const { dispatches, gpuMs, wallMs } = moved[nth]?.[i] ?? sample;
            return { ...sample, dispatches, gpuMs, wallMs };
          }),
        );
      }
    },
    rules: ORDER,
  },
  {
    kind: 'shuffled order',
    name: 'regions from the shortest to the longest',
    forge: reordered((visit) => [...visit].sort((a, b) => a.dispatches - b.dispatches)),
    rules: ORDER,
    heldOut: true,
  },
];

const SOFTWARE = [
  'odd-adapter',
  'like-software',
  'above-peak',
  'far-below-part',
  'other-gpu',
  'gpu-names',
  'odd-place',
  'odd-limits',
];

const dressedAs = (adapter: Partial<RunRecord['adapter']>, host: RunRecord['host']) => placed(adapter, host);

const IMITATORS: readonly CrowdForgery[] = [
  {
    kind: 'software passed off as hardware',
    name: 'as an RTX 4090, its subgroups, too',
    forge: dressedAs(
      {
        vendor: 'nvidia',
        architecture: 'lovelace',
        renderer: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x2684) Direct3D11, D3D11)',
        subgroupMinSize: 32,
        subgroupMaxSize: 32,
      },
      browser('Google Chrome', 'Windows'),
    ),
    rules: SOFTWARE,
    needs: isFallback,
  },
  {
    kind: 'software passed off as hardware',
    name: 'as an old GPU of Intel that no table has, its subgroups, too',
    forge: dressedAs(
      { vendor: 'intel', architecture: 'gen-9', description: '', subgroupMinSize: 8, subgroupMaxSize: 32 },
      browser('Google Chrome', 'Linux'),
    ),
    rules: SOFTWARE,
    needs: isFallback,
  },
  {
    kind: 'software passed off as hardware',
    name: 'without its names and its flag',
    forge: dressedAs({ vendor: '', architecture: '' }, browser('Google Chrome', 'Linux')),
    rules: [...SOFTWARE, 'unknown-adapter'],
    needs: isFallback,
    heldOut: true,
  },
  {
    kind: 'software passed off as hardware',
    name: 'as an old GPU of Intel with limits of its own',
    forge(record) {
      dressedAs(
        { vendor: 'intel', architecture: 'gen-9', subgroupMinSize: 8, subgroupMaxSize: 32 },
        browser('Google Chrome', 'Linux'),
      )(record);
      Object.assign(record.adapter.limits, {
        maxBufferSize: 2 ** 31,
        maxStorageBufferBindingSize: 2 ** 30,
        minStorageBufferOffsetAlignment: 32,
      });
    },
    rules: SOFTWARE,
    needs: isFallback,
    heldOut: true,
  },
];

const SEEDS: readonly CrowdForgery[] = [
  {
    kind: 'wrong seed',
    name: 'the next seed',
    forge: (record) => Object.assign(record, { seed: (record.seed + 1) % 2 ** 32 }),
    rules: ['seed-order'],
  },
  {
    kind: 'wrong seed',
    name: 'any seed',
    forge: (record, random) => Object.assign(record, { seed: random.below(2 ** 32) }),
    rules: ['seed-order'],
  },
  {
    kind: 'wrong seed',
    name: 'the seed 42',
    forge: (record) => Object.assign(record, { seed: 42 }),
    rules: ['seed-order'],
    heldOut: true,
  },
];

const DIGESTS: readonly CrowdForgery[] = [
  {
    kind: 'edited digest',
    name: 'another digest',
    forge: ({ harness }) => Object.assign(harness, { kernels: 'ab'.repeat(32) }),
    rules: ['unpublished-build'],
  },
  {
    kind: 'edited digest',
    name: 'one digit of it',
    forge: ({ harness }) =>
      Object.assign(harness, { kernels: harness.kernels.replace(/^./, (c) => (c === '0' ? '1' : '0')) }),
    rules: ['unpublished-build'],
  },
  {
    kind: 'edited digest',
    name: 'another version',
    forge: ({ harness }) => Object.assign(harness, { version: '9.0.0' }),
    rules: ['unpublished-build'],
    heldOut: true,
  },
];

const MIXED = [
  'seed-order',
  'overlapping-regions',
  'odd-rounds',
  'missing-cases',
  'rotation',
  'region-lengths',
  'odd-times',
  'above-ceiling',
  'step-too-slow',
  'probe-differs',
  'near-duplicate',
  'off-wall-grid',
  'clock-readings',
  'above-peak',
  'region-times',
  'odd-bytes',
  'odd-limits',
];

const sameCase = (a: Measured, b: Measured): boolean =>
  a.case.kernel === b.case.kernel &&
  a.case.variant === b.case.variant &&
  JSON.stringify(a.case.params) === JSON.stringify(b.case.params);

const swapIn = (record: RunRecord, donor: RunRecord, of: (m: Measured) => boolean): void => {
  const theirs = kernelsIn(donor);
  record.measurements = record.measurements.map((m) => {
    if (m.status !== 'measured' || !of(m)) return m;
    return structuredClone(theirs.find((one) => sameCase(one, m))) ?? m;
  });
  record.plan.cases = record.measurements.map((m) => m.case);
};

const sharesCases = (record: RunRecord, donor: RunRecord): boolean =>
  record.clock.trusted === donor.clock.trusted &&
  kernelsIn(record).filter((m) => kernelsIn(donor).some((one) => sameCase(one, m))).length > 4;

const MIXTURES: readonly CrowdForgery[] = [
  {
    kind: 'mixed runs',
    name: 'half of the cases of another run',
    forge(record, _, donor) {
      const half = new Set(kernelsIn(record).filter((_, i) => i % 2 === 0));
      swapIn(record, donor, (m) => half.has(m));
    },
    rules: MIXED,
    needs: sharesCases,
  },
  {
    kind: 'mixed runs',
    name: 'the decode steps of another run',
    forge: (record, _, donor) => {
      record.decode = structuredClone(donor.decode ?? []);
    },
    rules: MIXED,
    needs: (record, donor) => hasSteps(record) && hasSteps(donor) && record.clock.trusted === donor.clock.trusted,
  },
  {
    kind: 'mixed runs',
    name: 'the ceiling of another run',
    forge: (record, _, donor) => swapIn(record, donor, ({ case: { kernel } }) => kernel === 'stream-read'),
    rules: MIXED,
    needs: sharesCases,
    heldOut: true,
  },
];

export const CROWD_FORGERIES: readonly CrowdForgery[] = [
  ...SCALED,
  ...OTHER_NAMES,
  ...CLEANED,
  ...COPIED,
  ...TOO_FAST,
  ...REMOTE,
  ...STEPS,
  ...EDITED_LIMITS,
  ...REPLAYS,
  ...SHUFFLED,
  ...IMITATORS,
  ...SEEDS,
  ...DIGESTS,
  ...MIXTURES,
];
