/**
 * A run survives lost devices, hidden tabs and early ends: no measurement is lost, and the record says what happened.
 */

import { describe, expect, test } from 'vitest';
import { testHost } from '#host';
import type { Visibility } from '../../harness/host.ts';
import type { Profile } from '../../harness/profiles.ts';
import { isMeasured, streamingGBps } from '../../results/derived/derive.ts';
import { labelsOf } from '../../results/labels/index.ts';
import { checkRecord } from '../../results/record/check.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { BRIEF, finish, hostWith } from '../support/engine.ts';
import { IS_WHOLE } from '../support/examples.ts';

/** The kernels of few cases, so that a run that begins again is soon where it was. */
const kernels = {
  ...KERNELS,
  measured: [KERNELS.ceiling, ...KERNELS.measured.filter(({ id }) => id === 'stream-write')],
};
const profile: Profile = { ...BRIEF, breadth: 'all', sizes: 1, measureMs: 500 };

const kinds = ({ events }: RunRecord): string[] => events.map(({ kind }) => kind);
const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);

function expectWhole(record: RunRecord): void {
  expect(record.measurements.map(({ status }) => status)).toEqual(record.measurements.map(() => 'measured'));
  for (const m of record.measurements.filter(isMeasured)) expect(['interval', 'plateau', 'time']).toContain(m.stopped);
  expect(labels(record)).not.toContain('incomplete');
  expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
}

/** Returns a host, and the list of the devices that it gives. */
async function hostWithDevices() {
  const devices: GPUDevice[] = [];
  const host = await hostWith((adapter) => ({
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      devices.push(device);
      return device;
    },
  }));
  return { host, devices };
}

describe('a lost device', () => {
  test('is requested again: the run keeps what it had, and completes', async () => {
    const { host, devices } = await hostWithDevices();
    let before = 0;
    const { record } = await finish(host, { kernels, profile }, (event) => {
      if (event.type !== 'measurement' || event.measurement.status !== 'measured') return;
      const { samples } = event.measurement;
      if (devices.length === 1 && new Set(samples.map(({ round }) => round)).size === 2) {
        before = samples.length;
        devices[0]?.destroy();
      }
    });
    expect(devices).toHaveLength(2);
    expect(before).toBeGreaterThan(0);
    expectWhole(record);
    expect(kinds(record).filter((kind) => kind === 'lost')).toHaveLength(1);
    expect(labels(record)).toContain('device-lost');
    const early = Math.min(...record.measurements.filter(isMeasured).map((m) => m.samples[0]?.atMs ?? 0));
    expect(early).toBeLessThan(record.events.find(({ kind }) => kind === 'lost')?.atMs ?? 0);
  });

  test.runIf(IS_WHOLE)('while memory is filled is followed by one that is asked for half as much', async () => {
    const { host, devices } = await hostWithDevices();
    const { record } = await finish(host, { kernels, profile: { ...profile, poolBytes: 2 ** 28 } }, (event) => {
      if (event.type === 'progress' && event.phase === 'fill' && devices.length === 1) devices[0]?.destroy();
    });
    expectWhole(record);
    expect(record.plan.poolBytes).toBeLessThanOrEqual(2 ** 27);
    // The main pool and the one that is written asked for twice as much.
    expect(record.plan.memory).toMatchObject({ budgetBytes: 2 ** 28, reason: expect.stringMatching(/lost.*537 MB/) });
    const [lost, ...given] = record.plan.memory?.steps ?? [];
    expect(lost).toEqual({ bytes: 2 ** 27, given: false });
    expect(given.map((step) => step.given)).toEqual(given.map(() => true));
    expect(given.at(-1)?.bytes).toBe(record.plan.poolBytes);
    expect(labels(record)).toContain('device-lost');
  });

  test.runIf(IS_WHOLE)('twice over the same case makes that case fail, and the others are measured', async () => {
    const { host, devices } = await hostWithDevices();
    const { record } = await finish(host, { kernels, profile }, (event) => {
      if (event.type === 'progress' && event.phase === 'verify' && event.detail.includes('stream-write')) {
        devices.at(-1)?.destroy();
      }
    });
    expect(devices).toHaveLength(3);
    expect(record.measurements[0]?.status).toBe('measured');
    expect(record.measurements.at(-1)).toMatchObject({ status: 'failed', reason: expect.stringContaining('2 times') });
    expect(kinds(record)).not.toContain('gave-up');
  });

  test.runIf(IS_WHOLE)('ends the run at the third loss, with what it has', async () => {
    const { host, devices } = await hostWithDevices();
    const { record } = await finish(host, { kernels, profile }, (event) => {
      if (event.type === 'measurement' && event.measurement.status === 'measured') devices.at(-1)?.destroy();
    });
    expect(devices).toHaveLength(3);
    expect(labels(record)).toContain('incomplete');
    expect(record.measurements.filter(isMeasured).length).toBeGreaterThan(0);
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });
});

/** A tab that a test hides and shows. */
class Tab implements Visibility {
  hidden = false;
  pausedByPerson = false;
  timesHidden = 0;
  #heard = () => {};

  hide(): void {
    this.hidden = true;
    this.timesHidden++;
    this.#heard();
  }

  show(): void {
    this.hidden = false;
    this.#heard();
  }

  pause(paused: boolean): void {
    this.pausedByPerson = paused;
    this.#heard();
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

describe('a hidden tab', () => {
  test('pauses the run, and keeps what was being timed without weight', async () => {
    const tab = new Tab();
    const host = { ...(await testHost()), visibility: tab };
    let visits = 0;
    const { record, events } = await finish(host, { kernels, profile }, (event) => {
      if (event.type !== 'progress') return;
      if (event.phase === 'measure' && ++visits === 3) setTimeout(() => tab.hide(), 5);
      if (event.phase === 'paused') setTimeout(() => tab.show(), 300);
    });
    expectWhole(record);
    const spoiled = record.measurements.filter(isMeasured).flatMap((m) => m.discarded);
    expect(spoiled.length).toBeGreaterThan(0);
    for (const { reason } of spoiled) expect(reason).toMatch(/hidden/);
    expect(labels(record)).toContain('hidden-tab');
    expect(events.filter((e) => e.type === 'progress' && e.phase === 'paused')).toHaveLength(1);
    const pause = record.events.find(({ kind }) => kind === 'hidden');
    expect(pause?.detail).toMatch(/paused for 0\.[3-9] s/);
    // Nothing is timed while the tab is hidden.
    const at = pause?.atMs ?? 0;
    const during = record.measurements
      .filter(isMeasured)
      .flatMap((m) => m.samples.filter((s) => s.atMs < at && s.atMs > at - 290));
    expect(during).toEqual([]);
  });

  test.runIf(IS_WHOLE)('can be cancelled', async () => {
    const tab = new Tab();
    const signal = { aborted: false };
    const host = { ...(await testHost()), visibility: tab };
    let visits = 0;
    const { record } = await finish(host, { kernels, profile, signal }, (event) => {
      if (event.type !== 'progress') return;
      if (event.phase === 'measure' && ++visits === 6) tab.hide();
      if (event.phase !== 'paused') return;
      signal.aborted = true;
      tab.show();
    });
    expect(kinds(record)).toContain('cancelled');
  });
});

test('a person pauses a run: what was being timed counts, and nothing is timed until it goes on', async () => {
  const tab = new Tab();
  const host = { ...(await testHost()), visibility: tab };
  let visits = 0;
  const { record, events } = await finish(host, { kernels, profile }, (event) => {
    if (event.type !== 'progress') return;
    if (event.phase === 'measure' && ++visits === 3) tab.pause(true);
    if (event.phase === 'paused') setTimeout(() => tab.pause(false), 300);
  });
  expectWhole(record);
  expect(record.measurements.filter(isMeasured).flatMap(({ discarded }) => discarded)).toEqual([]);
  expect(labels(record)).not.toContain('hidden-tab');
  expect(events.filter((e) => e.type === 'progress' && e.phase === 'paused')).toHaveLength(1);
  const pause = record.events.find(({ kind }) => kind === 'paused');
  expect(pause?.detail).toMatch(/^a person paused the run for 0\.[3-9] s$/);
  const at = pause?.atMs ?? 0;
  const during = record.measurements
    .filter(isMeasured)
    .flatMap((m) => m.samples.filter((s) => s.atMs < at && s.atMs > at - 290));
  expect(during).toEqual([]);
});

describe('a run that ended early is resumed', () => {
  const cancelled = async () => {
    const signal = { aborted: false };
    const kept: number[] = [];
    const { record } = await finish(
      await testHost(),
      { kernels, profile, signal, keep: (body) => kept.push(body().measurements.filter(isMeasured).length) },
      (event) => {
        const { round = 0 } =
          event.type === 'measurement' && event.measurement.status === 'measured'
            ? (event.measurement.samples.at(-1) ?? {})
            : {};
        // The first rounds are of the ceiling alone.
        if (round === 4) signal.aborted = true;
      },
    );
    expect(kept.length).toBeGreaterThan(2);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    return record;
  };

  test.runIf(IS_WHOLE)('in another session: what had been measured stays, and the rest is added', async () => {
    const before = await cancelled();
    expect(labels(before)).toContain('incomplete');
    const { record } = await finish(await testHost(), { kernels, profile, resume: before });
    expectWhole(record);
    expect(record.created).toBe(before.created);
    expect(kinds(record)).toEqual(expect.arrayContaining(['cancelled', 'resumed']));
    for (const [i, m] of before.measurements.entries()) {
      if (!isMeasured(m)) continue;
      const after = record.measurements[i];
      if (!after || !isMeasured(after)) throw new Error(`case ${i} was measured, and is ${after?.status}`);
      expect(after.samples.slice(0, m.samples.length)).toEqual(m.samples);
      expect(after.samples.length).toBeGreaterThan(m.samples.length);
    }
    expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  });

  test('not with another seed, on another adapter, or once it is done: one line says so', async () => {
    const before = await cancelled();
    const { adapter } = before;
    const refused = async (options: Parameters<typeof finish>[1]) =>
      expect(finish(await testHost(), { kernels, profile, ...options })).rejects.toMatchObject({
        code: 'unusable-options',
        message: expect.stringMatching(/Start a new one|start a new one/),
      });
    await refused({ resume: before, seed: 2 });
    await refused({ resume: { ...before, adapter: { ...adapter, vendor: 'another' } } });
    await refused({ resume: { ...before, harness: { ...before.harness, kernels: '0'.repeat(64) } } });
    const { record } = await finish(await testHost(), { kernels, profile, resume: before });
    await refused({ resume: record });
  });
});
