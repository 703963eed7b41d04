/** Tests the time that a run says is left, on simulated machines whose runs end at a known time. */

import { expect, test } from 'vitest';
import { PROFILES } from '../../../harness/profiles.ts';
import { run } from '../../../harness/run/run.ts';
import { type SimulatedDevice, WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { uniformOf } from '../figures/calibrate.ts';

const MACHINES: readonly (readonly [string, Partial<SimulatedDevice>])[] = [
  ['is well-behaved', {}],
  ['compiles for a second', { compileMs: 1000 }],
  [
    'is a hundred times slower',
    {
      gbps: WELL_BEHAVED.gbps / 100,
      dispatchMs: 100 * WELL_BEHAVED.dispatchMs,
      regionMs: 100 * WELL_BEHAVED.regionMs,
    },
  ],
  ['tells after 100 ms that work is done', { completion: { everyMs: 100, anew: true } }],
];

/** The time left as a run said it, and as it was, in ms. */
interface Said {
  readonly fraction: number;
  readonly low: number;
  readonly high: number;
  readonly leftMs: number;
}

async function saidOn(changes: Partial<SimulatedDevice>, profile = PROFILES.quick): Promise<Said[]> {
  const { host, simulation } = simulatedHost({ ...WELL_BEHAVED, ...changes }, SIMULATED, uniformOf(5));
  const options = { kernels: SIMULATED, profile, seed: 1, harness: { version: '0.0.0', commit: null } };
  const said: { fraction: number; low: number; high: number; atMs: number }[] = [];
  const events = run(host, { ...options, reported: {}, signal: { aborted: false } });
  for (;;) {
    const { done, value } = await events.next();
    if (done) break;
    if (value.type !== 'progress') continue;
    const [low, high] = value.leftMs;
    said.push({ fraction: value.fraction, low, high, atMs: simulation.ms });
  }
  return said.map(({ atMs, ...one }) => ({ ...one, leftMs: simulation.ms - atMs }));
}

/** The share of looks that may be wrong: those around the end of a wave whose cases need fewer rounds than others did. */
const MAX_WRONG = 0.02;

test.each(
  MACHINES.flatMap(([what, changes]) => (['quick', 'full'] as const).map((profile) => ({ what, changes, profile }))),
)(
  'a machine that $what, in $profile: after a quarter, the time left is right within a factor of two',
  async ({ changes, profile }) => {
    const said = (await saidOn(changes, PROFILES[profile])).filter(
      ({ fraction, leftMs }) => fraction >= 0.25 && leftMs > 1000,
    );
    expect(said.length).toBeGreaterThan(0);
    for (const { low, high } of said) expect(low).toBeLessThanOrEqual(high);
    const wrong = said.filter(({ low, high, leftMs }) => leftMs <= low / 2 || leftMs >= 2 * high);
    expect(wrong.length / said.length, JSON.stringify(wrong.slice(0, 3))).toBeLessThanOrEqual(MAX_WRONG);
  },
);
