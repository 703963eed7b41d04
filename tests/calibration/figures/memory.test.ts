/** Runs the engine on devices whose memory misleads: paged in silence, or refused. Good devices are never labelled. */

import { expect, test } from 'vitest';
import { labelsOf } from '../../../results/labels/index.ts';
import { ALL } from '../../support/tier.ts';
import { WELL_BEHAVED } from '../device/device.ts';
import { between, REGIMES } from '../device/regimes.ts';
import { uniformOf } from './calibrate.ts';
import { calibrateMemory, memoryTableText, pagingDevice, recordOf, SET_UP, unevenIn } from './memory.ts';

const GiB = 2 ** 30;

/** The number of devices of each kind. */
const DEVICES = ALL ? 50 : 20;

test(`${6 * DEVICES} devices of one memory are called uneven in at most one of a hundred; those that page are labelled`, async () => {
  const rows = await calibrateMemory(DEVICES);
  const table = memoryTableText(rows);
  const good = rows.slice(0, REGIMES.length);
  expect(
    good.reduce((sum, { labelled }) => sum + labelled, 0),
    table,
  ).toBeLessThanOrEqual(0.01 * 6 * DEVICES);
  expect(rows[REGIMES.length]?.labelled, table).toBe(DEVICES);
});

test('slabs behind a large cache, of which each is in it by turns, are not called uneven', async () => {
  const caches = [{ bytes: 256e6, gbps: 4000 }];
  for (let seed = 0; seed < 5; seed++) {
    const record = await recordOf({ ...WELL_BEHAVED, caches }, seed, { ...SET_UP, poolBytes: 4 * GiB });
    expect(record.plan.memory?.slabs.map(({ bytes }) => bytes)).toEqual([GiB, GiB, GiB, GiB]);
    expect(unevenIn(record)).toBeUndefined();
  }
});

test('the label of a device that pages says what is slow, and never that it is slower than it is', async () => {
  const uniform = uniformOf(7, 'machine');
  for (let seed = 0; seed < 20; seed++) {
    const pagedShare = between(0.02, 0.3, uniform);
    const record = await recordOf(pagingDevice(uniform, pagedShare), seed);
    const uneven = unevenIn(record);
    expect(uneven).toMatchObject({ slowBytes: GiB / 2, bytes: GiB });
    expect(uneven?.times).toBeLessThan(1.05 / pagedShare);
    const label = labelsOf(record).find(({ id }) => id === 'uneven-memory');
    expect(label?.reason).toMatch(/^537 MB of the 1\.07 GB .* less memory/);
  }
});

test('a device that refuses memory keeps what it gave; the steps say how far it came', async () => {
  const memory = { ...WELL_BEHAVED.memory, refusesBeyond: 3.5 * GiB };
  const record = await recordOf({ ...WELL_BEHAVED, memory }, 1, { ...SET_UP, poolBytes: 4 * GiB });
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
  expect(labelsOf(record).map(({ id }) => id)).toContain('less-memory');
  expect(record.measurements.every(({ status }) => status === 'measured')).toBe(true);
});
