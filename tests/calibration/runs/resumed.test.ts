/** Tests that a run which is killed and resumed ends with the figures of one that nothing broke, on simulated devices. */

import { expect, test } from 'vitest';
import { PROFILES } from '../../../harness/profiles.ts';
import { type RunOptions, run } from '../../../harness/run/run.ts';
import { sharedFigures } from '../../../results/derived/repeated.ts';
import { checkRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import type { Figure } from '../../../results/text/figures.ts';
import { ALL } from '../../support/tier.ts';
import type { SimulatedDevice } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { anyDevice, noisy } from '../device/regimes.ts';
import { uniformOf } from '../figures/calibrate.ts';

const MOMENTS = ALL ? 20 : 8;

/** A session on a device: its record, or what it had kept when it was killed. */
interface Session {
  readonly kept: RecordBody | undefined;
  readonly keeps: number;
  readonly record: RunRecord | undefined;
}

/** Runs `quick`. It is killed when it has kept what it has for the `killedAt`th time; default: it ends by itself. */
async function session(device: SimulatedDevice, seed: number, options: Partial<RunOptions> = {}, killedAt = 0) {
  const { host } = simulatedHost(device, SIMULATED, uniformOf(seed));
  let keeps = 0;
  let kept: RecordBody | undefined;
  const keep = (body: () => RecordBody) => {
    if (++keeps === killedAt) kept = JSON.parse(JSON.stringify(body()));
  };
  const events = run(host, {
    ...{ kernels: SIMULATED, profile: PROFILES.quick, seed: 1, harness: { version: '0.0.0', commit: null }, keep },
    ...{ reported: {}, signal: { aborted: false }, ...options },
  });
  const ended = (record?: RunRecord): Session => ({ kept, keeps, record });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return ended(value);
    // What a killed process would have done next is never asked for.
    if (kept) return ended();
  }
}

/** Whether two figures are as close as two measurements of one thing are in 95 % of cases. */
const agree = (a: Figure, b: Figure): boolean => Math.abs(a.value - b.value) <= Math.hypot(halfWidth(a), halfWidth(b));

/** The samples of a run, as JSON. */
const samplesOf = ({ measurements }: RecordBody): Set<string> =>
  new Set(measurements.flatMap((m) => (m.status === 'measured' ? m.samples.map((s) => JSON.stringify(s)) : [])));

const halfWidth = ({ ci95 }: Figure): number => (ci95 ? (ci95[1] - ci95[0]) / 2 : Number.POSITIVE_INFINITY);

test(`${MOMENTS} runs that are killed at random moments and resumed end with the figures of unbroken ones`, async () => {
  const uniform = uniformOf(15, 'machine');
  const agreeing: boolean[] = [];
  for (let i = 0; i < MOMENTS; i++) {
    const device = noisy(anyDevice(uniform), uniform);
    const unbroken = await session(device, 3 * i);
    // Another seed takes another number of rounds: the last of its twin may be later than its own.
    const killedAt = 1 + Math.floor(((i + uniform()) / MOMENTS) * 0.8 * (unbroken.keeps - 1));
    const { kept } = await session(device, 3 * i + 1, {}, killedAt);
    if (!kept || !unbroken.record) throw new Error(`run ${i} was not killed, or its twin did not end`);
    const checked = checkRecord(seal(kept));
    // The simulated adapter names no vendor; everything else is as in a record of a real machine.
    expect(checked.ok ? [] : checked.problems.filter(({ path }) => path !== 'adapter.vendor')).toEqual([]);

    const { record: resumed } = await session(device, 3 * i + 2, { resume: kept });
    if (!resumed) throw new Error(`run ${i} did not end after it was resumed`);
    expect(resumed.measurements.filter(({ status }) => status !== 'measured')).toEqual([]);
    const samples = samplesOf(resumed);
    expect([...samplesOf(kept)].filter((sample) => !samples.has(sample))).toEqual([]);
    const figures = sharedFigures([unbroken.record, resumed]);
    expect(figures.length).toBeGreaterThan(0);
    agreeing.push(...figures.flatMap(({ runs: [a, b] }) => (a && b ? [agree(a, b)] : [])));
  }
  const share = agreeing.filter(Boolean).length / agreeing.length;
  expect(share).toBeGreaterThan(0.9);
});
