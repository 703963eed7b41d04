/** Runs the engine on devices whose memory misleads: paged in silence, or refused. Good devices are never labelled. */

import { expect, test } from 'vitest';
import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { run } from '../../harness/run/run.ts';
import { labelsOf } from '../../results/labels/index.ts';
import type { RunRecord } from '../../results/schema.ts';
import { unevenSlabs } from '../../results/slabs.ts';
import { uniformOf } from './calibrate.ts';
import { type SimulatedDevice, WELL_BEHAVED } from './device.ts';
import { simulatedHost } from './host.ts';
import { SIMULATED } from './kernels.ts';
import { anyDevice, between, REGIMES } from './regimes.ts';

const GiB = 2 ** 30;

/** A profile that is over once memory has been set up. */
const BRIEF: Profile = { ...PROFILES.quick, sizes: 3, warmUpMs: 300, minRounds: 2, measureMs: 1 };

async function recordOf(device: SimulatedDevice, seed = 1, profile = BRIEF): Promise<RunRecord> {
  const kernels = { ...SIMULATED, measured: [SIMULATED.ceiling] };
  const { host } = simulatedHost(device, kernels, uniformOf(seed));
  const options = { harness: { version: '0.0.0', commit: null }, reported: {}, signal: { aborted: false } };
  const events = run(host, { ...options, kernels, profile, seed });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

/** Dispatches that are shorter only take the simulator longer: a region would hold thousands of them. */
const drawn = (device: SimulatedDevice): SimulatedDevice => ({
  ...device,
  dispatchMs: Math.max(0.02, device.dispatchMs),
});

const unevenIn = ({ plan, clock }: RunRecord) => unevenSlabs(plan.memory?.slabs ?? [], clock);

const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);

/** The number of good devices of each regime. */
const DEVICES = 60;

test('360 devices of all regimes: slabs of one memory are called uneven on at most one in a hundred', async () => {
  const wrong: string[] = [];
  for (const [nth, { name, draw }] of REGIMES.entries()) {
    const uniform = uniformOf(100 + nth);
    for (let i = 0; i < DEVICES; i++) {
      const record = await recordOf(drawn(draw(uniform)), i);
      expect(record.plan.memory?.slabs.length).toBe(2);
      if (unevenIn(record)) wrong.push(name);
    }
  }
  expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(0.01 * REGIMES.length * DEVICES);
});

test('slabs behind a large cache, of which each is in it by turns, are not called uneven', async () => {
  const caches = [{ bytes: 256e6, gbps: 4000 }];
  for (let seed = 0; seed < 5; seed++) {
    const record = await recordOf({ ...WELL_BEHAVED, caches }, seed, { ...BRIEF, poolBytes: 4 * GiB });
    expect(record.plan.memory?.slabs.map(({ bytes }) => bytes)).toEqual([GiB, GiB, GiB, GiB]);
    expect(unevenIn(record)).toBeUndefined();
  }
});

test('100 devices that page the second half of memory in silence are labelled, with what is slow and by how much', async () => {
  const uniform = uniformOf(7);
  for (let i = 0; i < 100; i++) {
    const pagedShare = between(0.02, 0.3, uniform);
    const memory = { ...WELL_BEHAVED.memory, pagesBeyond: 0.75 * GiB, pagedShare };
    // Beside the cost of a dispatch, 16 MiB must take long enough for a rate to show.
    const device = { ...drawn(anyDevice(uniform)), dispatchMs: 0.02, gbps: between(10, 300, uniform), memory };
    const record = await recordOf(device, i);
    const uneven = unevenIn(record);
    expect(uneven, JSON.stringify(device)).toMatchObject({ slowBytes: GiB / 2, bytes: GiB });
    expect(uneven?.times).toBeLessThan(1.05 / pagedShare);
    expect(labels(record)).toContain('uneven-memory');
  }
});

test('a device that refuses memory keeps what it gave; the steps say how far it came', async () => {
  const memory = { ...WELL_BEHAVED.memory, refusesBeyond: 3.5 * GiB };
  const record = await recordOf({ ...WELL_BEHAVED, memory }, 1, { ...BRIEF, poolBytes: 4 * GiB });
  expect(record.plan.poolBytes).toBe(3 * GiB);
  expect(record.plan.memory).toMatchObject({
    budgetBytes: 4 * GiB,
    reason: 'the profile asks for it',
    steps: [
      { bytes: GiB, given: true },
      { bytes: 2 * GiB, given: true },
      { bytes: 4 * GiB, given: false },
    ],
  });
  expect(labels(record)).toContain('less-memory');
  expect(record.measurements.every(({ status }) => status === 'measured')).toBe(true);
});
