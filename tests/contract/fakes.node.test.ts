/**
 * Runs with whatever can fake a bandwidth, on this project's own adapter: each fake is labelled or has no time, and
 * none becomes a headline without a label. Fakes that need a device of known rates are in
 * tests/calibration/runs/fakes.test.ts.
 */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import type { Profile } from '../../harness/profiles.ts';
import { isMeasured, outlierCount, streamingGBps } from '../../results/derived/derive.ts';
import { labelsOf } from '../../results/labels/index.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { BRIEF, finish, hostWith, withoutTimestamps } from '../support/engine.ts';
import { ALL } from '../support/tier.ts';

const kernels = { ...KERNELS, measured: [KERNELS.ceiling] };
const profile: Profile = { ...BRIEF, measureMs: 800 };

const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);

test('constant data, which a memory compressor would speed up, are the wrong words, and nothing has a time', async () => {
  const constant = {
    ...KERNELS.fill,
    wgsl: (...of: Parameters<typeof KERNELS.fill.wgsl>) => constantly(KERNELS.fill.wgsl(...of)),
  };
  const { record } = await finish(await testHost(), { kernels: { ...kernels, fill: constant }, profile });
  expect(record.measurements.map(({ status }) => status)).toEqual(record.measurements.map(() => 'wrong'));
  expect(streamingGBps(record)).toBeUndefined();
  expect(labels(record)).toContain('wrong-results');
});

/** Returns the fill kernel with one word written everywhere. */
function constantly(wgsl: string): string {
  const changed = wgsl.replace(/\n(\s*)(\w+\[[^\]]+\]) = [^;]+;/, '\n$1$2 = vec4<u32>(0x3f800000u);');
  if (changed === wgsl) throw new Error('the fill kernel must have a line that writes words; none was found');
  return changed;
}

test('timestamps 70 times too fast: the wall clock is trusted, and the headline says so', async () => {
  const host = await hostWith((adapter) => ({
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const createBuffer = device.createBuffer.bind(device);
      device.createBuffer = (buffer) => {
        const made = createBuffer(buffer);
        // The buffer that timestamps are read through is known by its size.
        if (buffer.size !== 16 || !(buffer.usage & GPUBufferUsage.MAP_READ)) return made;
        const getMappedRange = made.getMappedRange.bind(made);
        made.getMappedRange = () => BigUint64Array.from(new BigUint64Array(getMappedRange()), (t) => t * 70n).buffer;
        return made;
      };
      return device;
    },
  }));
  const { record } = await finish(host, { kernels, profile });
  expect(record.clock.trusted).toBe('queue-drain');
  expect(record.clock.reason).toMatch(/times as fast as the wall clock/);
  expect(labels(record)).toContain('queue-drain-clock');
});

// On simulated devices: tests/calibration/runs/fakes.test.ts. Retried: on a busy machine regions may differ by as much.
test.runIf(ALL)('a stall of 600 ms now and then: counted, kept, and without weight', { retry: 2 }, async () => {
  const host = await hostWith((adapter) => ({
    ...withoutTimestamps(adapter),
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice({ ...descriptor, requiredFeatures: [] });
      const done = device.queue.onSubmittedWorkDone.bind(device.queue);
      let asked = 0;
      device.queue.onSubmittedWorkDone = async () => {
        await done();
        if (++asked % 61 === 0) await new Promise((resolve) => setTimeout(resolve, 600));
        return undefined;
      };
      return device;
    },
  }));
  const { record } = await finish(host, { kernels, profile: { ...profile, measureMs: 12_000, minRounds: 24 } });
  const measured = record.measurements.filter(isMeasured);
  const stalled = measured.flatMap(({ samples }) => samples.filter(({ wallMs }) => wallMs > 590)).length;
  expect(stalled).toBeGreaterThan(0);
  const outliers = measured.reduce((sum, { samples }) => sum + outlierCount(samples, 'queue-drain'), 0);
  expect(outliers).toBeGreaterThanOrEqual(stalled);
});

// Regions are planned for twice as long as the finer clock needs: on a busy machine they turn out shorter.
const long: Profile = { ...profile, regionMs: 40 };
test.runIf(ALL).each([
  ['100 µs: regions are long enough for it', 0.1, false],
  ['1 ms: it is labelled', 1, true],
])('a clock in steps of %s', { retry: 3 }, async (_, stepMs, coarse) => {
  const host = await hostWith(withoutTimestamps);
  const now = () => Math.floor(host.now() / stepMs) * stepMs;
  const { record } = await finish({ ...host, now }, { kernels, profile: long });
  expect(labels(record).includes('coarse-clock')).toBe(coarse);
});
