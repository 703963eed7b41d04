/** Forgeries of a run’s course: replays, other orders, seeds and builds, and mixtures of runs. */

import type { Measured, RunRecord, Sample } from '../../../../results/record/schema.ts';
import { shuffled } from '../../../../results/statistics.ts';
import { hasSteps, kernelsIn, roundsIn, scaleAll, timedIn } from './changes.ts';
import type { CrowdForgery } from './forgery.ts';

const REPLAYED = [
  'near-duplicate',
  'odd-times',
  'lost-time',
  'seed-order',
  'overlapping-regions',
  'odd-rounds',
  'rotation',
];

export const REPLAYS: readonly CrowdForgery[] = [
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
  'lost-time',
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

export const SHUFFLED: readonly CrowdForgery[] = [
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
  },
];

export const SEEDS: readonly CrowdForgery[] = [
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
  },
];

export const DIGESTS: readonly CrowdForgery[] = [
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
  'lost-time',
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

export const sharesCases = (record: RunRecord, donor: RunRecord): boolean =>
  record.clock.trusted === donor.clock.trusted &&
  kernelsIn(record).filter((m) => kernelsIn(donor).some((one) => sameCase(one, m))).length > 4;

export const MIXTURES: readonly CrowdForgery[] = [
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
  },
];
