/** Runs the whole engine on whatever can fake a bandwidth, one fake at a time: each is labelled, or does no harm. */

import { describe, expect, test } from 'vitest';
import type { Host } from '../../../harness/host.ts';
import { PROFILES } from '../../../harness/profiles.ts';
import { type RunOptions, run } from '../../../harness/run/run.ts';
import { type Caches, cachesOf } from '../../../results/derived/caches.ts';
import {
  cacheCurve,
  dispatchMs,
  isMeasured,
  memoryShare,
  outlierCount,
  readLine,
  runDrift,
  streamingGBps,
} from '../../../results/derived/derive.ts';
import { type Headline, headlineOf, streamOf } from '../../../results/derived/headline.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { relativeWidth } from '../../../results/statistics.ts';
import { type SimulatedDevice, WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { LYING, SIMULATED } from '../device/kernels.ts';
import { anyDevice } from '../device/regimes.ts';
import { uniformOf } from '../figures/calibrate.ts';

/** Returns the record of a run on a well-behaved device with some changes. */
function record(
  changes: Partial<SimulatedDevice> = {},
  options: Partial<RunOptions> = {},
  seed = 1,
): Promise<RunRecord> {
  const { kernels = SIMULATED } = options;
  const { host } = simulatedHost({ ...WELL_BEHAVED, ...changes }, kernels, uniformOf(seed));
  return recordOn(host, { seed, ...options });
}

async function recordOn(host: Host, options: Partial<RunOptions> = {}): Promise<RunRecord> {
  const events = run(host, {
    kernels: SIMULATED,
    profile: PROFILES.quick,
    seed: 1,
    harness: { version: '0.0.0', commit: null },
    reported: {},
    signal: { aborted: false },
    ...options,
  });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

/** The labels of a record, without those that every test of the harness has: it is no build, and its time is simulated. */
const labels = (of: RunRecord): string[] =>
  labelsOf(of)
    .map(({ id }) => id)
    .filter((id) => id !== 'unpublished-build' && id !== 'odd-date');

/** Returns the true rate of the run's largest dispatch on a device, its launch included. */
const dispatchTruth = ({ gbps, dispatchMs }: SimulatedDevice, of: RunRecord): number => {
  const bytes = of.plan.largestDispatchBytes;
  return bytes / (dispatchMs + bytes / gbps / 1e6) / 1e6;
};

/** Returns the true headline of a run: the rate of memory, unless the run could not tell launches from it. */
const streamingTruth = (device: SimulatedDevice, of: RunRecord): number =>
  readLine(of) ? device.gbps : dispatchTruth(device, of);

describe('a well-behaved device', () => {
  test('gets no label, and its true rate', async () => {
    const clean = await record();
    expect(labels(clean)).toEqual([]);
    const streaming = streamingGBps(clean);
    expect((streaming?.value ?? 0) / streamingTruth(WELL_BEHAVED, clean)).toBeCloseTo(1, 2);
  });

  test('is refused as a record for one reason only: it does not exist', async () => {
    const checked = checkRecord(JSON.parse(JSON.stringify(await record())));
    expect(checked).toEqual({
      ok: false,
      problems: [{ path: 'adapter.vendor', rule: expect.stringMatching(/simulated/) }],
    });
  });
});

test('30 devices of all kinds through whole runs: intervals hold the truth', async () => {
  const uniform = uniformOf(7, 'machine');
  let held = 0;
  for (let i = 0; i < 30; i++) {
    const drawn = anyDevice(uniform);
    // Shorter dispatches would only take the simulator longer: a region would hold thousands of them.
    const device = { ...drawn, dispatchMs: Math.max(0.02, drawn.dispatchMs) };
    const of = await record(device, {}, i);
    const [low, high] = streamingGBps(of)?.ci95 ?? [0, 0];
    const truth = streamingTruth(device, of);
    if (low <= truth && truth <= high) held++;
  }
  // If 95 % of intervals hold the truth, fewer than 25 of 30 do so in one of 300 tries.
  expect(held).toBeGreaterThanOrEqual(25);
});

describe('what fakes a bandwidth', () => {
  const CACHE = { caches: [{ bytes: 256e6, gbps: 4000 }] };

  test('a cache that holds the rotation is labelled, and not called memory', async () => {
    const cached = await record(CACHE, { memoryBytes: 128 * 2 ** 20 });
    expect(streamingGBps(cached)?.value).toBeGreaterThan(2 * WELL_BEHAVED.gbps);
    expect(labels(cached)).toContain('small-rotation');
    expect(streamOf(cached)).toBe('maybe-cache');
    expect(cachesOf(cacheCurve(cached))?.end).toBe('short');
  });

  test('a cache that fades over most of the memory: the sweep ends while it falls, and the figure is labelled', async () => {
    const caches = CACHE.caches.map((cache) => ({ ...cache, fades: 2 }));
    const half = await record({ caches: caches.map((cache) => ({ ...cache, bytes: 400e6 })) });
    expect(cachesOf(cacheCurve(half))?.end).toBe('falling');
    expect(labels(half)).toContain('small-rotation');
    expect(streamOf(half)).toBe('maybe-cache');
    expect(headlineOf(half)?.downToGBps).toBeNull();
    expect(labels(await record({ caches }))).toEqual([]);
  });

  test('the same cache with enough memory shows in the sweep only, which finds its end', async () => {
    const cold = await record(CACHE);
    expect((streamingGBps(cold)?.value ?? 0) / streamingTruth(WELL_BEHAVED, cold)).toBeCloseTo(1, 2);
    expect(labels(cold)).toEqual([]);
    // Eight times the knee: a cache that resists thrashing could still have helped, and half of the pool shows that none did.
    expect(streamOf(cold)).toBe('mostly-memory');
    expect(headlineOf(cold)?.downToGBps).toBeGreaterThan(0.98 * WELL_BEHAVED.gbps);
    const { kneeBytes, levels } = cachesOf(cacheCurve(cold)) as Caches;
    expect(kneeBytes).toBe(128 * 2 ** 20);
    expect(levels.map(({ upToBytes }) => upToBytes)).toEqual([kneeBytes, null]);
    for (const [i, gbps] of [4000, WELL_BEHAVED.gbps].entries()) {
      const truth = dispatchTruth({ ...WELL_BEHAVED, gbps }, cold);
      expect((levels[i]?.gbps.value ?? 0) / truth).toBeCloseTo(1, 2);
    }
  });

  test.each(['bip', 'brrip'] as const)(
    'a cache of 96 MiB that resists thrashing (%s): the headline is too high, and its systematic error says so',
    async (policy) => {
      const of = await record({ caches: [{ bytes: 96 * 2 ** 20, gbps: 4000, policy }] });
      const { gbps, downToGBps, of: source } = headlineOf(of) as Headline;
      expect(gbps.ci95?.[0]).toBeGreaterThan(1.03 * WELL_BEHAVED.gbps);
      expect(downToGBps).toBeLessThan(WELL_BEHAVED.gbps);
      expect(downToGBps).toBeGreaterThan(0.9 * WELL_BEHAVED.gbps);
      expect(source).toBe('mostly-memory');
      expect(labels(of)).toEqual([]);
    },
  );

  test('launches of 4 µs on a GPU of 3,350 GB/s do not lower the headline, and stand beside it', async () => {
    const fast = { gbps: 3350, dispatchMs: 0.004 };
    const of = await record(fast);
    const { gbps, line } = headlineOf(of) as Headline;
    expect(gbps.value / fast.gbps).toBeCloseTo(1, 2);
    expect((line?.launchMs.value ?? 0) / fast.dispatchMs).toBeCloseTo(1, 0);
    // The largest read by itself is 4.8 % slow.
    expect(dispatchTruth({ ...WELL_BEHAVED, ...fast }, of)).toBeLessThan(0.96 * fast.gbps);
  });

  test('a bandwidth above the peak of the reported GPU is an error', async () => {
    expect(labels(await record({}, { reported: { gpu: 'NVIDIA GeForce RTX 3060' } }))).toEqual(['above-peak']);
    expect(labels(await record({}, { reported: { gpu: 'RTX 4070' } }))).toEqual([]);
  });

  test('arithmetic that is slower than memory is not bandwidth-bound', async () => {
    const bound = await record({ gflops: 200 });
    expect(labels(bound)).toEqual(['not-bandwidth-bound']);
    expect(memoryShare(bound)?.value).toBeCloseTo(0.4, 1);
    // Arithmetic that is slower than memory, but not by enough to say so.
    expect(labels(await record({ gflops: 450 }))).toEqual([]);
  });

  test.each([
    ['70 times too fast', 70],
    ['70 times too slowly', 1 / 70],
  ])('timestamps that advance %s: the wall clock is trusted, and a label says so', async (_, timestampScale) => {
    const wall = await record({ timestampScale });
    expect(wall.clock.trusted).toBe('queue-drain');
    expect(labels(wall)).toContain('queue-drain-clock');
    expect((streamingGBps(wall)?.value ?? 0) / streamingTruth(WELL_BEHAVED, wall)).toBeCloseTo(1, 1);
  });

  test('clocks of 100 µs are fine enough for regions of 60 ms', async () => {
    for (const clock of [{ timestampQuantumNs: 1e5 }, { timestamps: false, wallQuantumMs: 0.1 }]) {
      const coarse = await record(clock);
      expect(labels(coarse)).not.toContain('coarse-clock');
      const streaming = streamingGBps(coarse);
      const width = streaming ? relativeWidth(streaming) : Number.NaN;
      // Such clocks are good for a width of about 1 %. Beyond all of it, one error in ten thousand lies.
      expect(width).toBeLessThan(0.02);
      expect(Math.abs((streaming?.value ?? 0) / streamingTruth(WELL_BEHAVED, coarse) - 1)).toBeLessThan(width);
    }
  });

  test('a clock of 1 ms is not: regions grow to the longest submission, and it is labelled', async () => {
    const coarse = await record({ timestamps: false, wallQuantumMs: 1 });
    const longest = coarse.measurements.filter(isMeasured).flatMap((m) => m.samples.map((s) => s.wallMs));
    expect(Math.max(...longest)).toBeGreaterThan(85);
    expect(labels(coarse)).toContain('coarse-clock');
  });

  test('a ramp that outlasts the warm-up is not steady', async () => {
    expect(labels(await record({ ramp: { excess: 3, ms: 3000 } }))).toContain('not-steady');
  });

  test('a ramp of half a second is waited for', async () => {
    const ramped = await record({ ramp: { excess: 1, ms: 200 } });
    expect(labels(ramped)).toEqual([]);
    expect((streamingGBps(ramped)?.value ?? 0) / streamingTruth(WELL_BEHAVED, ramped)).toBeCloseTo(1, 2);
  });

  test('heat that makes the device slower and slower is labelled, with how much', async () => {
    const hot = await record({ drift: { share: 0.2, ms: 4000 } });
    expect(labels(hot)).toContain('throttled');
    expect(runDrift(hot)?.value).toBeGreaterThan(0.1);
  });

  test('stalls of 300 ms are kept, counted, and without weight', async () => {
    const stalled = await record({ noise: { ...WELL_BEHAVED.noise, stalls: 0.03 } });
    const outliers = stalled.measurements
      .filter(isMeasured)
      .reduce((sum, { samples }) => sum + outlierCount(samples, stalled.clock.trusted), 0);
    expect(outliers).toBeGreaterThan(0);
    const streaming = streamingGBps(stalled);
    expect((streaming?.value ?? 0) / streamingTruth(WELL_BEHAVED, stalled)).toBeCloseTo(1, 2);
    expect(streaming && relativeWidth(streaming)).toBeLessThan(0.03);
  });

  test('a kernel with wrong results has no time', async () => {
    const lied = await record({}, { kernels: LYING });
    expect(lied.measurements.map(({ status }) => status)).toEqual(lied.measurements.map(() => 'wrong'));
    expect(labels(lied)).toContain('wrong-results');
  });
});

/** Returns the host of a device that changes after `ms` of simulated time. */
function changingHost(ms: number, changes: Partial<SimulatedDevice>): Host {
  let now = () => 0;
  const device = new Proxy(WELL_BEHAVED, {
    get: (before, name) => Reflect.get(now() > ms ? { ...before, ...changes } : before, name),
  });
  const { host, simulation } = simulatedHost(device, SIMULATED, uniformOf(1));
  now = () => simulation.ms;
  return host;
}

test('no case is measured with the slow code that a compiler makes now and then', async () => {
  // One in twelve, as on lavapipe.
  const slow = await record({ slowCompilations: 12 });
  expect(labels(slow)).toEqual([]);
  const fast = await record();
  for (const [i, m] of slow.measurements.entries()) {
    const of = fast.measurements[i];
    if (!of || !isMeasured(m) || !isMeasured(of)) throw new Error(`case ${i} was ${m.status} and ${of?.status}`);
    const [ms, expected] = [dispatchMs(m.samples, slow.clock.trusted), dispatchMs(of.samples, fast.clock.trusted)];
    expect((ms?.value ?? 0) / (expected?.value ?? 0), JSON.stringify(m.case)).toBeCloseTo(1, 1);
  }
});

describe('what goes wrong on the way', () => {
  test.each([
    ['run backwards', -1],
    ['stand still', 0],
    ['run 70 times too fast', 70],
  ])('timestamps that %s after six seconds: the wall clock is trusted from then on', async (_, timestampScale) => {
    const of = await recordOn(changingHost(6000, { timestampScale }));
    expect(of.clock.trusted).toBe('queue-drain');
    expect(of.events.map(({ kind }) => kind)).toContain('clock');
    expect(labels(of)).toContain('queue-drain-clock');
    expect((streamingGBps(of)?.value ?? 0) / streamingTruth(WELL_BEHAVED, of)).toBeCloseTo(1, 1);
  });

  test('a submission that takes too long is noted, and the next one is shorter', async () => {
    const slowMs = 6000;
    const of = await recordOn(changingHost(slowMs, { gbps: 100 }));
    const long = of.events.filter(({ kind }) => kind === 'long-submission');
    expect(long.length).toBeGreaterThan(0);
    for (const { samples } of of.measurements.filter(isMeasured)) {
      const over = new Set(samples.filter(({ wallMs }) => wallMs > 150).map(({ round }) => round));
      // A visit whose last region alone was slow tells the next one nothing: it could be a stall.
      const began = [...over].map((round) => samples.find((sample) => sample.round === round)?.atMs ?? 0);
      expect(began.filter((atMs) => atMs > slowMs).length).toBeLessThanOrEqual(1);
      expect(over.size).toBeLessThanOrEqual(2);
    }
  });
});

test('a case whose interval more rounds do not make narrower stops, and says so', async () => {
  const profile = { ...PROFILES.quick, intervalWidth: 1e-4, measureMs: 300_000 };
  const kernels = { ...SIMULATED, measured: [SIMULATED.ceiling] };
  const of = await recordOn(changingHost(100_000, { gbps: 250 }), { profile, kernels, budgetMs: 400_000 });
  const stopped = of.measurements.filter(isMeasured).map((m) => m.stopped);
  expect(new Set(stopped)).toEqual(new Set(['plateau']));
});
