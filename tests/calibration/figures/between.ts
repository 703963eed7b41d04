/**
 * Runs of one device whose rate differs from run to run, as the placement of its memory, its boost and its heat do:
 * which rate does an interval within a run hold, and which does the interval between runs?
 */

import { mean } from 'simple-statistics';
import { PROFILES } from '../../../harness/profiles.ts';
import { betweenRuns } from '../../../results/derived/between-runs.ts';
import { bandwidthGBps } from '../../../results/derived/derive.ts';
import { type Figure, figureOf } from '../../../results/text/figures.ts';
import { type SimulatedDevice, Simulation, type Uniform } from '../device/device.ts';
import { SIMULATED } from '../device/kernels.ts';
import { anyDevice } from '../device/regimes.ts';
import { caseRun, clockOf, measureAll, uniformOf } from './calibrate.ts';

/** How the rate of a run differs from the device's mean rate. */
export interface Placement {
  readonly name: string;
  /** Returns the share by which a run is faster than the mean of all. */
  draw(uniform: Uniform): number;
}

/** The most by which a run's rate differs from the mean. */
const REACH = 0.02;

export const EVENLY: Placement = {
  name: 'evenly within ± 2 %',
  draw: (uniform) => REACH * (2 * uniform() - 1),
};

export const PLACEMENTS: readonly Placement[] = [
  { name: 'not at all', draw: () => 0 },
  EVENLY,
  {
    name: 'normally, 2 % at two standard deviations',
    // Box and Muller's.
    draw: (uniform) => (REACH / 2) * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  },
  { name: 'either + 2 % or − 2 %', draw: (uniform) => (uniform() < 0.5 ? REACH : -REACH) },
];

/** The numbers of runs whose interval is tested. */
const RUNS = [3, 5, 10];

/** A line of the table: the runs of some devices. */
export interface BetweenRow {
  readonly placement: string;
  readonly devices: number;
  readonly runs: number;
  /** The share of the within-run intervals that hold the rate of their run. */
  readonly withinOwn: number;
  /** The share of the within-run intervals that hold the device's mean rate. */
  readonly withinMean: number;
  /** The share of the between-run intervals that hold the device's mean rate. */
  readonly between: number;
  /** The width of the between-run intervals over the value, on average. */
  readonly width: number;
  /** The share of the devices whose runs agree within their own intervals. */
  readonly agree: number;
}

interface SimulatedRun {
  /** The rate during the run. */
  readonly truth: number;
  readonly figure: Figure;
}

/** Returns the rate at which a device reads in dispatches of `bytes`, their fixed cost included. */
const rateOf = (device: SimulatedDevice, bytes: number): number =>
  bytes / new Simulation(device, () => 0).dispatchMs(bytes, 0) / 1e6;

/** Measures how fast `device` reads in dispatches of `bytes`, by the engine's sampling plan. */
async function runOn(device: SimulatedDevice, bytes: number, seed: number): Promise<SimulatedRun> {
  const simulation = new Simulation(device, uniformOf(seed));
  const read = caseRun(simulation, PROFILES.quick, SIMULATED.ceiling, { bytes });
  const [measured] = await measureAll(simulation, PROFILES.quick, [read], seed);
  const figure = measured && bandwidthGBps(measured, clockOf(device));
  if (!figure) throw new Error('the run has no bandwidth');
  return { truth: rateOf(device, bytes), figure: figureOf(figure) };
}

/** Returns the largest size that the profile reads on a device. */
function largestBytes({ gbps }: SimulatedDevice): number {
  const fits = 2 ** Math.floor(Math.log2(gbps * 1e6 * PROFILES.quick.maxDispatchMs));
  return Math.min(PROFILES.quick.largestBytes, fits);
}

/** Measures `devices` devices of each placement ten times, and judges the first 3, 5 and 10 runs. */
export async function calibrateBetween(devices: number, placements = PLACEMENTS, seed = 1): Promise<BetweenRow[]> {
  const rows: BetweenRow[] = [];
  for (const [nth, { name, draw }] of placements.entries()) {
    const uniform = uniformOf(seed + nth, 'machine');
    const machines: Machine[] = [];
    for (let i = 0; i < devices; i++) {
      const device = anyDevice(uniform);
      const bytes = largestBytes(device);
      const runs: SimulatedRun[] = [];
      while (runs.length < Math.max(...RUNS)) {
        const placed = { ...device, gbps: device.gbps * (1 + draw(uniform)) };
        runs.push(await runOn(placed, bytes, seed + 1000 * i + runs.length));
      }
      // Placements lie as far above as below, so the mean rate is that of no placement, to a few parts in 100,000.
      machines.push({ runs, truth: rateOf(device, bytes) });
    }
    for (const count of RUNS) {
      rows.push(
        rowOf(
          name,
          machines.map(({ runs, truth }) => ({ runs: runs.slice(0, count), truth })),
        ),
      );
    }
  }
  return rows;
}

/** The runs of a device, and its mean rate. */
interface Machine {
  readonly runs: readonly SimulatedRun[];
  readonly truth: number;
}

function rowOf(placement: string, machines: readonly Machine[]): BetweenRow {
  const runs = machines.flatMap((machine) => machine.runs.map((run) => ({ run, mean: machine.truth })));
  const found = machines.map((machine) => ({
    ...betweenRuns(machine.runs.map(({ figure }) => figure)),
    truth: machine.truth,
  }));
  return {
    placement,
    devices: machines.length,
    runs: runs.length / machines.length,
    withinOwn: shareOf(runs, ({ run }) => holds(run.figure, run.truth)),
    withinMean: shareOf(runs, ({ run, mean: truth }) => holds(run.figure, truth)),
    between: shareOf(found, ({ mean: figure, truth }) => holds(figure, truth)),
    width: mean(found.map(({ mean: { value, ci95 } }) => (ci95 ? (ci95[1] - ci95[0]) / value : Number.NaN))),
    agree: shareOf(found, ({ agree }) => agree === true),
  };
}

const holds = ({ ci95 }: Figure, truth: number): boolean => ci95 !== null && ci95[0] <= truth && truth <= ci95[1];

const shareOf = <T>(all: readonly T[], is: (one: T) => boolean): number => all.filter(is).length / all.length;

/** Returns the table as Markdown. */
export function betweenTableText(rows: readonly BetweenRow[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    '| runs differ | devices | runs each | within a run: its rate | within a run: the mean rate | between runs: the mean rate | width between | agree |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(
      ({ placement, devices, runs, withinOwn, withinMean, between, width, agree }) =>
        `| ${placement} | ${devices} | ${runs} | ${[withinOwn, withinMean, between, width, agree].map(percent).join(' | ')} |`,
    ),
  ].join('\n');
}
