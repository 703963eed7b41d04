import { expect, test } from 'vitest';
import committed from '../../results/data/2026-11-24-lavapipe-quick.json';
import { readRecord } from '../../results/record/check.ts';
import type { RecordBody } from '../../results/record/schema.ts';
import { NOT_REACHED } from '../../results/record/unfinished.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { PROFILES } from '../profiles.ts';
import { caseRecord, planCases, sizesUpTo } from '../sampling/plan.ts';
import { requireResumable } from './resumed.ts';

const { id: _, ...kept } = readRecord(committed);
const profile = PROFILES.quick;
const poolBytes = 2 ** 28;
const largest = 26;
const by = { profile, kernels: KERNELS };
const byCeiling = { profile, kernels: { ...KERNELS, measured: [KERNELS.ceiling] } };

/** A run of these kernels, of which nothing has been measured yet, on the adapter of a committed record. */
function unfinished({ kernels }: typeof by): RecordBody {
  const { features, limits } = kept.adapter;
  const cases = planCases({
    ...{ kernels: kernels.measured, ceiling: kernels.ceiling, features: new Set(features), limits, poolBytes },
    ...{ sizes: sizesUpTo(profile, largest), breadth: profile.breadth },
  });
  return structuredClone({
    ...kept,
    plan: {
      ...kept.plan,
      ...{ poolBytes, largestDispatchBytes: 2 ** largest, layouts: [], memory: null, cases: cases.map(caseRecord) },
    },
    measurements: cases.map((c) => ({
      status: 'skipped' as const,
      case: caseRecord(c),
      reason: c.skip ?? NOT_REACHED,
    })),
    decode: [],
  });
}

test('a plan of this version can be resumed, also in a layout of a yardstick', () => {
  expect(() => requireResumable(unfinished(by), by)).not.toThrow();
  const run = unfinished(byCeiling);
  const [layout] = KERNELS.ceiling.yardstick?.layouts ?? [];
  const [first] = run.plan.cases;
  if (!first || !layout) throw new Error('the plan has no ceiling');
  first.tuning = { ...layout };
  expect(() => requireResumable(run, byCeiling)).not.toThrow();
});

/** Changes one case of the plan. */
const inCase = (change: (one: RecordBody['plan']['cases'][number]) => unknown) => (run: RecordBody) => {
  const [, second] = run.plan.cases;
  if (second) change(second);
};

const EVENT = { kind: 'warm-up' as const, detail: '' };

test.each<[string, (run: RecordBody) => unknown, RegExp]>([
  [
    'a tuning that takes gigabytes',
    inCase((c) => Object.assign(c.tuning, { loadsInFlight: 1e9 })),
    /plan\.cases\[1\]\.tuning\.loadsInFlight must be one of [\d, ]+; got 1000000000\./,
  ],
  [
    'a tuning of another kernel',
    inCase((c) => Object.assign(c, { tuning: { wings: 2 } })),
    /plan\.cases\[1\]\.tuning must have .*; got \["wings"\]/,
  ],
  [
    'a tuning with a name more',
    inCase((c) => Object.assign(c.tuning, { wings: 2 })),
    /plan\.cases\[1\]\.tuning must have /,
  ],
  [
    'a negative size',
    inCase((c) => Object.assign(c.params, { bytes: -1024 })),
    /plan\.cases\[1\] must be a case of stream-read that this version plans here; got .*-1024/,
  ],
  [
    'a size above all',
    inCase((c) => Object.assign(c.params, { bytes: 2 ** 50 })),
    /plan\.cases\[1\] must be a case of stream-read/,
  ],
  [
    'a parameter that there is not',
    inCase((c) => Object.assign(c.params, { wings: 2 })),
    /plan\.cases\[1\] must be a case of/,
  ],
  [
    'a variant that there is not',
    inCase((c) => Object.assign(c, { variant: 'constructor' })),
    /plan\.cases\[1\] must be a case of/,
  ],
  [
    'a part of the pool that is never planned',
    inCase((c) => Object.assign(c, { withinBytes: 16 })),
    /plan\.cases\[1\] must be a case of/,
  ],
  [
    'a kernel that there is not',
    inCase((c) => Object.assign(c, { kernel: '__proto__\u001b[2J' })),
    /"__proto__\\u001b\[2J" was not asked for/,
  ],
  ['a case twice', (run) => run.plan.cases.push(...run.plan.cases.slice(0, 1)), /must be planned once/],
  [
    'a pool above the profile’s',
    (run) => Object.assign(run.plan, { poolBytes: 2 ** 50 }),
    /plan\.poolBytes must be at most the profile's 1073741824; got 1125899906842624/,
  ],
  [
    'a dispatch above the profile’s',
    (run) => Object.assign(run.plan, { largestDispatchBytes: 2 ** 40 }),
    /plan\.largestDispatchBytes must be at most/,
  ],
  [
    'a dispatch of no power of two',
    (run) => Object.assign(run.plan, { largestDispatchBytes: 3e6 }),
    /must be a power of two; got 3000000/,
  ],
  [
    'hardly any memory',
    (run) => Object.assign(run.plan, { memory: { budgetBytes: 1, reason: '', steps: [], slabs: [] } }),
    /plan\.memory\.budgetBytes must be at least 67108864; got 1\./,
  ],
  [
    'a pre-roll of days',
    (run) => Object.assign(run.clock, { preRoll: { ms: 1e9, tried: [] } }),
    /clock\.preRoll\.ms must be at most 80; got 1000000000/,
  ],
  [
    'a time beyond all runs',
    (run) => run.events.push({ ...EVENT, atMs: 1e300 }),
    /events\[\d+\]\.atMs must be at most/,
  ],
  [
    'a round that never ends',
    (run) => {
      const measured = kept.measurements.find((m) => m.status === 'measured');
      if (measured?.status !== 'measured') throw new Error('nothing was measured');
      const checks = measured.checks.map((check) => ({ ...check, round: 2 ** 53 - 1 }));
      run.measurements[1] = { ...measured, checks };
    },
    /measurements\[1\]\.checks\[0\]\.round must be at most 1000000; got 9007199254740991/,
  ],
])('a run with %s is refused, with place, rule and value', (_, change, message) => {
  const run = unfinished(byCeiling);
  change(run);
  expect(() => requireResumable(run, byCeiling)).toThrow(message);
});

test('a run of very many rounds is read without running out of stack', () => {
  const run = unfinished(by);
  const events = Array.from({ length: 300_000 }, (_, i) => ({ ...EVENT, atMs: i }));
  expect(() => requireResumable({ ...run, events }, by)).not.toThrow();
});
