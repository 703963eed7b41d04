/** Forgeries of times: scaled, cleaned of noise, copied. */

import type { RunRecord, Sample } from '../../../../results/record/schema.ts';
import {
  headlineIn,
  kernelsIn,
  roundsIn,
  scaleAll,
  scaleCases,
  scaleReading,
  TIMES,
  type Timed,
  timedIn,
} from './changes.ts';
import type { CrowdForgery } from './forgery.ts';

export const SCALED: readonly CrowdForgery[] = [
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
  },
  {
    kind: 'scaled times',
    name: 'the later rounds × 0.75',
    forge: (record) => scaleCases(record, timedIn(record), ({ round }) => (round > 2 ? 0.75 : 1)),
    rules: TIMES,
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

export const CLEANED: readonly CrowdForgery[] = [
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
  },
  {
    kind: 'cleaned noise',
    name: 'the slowest region of each visit as fast as the others',
    forge: (record) => {
      for (const m of kernelsIn(record)) {
        for (const visit of roundsIn(m)) {
          const rates = visit.map(({ gpuMs, wallMs, dispatches }) => (gpuMs ?? wallMs) / dispatches);
          const [fast, slow] = [Math.min(...rates), Math.max(...rates)];
          const worst = visit[rates.indexOf(slow)];
          scaleCases(record, [m], (sample) => (sample.atMs === worst?.atMs ? fast / slow : 1));
        }
      }
    },
    rules: NOISE,
  },
];

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
  'lost-time',
  'seed-order',
  'rotation',
  'region-lengths',
  'overlapping-regions',
  'odd-rounds',
  'region-times',
  'off-wall-grid',
  'cleaned-noise',
];

export const COPIED: readonly CrowdForgery[] = [
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
    needs: (record) => headlineIn(record).some((m) => roundsIn(m).length > 5),
  },
];
