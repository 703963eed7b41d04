/**
 * Forgeries that were held out: they were written after the rules, and no rule was changed for them. Whoever changes a
 * rule to find one moves it to the other files here, and writes another.
 */

import { median } from 'simple-statistics';
import { groupBy } from '../../../../results/lists.ts';
import {
  browser,
  hasSteps,
  headlineIn,
  isFallback,
  kernelsIn,
  placed,
  roundsIn,
  scaleCases,
  stepsIn,
  timedIn,
} from './changes.ts';
import { sharesCases } from './course.ts';
import type { CrowdForgery } from './forgery.ts';
import { limited } from './machines.ts';

/** The rules that ask whether times, lengths and orders are those of one run. */
const SAMPLES = [
  ...[
    'odd-times',
    'lost-time',
    'seed-order',
    'region-lengths',
    'region-times',
    'rotation',
    'odd-rounds',
    'overlapping-regions',
  ],
  ...['cleaned-noise', 'off-wall-grid', 'idle-steps', 'clock-readings', 'missing-cases', 'near-duplicate'],
];

/** The rules that ask whether figures fit each other, and the GPU. */
const FIGURES = [
  'above-peak',
  'above-ceiling',
  'far-below-part',
  'step-too-slow',
  'step-work',
  'odd-bytes',
  'probe-differs',
];

/** The rules that ask what ran, and where. */
const MACHINE = ['other-gpu', 'gpu-names', 'odd-adapter', 'odd-limits', 'odd-place', 'like-software'];

const FORGERIES: readonly Omit<CrowdForgery, 'heldOut'>[] = [
  {
    kind: 'scaled times',
    name: 'each round some per cent faster than the one before',
    forge: (record) => scaleCases(record, timedIn(record), ({ round }) => 0.96 ** round),
    rules: [...SAMPLES, ...FIGURES],
  },
  {
    kind: 'scaled times',
    name: 'long regions × 0.8 by both clocks',
    forge: (record) => {
      for (const m of timedIn(record)) {
        const most = Math.max(...m.samples.map(({ dispatches }) => dispatches));
        scaleCases(record, [m], ({ dispatches }) => (dispatches > most / 2 ? 0.8 : 1));
      }
    },
    rules: [...SAMPLES, ...FIGURES],
  },
  {
    kind: 'other GPU’s name',
    name: 'reported to be an RX 9070 XT',
    forge: (record) => {
      record.reported = { gpu: 'Radeon RX 9070 XT', memoryGB: 16 };
    },
    rules: [...MACHINE, ...FIGURES],
    needs: ({ adapter }) => !JSON.stringify(adapter).includes('9070 XT'),
  },
  {
    kind: 'cleaned noise',
    name: 'what is slower than the middle region of its case goes half of the way there',
    forge: (record) => {
      for (const m of kernelsIn(record)) {
        const rateOf = ({ gpuMs, wallMs, dispatches }: (typeof m.samples)[number]) => (gpuMs ?? wallMs) / dispatches;
        const middle = median(m.samples.map(rateOf));
        scaleCases(record, [m], (sample) => Math.min(1, (1 + middle / rateOf(sample)) / 2));
      }
    },
    rules: SAMPLES,
  },
  {
    kind: 'copied samples',
    name: 'one visit in all rounds of its case, with another factor in each',
    forge: (record) => {
      for (const m of kernelsIn(record)) {
        const rounds = roundsIn(m);
        m.samples = rounds.flatMap((visit, nth) =>
          visit.map((sample, i) => ({ ...sample, ...times(rounds[0]?.[i] ?? sample, 1 + 0.01 * nth) })),
        );
      }
    },
    rules: SAMPLES,
  },
  {
    kind: 'impossible bandwidth',
    name: 'working sets in a third of the time, and the ceiling in three quarters',
    forge: (record) => {
      scaleCases(
        record,
        kernelsIn(record).filter(({ workingSetBytes }) => workingSetBytes !== undefined),
        () => 1 / 3,
      );
      scaleCases(record, headlineIn(record), () => 0.75);
    },
    rules: [...SAMPLES, ...FIGURES],
  },
  {
    kind: 'remote machine',
    name: 'a phone’s GPU under Windows',
    forge: placed({ vendor: 'arm', architecture: 'valhall' }, browser('Google Chrome', 'Windows')),
    rules: [...MACHINE, ...FIGURES],
  },
  {
    kind: 'inconsistent step',
    name: 'one sequence said to be eight',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.batch *= 8;
    },
    rules: [...FIGURES, ...SAMPLES],
    needs: (record) => stepsIn(record).some(({ case: { batch, context } }) => batch === 1 && context > 1000),
  },
  {
    kind: 'inconsistent step',
    name: 'f16 weights said to be of f32',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.weights = 'f32';
    },
    rules: [...FIGURES, ...SAMPLES],
    needs: (record) => hasSteps(record) && stepsIn(record).every(({ case: { weights } }) => weights !== 'f32'),
  },
  {
    kind: 'edited limits',
    name: 'one buffer to a shader',
    forge: limited({ maxStorageBuffersPerShaderStage: 1 }),
    rules: MACHINE,
  },
  {
    kind: 'edited limits',
    name: 'no timestamp queries',
    forge: ({ adapter }) => {
      adapter.features = adapter.features.filter((name) => name !== 'timestamp-query');
    },
    rules: MACHINE,
    needs: ({ clock }) => clock.trusted === 'timestamp-query',
  },
  {
    kind: 'replay',
    name: 'the record of another with its rounds counted from another number',
    forge: (record) => {
      for (const m of kernelsIn(record)) {
        m.samples = m.samples.map((sample) => ({ ...sample, round: sample.round + 3, atMs: sample.atMs + 5000 }));
        m.checks = m.checks.map((check) => ({ ...check, round: check.round + 3 }));
      }
    },
    rules: SAMPLES,
    known: true,
  },
  {
    kind: 'shuffled order',
    name: 'the first and the last round exchanged',
    forge: (record) => {
      for (const m of kernelsIn(record)) {
        const rounds = roundsIn(m);
        const [first, last] = [rounds[0] ?? [], rounds.at(-1) ?? []];
        const other = new Map([...groupBy([...first, ...last], ({ atMs }) => atMs).keys()].map((atMs) => [atMs, atMs]));
        m.samples = m.samples.map((sample) => {
          if (!other.has(sample.atMs)) return sample;
          const at = first.indexOf(sample) >= 0 ? last[first.indexOf(sample)] : first[last.indexOf(sample)];
          return { ...sample, ...times(at ?? sample, 1) };
        });
      }
    },
    rules: SAMPLES,
  },
  {
    kind: 'software passed off as hardware',
    name: 'as a phone’s GPU',
    forge: placed(
      { vendor: 'qualcomm', architecture: 'adreno-7xx', subgroupMinSize: 64, subgroupMaxSize: 128 },
      browser('Google Chrome', 'Android'),
    ),
    rules: [...MACHINE, ...FIGURES],
    needs: isFallback,
  },
  { kind: 'wrong seed', name: 'the seed 0', forge: (record) => Object.assign(record, { seed: 0 }), rules: SAMPLES },
  {
    kind: 'edited digest',
    name: 'a commit of zeros',
    forge: ({ harness }) => Object.assign(harness, { commit: '0'.repeat(40) }),
    rules: ['unpublished-build'],
  },
  {
    kind: 'mixed runs',
    name: 'every third case of another run',
    forge: (record, _, donor) => {
      const theirs = kernelsIn(donor);
      record.measurements = record.measurements.map((m, i) => {
        const same = theirs.find((one) => JSON.stringify(one.case) === JSON.stringify(m.case));
        return i % 3 === 0 && same ? structuredClone(same) : m;
      });
    },
    rules: [...SAMPLES, ...FIGURES],
    needs: sharesCases,
  },
];

/** The times of a region, `factor` times as long, in whole nanoseconds. */
const times = (
  { dispatches, gpuMs, wallMs }: { dispatches: number; gpuMs: number | null; wallMs: number },
  factor: number,
) => ({
  dispatches,
  gpuMs: gpuMs === null ? null : Math.round(gpuMs * factor * 1e6) / 1e6,
  wallMs: wallMs * factor,
});

export const HELD_OUT_FORGERIES: readonly CrowdForgery[] = FORGERIES.map((one) => ({ ...one, heldOut: true }));
