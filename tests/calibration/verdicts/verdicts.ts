/**
 * Tests whether verdicts are right. Every claim is tested on devices of four regimes, by what a `full` run would record
 * of them. Each verdict is compared with that of the same device and clock without noise, whose statistics are the true ones.
 */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import type { ClockInfo, DecodeMeasurement, Measurement } from '../../../results/record/schema.ts';
import type { Verdict } from '../../../src/model/claims/claim.ts';
import { claimTasks, judgeClaims } from '../../../src/model/claims/index.ts';
import { sourceOf } from '../../support/random.ts';
import { type SimulatedDevice, Simulation, type Uniform, WELL_BEHAVED } from '../device/device.ts';
import { SIMULATED, SIMULATED_SWEEP } from '../device/kernels.ts';
import { between, noisy } from '../device/regimes.ts';
import { caseRun, clockOf, measureAll, uniformOf } from '../figures/calibrate.ts';
import { measureStep, type SimulatedStep, simulatedStep } from '../figures/steps.ts';

/** The quantities that decide a device's regime, for a step of the claims' largest model at batch 1. */
interface Balance {
  /** The fixed cost of all dispatches over the time of the bytes. */
  readonly overhead: number;
  /** The rate of arithmetic over the bandwidth, in operations per byte. */
  readonly flopsPerByte: number;
  readonly caches?: SimulatedDevice['caches'];
}

/** The bytes and dispatches of that step, which is one of the slice. */
const [STEP_BYTES, STEP_DISPATCHES] = [1.35e9, 33];

/** Draws a device of `gbps` that is as noisy as a well-behaved one: 0.05 – 0.5 % a region. */
function balanced(uniform: Uniform, { overhead, flopsPerByte, caches = [] }: Balance, gbps: number): SimulatedDevice {
  return {
    ...WELL_BEHAVED,
    ...{ gbps, gflops: flopsPerByte * gbps, caches },
    dispatchMs: (overhead * STEP_BYTES) / STEP_DISPATCHES / gbps / 1e6,
    noise: { ...WELL_BEHAVED.noise, sigma: between(0.0005, 0.005, uniform) },
  };
}

const anyRate = (uniform: Uniform): number => between(30, 8000, uniform);

export interface VerdictRegime {
  readonly name: string;
  readonly what: string;
  draw(uniform: Uniform): SimulatedDevice;
}

/** Draws one cache of a size that GPUs have, for every second device. */
function smallCache(uniform: Uniform, gbps: number): SimulatedDevice['caches'] {
  if (uniform() < 0.5) return [];
  return [{ bytes: between(8e6, 64e6, uniform), gbps: gbps * between(1.5, 4, uniform) }];
}

/** Draws devices of 20 – 1,000 operations per byte, whose dispatches cost `min` – `max` times as much as the bytes. */
function withOverhead(min: number, max: number): (uniform: Uniform) => SimulatedDevice {
  return (uniform) => {
    const gbps = anyRate(uniform);
    const overhead = between(min, max, uniform);
    const flopsPerByte = between(20, 1000, uniform);
    return balanced(uniform, { overhead, flopsPerByte, caches: smallCache(uniform, gbps) }, gbps);
  };
}

export const VERDICT_REGIMES: readonly VerdictRegime[] = [
  {
    name: 'bandwidth-bound',
    what: 'dispatches cost 0.5 – 15 % of the time of the bytes; 20 – 1,000 operations per byte; every second with a cache of 8 – 64 MB',
    draw: withOverhead(0.005, 0.15),
  },
  {
    name: 'overhead-bound',
    what: 'dispatches cost 2.5 – 8 times as much as the bytes; otherwise the same',
    draw: withOverhead(2.5, 8),
  },
  {
    name: 'compute-bound',
    what: '0.05 – 0.5 operations per byte, as on a software adapter; dispatches cost as much as in bandwidth-bound',
    draw(uniform) {
      const gbps = anyRate(uniform);
      const overhead = between(0.005, 0.15, uniform);
      return balanced(uniform, { overhead, flopsPerByte: between(0.05, 0.5, uniform) }, gbps);
    },
  },
  {
    name: 'cache-resident',
    what: 'a cache of 0.25 – 1 GB, 1.5 – 4 times as fast, which holds part of the steps; otherwise as in bandwidth-bound',
    draw(uniform) {
      const gbps = anyRate(uniform);
      const caches = [{ bytes: between(256e6, 1e9, uniform), gbps: gbps * between(1.5, 4, uniform) }];
      const overhead = between(0.005, 0.15, uniform);
      return balanced(uniform, { overhead, flopsPerByte: between(20, 1000, uniform), caches }, gbps);
    },
  },
];

/** Makes the steps of the claims, once for all devices. */
export const simulatedSteps = (profile: Profile): SimulatedStep[] =>
  claimTasks().map((task) => simulatedStep(task, profile.poolBytes));

/** The verdict of every claim, by the claim's id. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** The part of a record that claims look at. */
type Recorded = Parameters<typeof judgeClaims>[0];

/** Returns what a run on `device` would record. */
export async function recordOn(
  device: SimulatedDevice,
  steps: readonly SimulatedStep[],
  profile: Profile,
  seed: number,
): Promise<Recorded> {
  const { largestBytes, maxDispatchMs, poolBytes } = profile;
  const simulation = new Simulation(device, uniformOf(seed));
  const fits = 2 ** Math.floor(Math.log2(device.gbps * 1e6 * maxDispatchMs));
  const bytes = Math.min(largestBytes, fits);
  const [, gemv] = SIMULATED.measured;
  const kernels = [
    caseRun(simulation, profile, SIMULATED.ceiling, { bytes }),
    ...(gemv ? [caseRun(simulation, profile, gemv, { bytes, format: 'f16' })] : []),
    // The sets are an octave apart, where `full` has two to an octave: half as many find the same caches.
    ...SIMULATED_SWEEP.shapes([bytes], 'few', poolBytes).map((set) =>
      caseRun(simulation, profile, SIMULATED_SWEEP, set),
    ),
  ];
  const measurements: Measurement[] = await measureAll(simulation, profile, kernels, seed);
  const random = sourceOf(seed, 'steps');
  const decode: DecodeMeasurement[] = [];
  for (const step of steps) decode.push(await measureStep(simulation, step, profile, random));
  return { clock: { trusted: clockOf(device) } as ClockInfo, measurements, decode };
}

const verdictsOf = (record: Recorded): Verdicts => new Map(judgeClaims(record).map(({ id, verdict }) => [id, verdict]));

/** Returns the device with next to no noise. Without any noise, roundings would be outliers. */
const undisturbed = (device: SimulatedDevice): SimulatedDevice => ({
  ...device,
  noise: { sigma: 1e-6, heavy: 0, stalls: 0, stallMs: 0 },
});

/** The number of rounds without noise, in which they are all alike. */
const ROUNDS = 4;
const briefly = (profile: Profile): Profile => ({
  ...profile,
  ...{ minRounds: ROUNDS, curve: { ...profile.curve, minRounds: ROUNDS } },
  ...(profile.experiments && { experiments: { ...profile.experiments, minRounds: ROUNDS } }),
});

export interface VerdictRow {
  readonly regime: string;
  readonly claim: string;
  readonly devices: number;
  /** The number of devices by the true verdict. */
  readonly truly: Readonly<Record<Verdict, number>>;
  /** The number of true verdicts. */
  readonly right: number;
  /** The number of undecided verdicts whose truth is decided. */
  readonly undecided: number;
  /** The number of wrong verdicts: all others. */
  readonly wrong: number;
}

/** Returns the device with noise of 0.5 – 5 % a region, five times that in a tenth of them, and only a wall clock. */
export const inBadConditions = (device: SimulatedDevice, uniform: Uniform): SimulatedDevice => ({
  ...noisy(device, uniform),
  ...{ timestamps: false, wallQuantumMs: between(0.005, 0.1, uniform) },
});

/** Tests every claim on `count` devices of each regime, in the conditions that `conditions` makes. */
export async function calibrateVerdicts(
  count: number,
  seed = 1,
  conditions: typeof inBadConditions = (device) => device,
): Promise<VerdictRow[]> {
  const profile = PROFILES.full;
  const steps = simulatedSteps(profile);
  const rows: VerdictRow[] = [];
  for (const [nth, { name, draw }] of VERDICT_REGIMES.entries()) {
    const uniform = uniformOf(seed + nth, 'machine');
    const pairs: { truth: Verdicts; found: Verdicts }[] = [];
    for (let i = 0; i < count; i++) {
      // By a wall clock, a step that the host records for longer than the GPU computes takes as long as that. So the truth is
      // what the same clock sees.
      const device = conditions(draw(uniform), uniform);
      pairs.push({
        truth: verdictsOf(await recordOn(undisturbed(device), steps, briefly(profile), 1)),
        found: verdictsOf(await recordOn(device, steps, profile, seed + nth * count + i)),
      });
    }
    for (const claim of pairs[0]?.truth.keys() ?? []) rows.push(rowOf(name, claim, pairs));
  }
  return rows;
}

function rowOf(regime: string, claim: string, pairs: readonly { truth: Verdicts; found: Verdicts }[]): VerdictRow {
  const both = pairs.map(({ truth, found }) => ({ truth: truth.get(claim), found: found.get(claim) }));
  const truly = (verdict: Verdict) => both.filter(({ truth }) => truth === verdict).length;
  const right = both.filter(({ truth, found }) => truth === found).length;
  const undecided = both.filter(({ truth, found }) => truth !== found && found === 'undecided').length;
  return {
    ...{ regime, claim, devices: both.length, right, undecided, wrong: both.length - right - undecided },
    truly: { holds: truly('holds'), fails: truly('fails'), undecided: truly('undecided') },
  };
}

/** Returns the table as Markdown. */
export function verdictTableText(rows: readonly VerdictRow[]): string {
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  return [
    '| regime | claim | devices | truly holds | fails | undecided | verdict right | undecided instead | wrong |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(
      ({ regime, claim, devices, truly, right, undecided, wrong }) =>
        `| ${regime} | ${claim} | ${devices} | ${truly.holds} | ${truly.fails} | ${truly.undecided} | ${percent(right, devices)} | ${percent(undecided, devices)} | ${percent(wrong, devices)} |`,
    ),
  ].join('\n');
}
