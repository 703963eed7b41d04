/**
 * Runs the whole engine on machines that are far too slow for its profiles: each run ends in time by the simulated
 * clock, with a headline, and lists what it did not reach.
 */

import { describe, expect, test } from 'vitest';
import type { Host } from '../../../harness/host.ts';
import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { type RunOptions, run } from '../../../harness/run/run.ts';
import { isMeasured, memoryShare, streamingGBps } from '../../../results/derived/derive.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import { NOT_REACHED } from '../../../results/record/unfinished.ts';
import { type SimulatedDevice, WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { uniformOf } from '../figures/calibrate.ts';

interface Ended {
  readonly record: RunRecord;
  readonly endMs: number;
  readonly compilations: number;
}

/** Runs a profile on a well-behaved device with some changes. */
async function ended(changes: Partial<SimulatedDevice>, options: Partial<RunOptions> = {}): Promise<Ended> {
  const { host, simulation } = simulatedHost({ ...WELL_BEHAVED, ...changes }, SIMULATED, uniformOf(3));
  const { record } = await endedOn(host, options);
  return { record, endMs: simulation.ms, compilations: simulation.compilations };
}

/** Runs a profile on a host. */
async function endedOn(host: Host, options: Partial<RunOptions> = {}): Promise<{ record: RunRecord }> {
  const events = run(host, {
    ...{ kernels: SIMULATED, profile: PROFILES.quick, seed: 1, harness: { version: '0.0.0', commit: null } },
    ...{ reported: {}, signal: { aborted: false }, ...options },
  });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return { record: value };
  }
}

const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);
const reached = ({ measurements }: RunRecord): number => measurements.filter(isMeasured).length;
const unreached = ({ measurements }: RunRecord) =>
  measurements.filter((m) => m.status === 'skipped' && m.reason === NOT_REACHED);

/** Expects a headline with an interval, by the end of the profile, and a list of what was not reached. */
function expectHeadlineInTime({ record, endMs }: Ended, { endMs: ends }: Profile): void {
  expect(endMs).toBeLessThanOrEqual(ends.gpu);
  expect(streamingGBps(record)?.ci95).toEqual([expect.any(Number), expect.any(Number)]);
  expect(reached(record) + unreached(record).length).toBe(record.measurements.length);
  expect(labels(record).includes('incomplete')).toBe(unreached(record).length > 0);
}

const SLOW: Partial<SimulatedDevice> = {
  gbps: WELL_BEHAVED.gbps / 100,
  dispatchMs: 100 * WELL_BEHAVED.dispatchMs,
  regionMs: 100 * WELL_BEHAVED.regionMs,
};
/** A host that looks for completed work every 100 ms from each submission on. */
const COARSE: SimulatedDevice['completion'] = { everyMs: 100, anew: true };
const MACHINES: readonly (readonly [string, Partial<SimulatedDevice>])[] = [
  ['is a hundred times slower', SLOW],
  ['compiles for a second', { compileMs: 1000 }],
  ['compiles for five seconds', { compileMs: 5000 }],
  ['tells after 100 ms that work is done', { completion: COARSE }],
  ['is slow and compiles for five seconds', { ...SLOW, compileMs: 5000 }],
  ['is slow and tells after 100 ms that work is done', { ...SLOW, completion: COARSE }],
  ['compiles for a second and tells after 100 ms that work is done', { compileMs: 1000, completion: COARSE }],
];

describe.each(MACHINES)('a machine that %s', (_, changes) => {
  test('ends quick in time, with a headline', async () => {
    expectHeadlineInTime(await ended(changes), PROFILES.quick);
  });

  test('ends full in time, with a headline', async () => {
    expectHeadlineInTime(await ended(changes, { profile: PROFILES.full }), PROFILES.full);
  });
});

test('a machine that is all of it ends in time all the same, and lists what it did not reach', async () => {
  const { record, endMs } = await ended({ ...SLOW, compileMs: 5000, completion: COARSE });
  expect(endMs).toBeLessThanOrEqual(PROFILES.quick.endMs.gpu);
  expect(reached(record) + unreached(record).length).toBe(record.measurements.length);
  // It may end before a case has an interval.
  expect(labels(record).some((id) => id === 'incomplete' || id === 'nothing-measured')).toBe(true);
});

test('a good machine reaches everything, and verifies every example', async () => {
  const { record, endMs } = await ended({});
  expect(endMs).toBeLessThan(PROFILES.quick.endMs.gpu);
  expect(unreached(record)).toEqual([]);
  expect(record.events.map(({ kind }) => kind)).not.toContain('out-of-time');
  for (const m of record.measurements.filter(isMeasured)) expect(m.verification.shapes).toBeGreaterThanOrEqual(2);
});

test('what was not reached is said with its number, and with what was done in a hurry', async () => {
  const { record } = await ended({ compileMs: 5000 });
  const left = unreached(record).length;
  expect(left).toBeGreaterThan(0);
  const [end] = record.events.filter(({ kind }) => kind === 'out-of-time');
  expect(end?.detail).toMatch(
    new RegExp(`^${left} of ${record.measurements.length} cases were not reached in \\d+ s; `),
  );
  expect(end?.detail).toContain('stream-read (portable) was verified on 1 of its 2 shapes');
});

test('a run that had no time for everything is resumed, and then has all; nothing is raced again', async () => {
  const before = await ended({ compileMs: 1500 });
  expect(unreached(before.record).length).toBeGreaterThan(0);
  const { id: _, ...body } = before.record;
  const after = await ended({}, { resume: body satisfies RecordBody });
  expect(unreached(after.record)).toEqual([]);
  expect(labels(after.record)).not.toContain('incomplete');
  expect(after.record.plan).toEqual(before.record.plan);
});

test('a tab that is hidden during the set-up costs no time', async () => {
  const { host, simulation } = simulatedHost(WELL_BEHAVED, SIMULATED, uniformOf(3));
  const visibility = {
    ...{ hidden: true, timesHidden: 1 },
    async changed() {
      simulation.wait(60_000);
      visibility.hidden = false;
    },
  };
  const { record } = await endedOn({ ...host, visibility });
  expect(unreached(record)).toEqual([]);
});

test('a budget stands in place of the end of a profile', async () => {
  const short = await ended({}, { budgetMs: 9000 });
  expect(short.endMs).toBeLessThanOrEqual(9000);
  expect(labels(short.record)).toContain('incomplete');
  const long = await ended({ compileMs: 5000 }, { budgetMs: 600_000 });
  expect(unreached(long.record)).toEqual([]);
});

describe('layouts', () => {
  test('the fastest of three is planned for all sizes of its yardstick, and the record has the race', async () => {
    const { record } = await ended({ layouts: [1.5, 2, 1] });
    const { layouts, cases } = record.plan;
    expect(layouts.map(({ kernel }) => kernel)).toEqual(['stream-read', 'gemv']);
    for (const { tried } of layouts) {
      expect(tried.map(({ tuning }) => tuning)).toEqual([{ layout: 0 }, { layout: 1 }, { layout: 2 }]);
      for (const { rounds } of tried) expect(rounds.length).toBeGreaterThanOrEqual(3);
    }
    const yardsticks = cases.filter(({ kernel }) => kernel !== 'working-set-read');
    expect(yardsticks.map(({ tuning }) => tuning)).toEqual(yardsticks.map(() => ({ layout: 2 })));
    expect((streamingGBps(record)?.value ?? 0) / WELL_BEHAVED.gbps).toBeCloseTo(1, 1);
  });

  test('noise does not keep the defaults in place of a layout that is far faster', async () => {
    const noise = { ...WELL_BEHAVED.noise, sigma: 0.2 };
    const { record } = await ended({ layouts: [2.5, 2, 1], noise });
    expect(record.plan.layouts.length).toBeGreaterThan(0);
    for (const { kernel } of record.plan.layouts) {
      const planned = record.plan.cases.filter((c) => c.kernel === kernel);
      expect(new Set(planned.map(({ tuning }) => tuning.layout))).toEqual(new Set([2]));
    }
  });

  test('layouts that are as fast as the defaults leave them in place', async () => {
    const { record } = await ended({ layouts: [1, 1.001, 1] });
    expect(new Set(record.plan.cases.map(({ tuning }) => tuning.layout ?? 0))).toEqual(new Set([0]));
  });

  test('a machine whose arithmetic is slow is not bandwidth-bound, in the fastest of three layouts', async () => {
    const { record } = await ended({ gflops: 200, layouts: [1.2, 1, 1.2] });
    expect(memoryShare(record)?.value).toBeCloseTo(0.4, 1);
    const [label] = labelsOf(record).filter(({ id }) => id === 'not-bandwidth-bound');
    expect(label?.reason).toMatch(/each in the fastest of 3 layouts that were tried/);
  });

  test('a winner of tuning takes part, and stays unless something is shown to be faster', async () => {
    const tuningFor: RunOptions['tuningFor'] = () => (kernel) =>
      kernel.tunable.layout ? { layout: 1 } : kernel.defaults;
    const kept = await ended({ layouts: [1, 1, 1] }, { tuningFor });
    expect(kept.record.plan.layouts[0]?.tried[0]?.tuning).toEqual({ layout: 1 });
    expect(kept.record.plan.cases[0]?.tuning).toEqual({ layout: 1 });
    const beaten = await ended({ layouts: [1.3, 1.3, 1] }, { tuningFor });
    expect(beaten.record.plan.cases[0]?.tuning).toEqual({ layout: 2 });
  });
});

test('a case is compiled a third time only where two compilations differ', async () => {
  const [good, slow] = [await ended({}), await ended({ slowCompilations: 12 })];
  expect(slow.compilations).toBeGreaterThan(good.compilations);
  expect(slow.compilations).toBeLessThan(good.compilations + good.record.measurements.length / 2);
});
