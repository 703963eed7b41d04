/**
 * Tests whether the engine's figures are true. Devices of known rates and costs are measured by the engine's own
 * sampling plan (`CaseRun`: region lengths, rounds, stop rule), and its figures and intervals are compared with them.
 * Only the GPU is missing: a clock stands in for it.
 *
 * The truth about a device that drifts is its rate and costs over the mean slowdown of the case's samples. A figure of
 * a run is about that run, not about a cool device.
 */

import { mean, median } from 'simple-statistics';
import { inPasses } from '../../../harness/clock/clock.ts';
import type { Gpu } from '../../../harness/device/device.ts';
import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { CaseRun } from '../../../harness/sampling/case-run.ts';
import { dispatchSizes } from '../../../harness/sampling/plan.ts';
import type { Prepared } from '../../../harness/sampling/prepared.ts';
import { dispatchBytes, dispatchMs, isMeasured, readLine } from '../../../results/derived/derive.ts';
import { groupBy } from '../../../results/lists.ts';
import { MAX_DISPATCHES } from '../../../results/record/bounds.ts';
import type { ClockInfo, ClockKind, Measured } from '../../../results/record/schema.ts';
import { type Estimate, relativeWidth, shuffled } from '../../../results/statistics.ts';
import type { Kernel, Params } from '../../../shaders/kernel.ts';
import { fitAffine } from '../../../src/model/gemv-line/line.ts';
import { sourceOf } from '../../support/random.ts';
import { type SimulatedDevice, Simulation, simulatedClock, simulatedPass, type Uniform } from '../device/device.ts';
import { SIMULATED } from '../device/kernels.ts';
import { REGIMES } from '../device/regimes.ts';

/** A figure beside its true value. */
export interface Held {
  readonly figure: string;
  readonly truth: number;
  readonly estimate: Estimate;
}

/** The pre-roll of all simulated cases, in ms. Whole runs find their own. */
export const PRE_ROLL_MS = 20;

/** The time that a host takes to read back an output and compare it, in ms. */
const CHECK_MS = 2;

/** Returns a seeded source of numbers in [0, 1). */
export function uniformOf(...of: Parameters<typeof sourceOf>): Uniform {
  const random = sourceOf(...of);
  return () => random.below(2 ** 30) / 2 ** 30;
}

/** Measures the ceiling kernel at the profile's sizes, and fits them. */
export async function measureDevice(device: SimulatedDevice, profile: Profile, seed: number): Promise<Held[]> {
  const simulation = new Simulation(device, uniformOf(seed));
  const slabBytes = profile.poolBytes / 2;
  const sizes = dispatchSizes(profile, 2 ** 24 / simulation.dispatchMs(2 ** 24, 0) / 1e6, {
    bytes: profile.poolBytes,
    slabBytes,
  });
  // The largest two octaves are those of the read line.
  const largest = sizes.at(-1) ?? 0;
  const reads = [...new Set([...sizes, largest / 4, largest / 2])].map((bytes) =>
    caseRun(simulation, profile, SIMULATED.ceiling, { bytes }),
  );
  return figures(simulation, clockOf(device), await measureAll(simulation, profile, reads, seed));
}

/** Returns the clock that is trusted on a device. */
export const clockOf = ({ timestamps }: SimulatedDevice): ClockKind => (timestamps ? 'timestamp-query' : 'queue-drain');

/** Visits all cases in rounds, until they are settled or the profile's time is spent. */
export async function measureAll(
  simulation: Simulation,
  profile: Profile,
  runs: readonly CaseRun[],
  seed: number,
): Promise<Measured[]> {
  const random = sourceOf(seed, 'order');
  const start = simulation.ms;
  for (let round = 0; runs.some((run) => run.active); round++) {
    for (const run of shuffled(runs, random)) {
      if (!run.active) continue;
      await run.visit({ round, sinceStartMs: () => simulation.ms, random });
      const enough = run.settled();
      if (enough) run.stop(enough);
      else if (simulation.ms - start > profile.measureMs) run.stop('time');
    }
  }
  return runs.map((run) => run.measurement()).filter(isMeasured);
}

/** Returns the run of a case over the whole pool, over its first `withinBytes`, or over a working set. */
export function caseRun(
  simulation: Simulation,
  profile: Profile,
  kernel: Kernel,
  params: Params,
  withinBytes?: number,
): CaseRun {
  const { workingSetBytes } = params;
  const set = workingSetBytes === undefined ? undefined : Number(workingSetBytes);
  const rotationBytes = set ?? withinBytes ?? profile.poolBytes;
  const { bytesRead, flops } = kernel.work(params, kernel.defaults, 'portable');
  const eachMs = simulation.dispatchMs(bytesRead, flops, simulation.gbpsOf(rotationBytes));
  const passOf = (units: number) => simulatedPass(units, units * eachMs);
  const prepared: Prepared = {
    rotationBytes,
    isWorkingSet: set !== undefined,
    maxUnits: MAX_DISPATCHES,
    encode: (units, unitMs) => inPasses(units, unitMs, passOf),
    preRoll: (units, unitMs) => ({ passes: inPasses(units, unitMs, passOf) }),
    async check() {
      simulation.wait(CHECK_MS);
      return { region: 0, checksum: '00000000' };
    },
    destroy() {},
  };
  // CaseRun only asks a GPU whether it reported an error.
  const device = { pushErrorScope() {}, popErrorScope: async () => null } as Partial<GPUDevice> as GPUDevice;
  return new CaseRun({
    gpu: { device } as Partial<Gpu> as Gpu,
    clock: simulatedClock(simulation, clockOf(simulation.device), PRE_ROLL_MS),
    precision: set === undefined ? profile : profile.curve,
    kernelCase: { kernel, variant: 'portable', params, tuning: {}, withinBytes },
    prepared,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    firstLookMs: eachMs,
  });
}

function figures(simulation: Simulation, clock: ClockKind, measured: readonly Measured[]): Held[] {
  const { device } = simulation;
  const slowdownOf = ({ samples }: Measured) => mean(samples.map((s) => simulation.slowdown(s.atMs)));
  const held: Held[] = [];
  const hold = (figure: string, truth: number, estimate: Estimate | undefined) => {
    if (estimate) held.push({ figure, truth, estimate });
  };
  for (const m of measured) {
    const bytes = dispatchBytes(m);
    hold('time of a dispatch', simulation.dispatchMs(bytes, 0) * slowdownOf(m), dispatchMs(m.samples, clock));
  }
  const fit = fitAffine(
    measured.flatMap((m) => {
      const ms = dispatchMs(m.samples, clock);
      return ms ? [{ bytes: dispatchBytes(m), ms }] : [];
    }),
  );
  const slowdown = mean(measured.map(slowdownOf));
  hold('bandwidth β', device.gbps / slowdown, fit?.gbps);
  hold('cost of a dispatch', device.dispatchMs * slowdown, fit?.overheadMs);
  const line = readLine({ clock: { trusted: clock } as ClockInfo, measurements: [...measured] });
  hold('streaming', device.gbps / slowdown, line?.gbps);
  hold('cost of a launch', device.dispatchMs * slowdown, line?.launchMs);
  return held;
}

/** A line of the table. */
export interface Row {
  readonly regime: string;
  readonly figure: string;
  readonly intervals: number;
  /** The share of the intervals that hold the truth. */
  readonly coverage: number;
  /** The median of (value − truth) / truth over the resolved figures. */
  readonly bias: number;
  /** The share of the intervals that are narrow enough to say something: 1 µs is lost beside dispatches of 10 ms. */
  readonly resolved: number;
  /** The width over the value that nine in ten of the intervals do not exceed. */
  readonly width90: number;
}

/** The largest width over the truth of an interval that says something. */
const RESOLVED_WIDTH = 0.5;

/** Calibrates `devices` devices of each regime. */
export async function calibrate(devices: number, profile: Profile = PROFILES.quick, seed = 1): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [nth, { name, draw }] of REGIMES.entries()) {
    const uniform = uniformOf(seed + nth, 'machine');
    const held: Held[] = [];
    for (let i = 0; i < devices; i++) {
      held.push(...(await measureDevice(draw(uniform), profile, seed + nth * devices + i)));
    }
    for (const [figure, of] of groupBy(held, (h) => h.figure)) rows.push(rowOf(name, figure, of));
  }
  return rows;
}

export function rowOf(regime: string, figure: string, held: readonly Held[]): Row {
  const holds = ({ truth, estimate: { ci95 } }: Held) => ci95 !== null && ci95[0] <= truth && truth <= ci95[1];
  const isResolved = ({ truth, estimate: { ci95 } }: Held) =>
    ci95 !== null && ci95[1] - ci95[0] <= RESOLVED_WIDTH * truth;
  const width = ({ estimate }: Held) =>
    Number.isFinite(estimate.value) ? relativeWidth(estimate) : Number.POSITIVE_INFINITY;
  const resolved = held.filter(isResolved);
  return {
    regime,
    figure,
    intervals: held.length,
    coverage: held.filter(holds).length / held.length,
    bias: median(resolved.map(({ truth, estimate }) => estimate.value / truth - 1)),
    resolved: resolved.length / held.length,
    // The percentile is one of the widths, not a value between two: an interval that is not resolved may be infinitely
    // wide.
    width90: Float64Array.from(held, width).sort()[Math.floor(0.9 * held.length)] ?? Number.NaN,
  };
}

/** Returns the table as Markdown. */
export function tableText(rows: readonly Row[]): string {
  const percent = (share: number, digits: number) => `${(100 * share).toFixed(digits)} %`;
  return [
    '| regime | figure | intervals | hold the truth | resolved | median bias | width, 90 % within |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...rows.map((r) =>
      [
        '',
        r.regime,
        r.figure,
        r.intervals,
        percent(r.coverage, 1),
        percent(r.resolved, 0),
        percent(r.bias, 2),
        r.width90 > 1 ? '–' : percent(r.width90, 2),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}
