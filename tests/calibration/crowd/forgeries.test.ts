/**
 * Forgeries made of the records of simulated GPUs, whose timestamps advance in the steps of real ones. Each earns its
 * label; the honest records earn none.
 */

import { describe, expect, test } from 'vitest';
import builds from '../../../results/data/reference/builds.json';
import { COHERENCE } from '../../../results/labels/coherence.ts';
import { labelOf } from '../../../results/labels/index.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { randomSource } from '../../../results/statistics.ts';
import { FOUND } from '../../support/crowd/forgeries/labelled.ts';
import { type SimulatedDevice, WELL_BEHAVED } from '../device/device.ts';
import { REGIMES } from '../device/regimes.ts';
import { uniformOf } from '../figures/calibrate.ts';
import { measuredRecord, TROUBLES } from '../machines/machines.ts';

/** The record of a run on a simulated device, as if a published build had made it today on an RTX 4090. */
async function recordOn(device: SimulatedDevice, seed: number): Promise<RunRecord> {
  const { record } = await measuredRecord(device, seed);
  const [build] = builds.slice(-1);
  if (!build) throw new Error('no build is published');
  return {
    ...structuredClone(record),
    harness: build,
    created: new Date().toISOString(),
    host: { kind: 'browser', brand: 'Google Chrome', majorVersion: 148, platform: 'Windows' },
    adapter: {
      ...structuredClone(record.adapter),
      ...{ vendor: 'nvidia', architecture: 'lovelace', device: '', description: '' },
      ...{ subgroupMinSize: 32, subgroupMaxSize: 32 },
    },
  };
}

/** The labels of coherence that a record earns, with their reasons. */
const oddIn = (record: RunRecord): string[] =>
  COHERENCE.flatMap(({ id, applies }) => {
    const reason = applies(record);
    return reason === undefined ? [] : [`${id}: ${reason}`];
  });

/** The steps of timestamps, in ns. Those of 24 and 19.2 MHz are rounded to whole nanoseconds one by one. */
const STEPS_NS = [1, 32, 40, 1e3 / 24, 1e3 / 19.2, 52, 80, 1000, 65_536, 100_000];

/** A GPU of 900 GB/s whose timestamps advance in steps of `timestampQuantumNs`. */
const gpu = (timestampQuantumNs: number): SimulatedDevice => ({ ...WELL_BEHAVED, gbps: 900, timestampQuantumNs });

describe.each([...STEPS_NS, null])('timestamps in steps of %d ns', async (stepNs) => {
  const device = stepNs === null ? { ...gpu(1), timestamps: false } : gpu(stepNs);
  const honest = await recordOn(device, 1);

  test('the honest record is coherent', () => expect(oddIn(honest)).toEqual([]));

  test.each(FOUND.filter(({ needs }) => needs?.(honest) ?? true))('$name: $labels', ({ forge, labels }) => {
    const record = structuredClone(honest);
    forge(record, randomSource(1));
    expect(labels.map((label) => labelOf(label, record)?.reason)).toContainEqual(expect.any(String));
  });
});

describe('honest machines are coherent', () => {
  test.each(REGIMES)('$name', async ({ draw }) => {
    const uniform = uniformOf(11, 'machine');
    for (let i = 0; i < 2; i++) {
      // Shorter dispatches would only take the simulator longer: a region would hold thousands of them.
      const drawn = draw(uniform);
      const device = { ...drawn, dispatchMs: Math.max(0.02, drawn.dispatchMs) };
      expect(oddIn(await recordOn(device, i)), JSON.stringify(device)).toEqual([]);
    }
  });

  test.each(TROUBLES)('$name', async ({ apply }) => {
    const uniform = uniformOf(12, 'machine');
    for (let i = 0; i < 2; i++) {
      const gbps = 30 * (8000 / 30) ** uniform();
      const device = apply({ ...gpu(1), gbps, recordMs: 0.0005 }, uniform);
      expect(oddIn(await recordOn(device, i)), JSON.stringify(device)).toEqual([]);
    }
  });
});
