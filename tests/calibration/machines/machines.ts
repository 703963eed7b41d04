/**
 * Whole runs on simulated machines that behave as real ones do: each trouble alone, and each pair of troubles. The
 * engine has to find out everything by itself. The headline with its interval is compared with the machine's true rate,
 * and a headline that misses it must have a label that says why.
 */

import { mean, median } from 'simple-statistics';
import { PROFILES } from '../../../harness/profiles.ts';
import { type RunOptions, run } from '../../../harness/run/run.ts';
import { largestStream } from '../../../results/derived/derive.ts';
import { headlineOf } from '../../../results/derived/headline.ts';
import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import {
  type SimulatedCache,
  type SimulatedDevice,
  type Simulation,
  type Uniform,
  WELL_BEHAVED,
} from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { between } from '../device/regimes.ts';
import { uniformOf } from '../figures/calibrate.ts';
import { warningsOf } from '../figures/warnings.ts';

/** Something that real machines do, and that may mislead a benchmark. */
export interface Trouble {
  readonly name: string;
  readonly what: string;
  apply(device: SimulatedDevice, uniform: Uniform): SimulatedDevice;
}

/** Returns one of `values` by chance. */
const oneOf = <T>(values: readonly T[], uniform: Uniform): T => values[Math.floor(uniform() * values.length)] as T;

const RUN_MS = 20_000;

const POLICIES: readonly NonNullable<SimulatedCache['policy']>[] = ['lru', 'random', 'bip', 'brrip'];

export const TROUBLES: readonly Trouble[] = [
  {
    name: 'polled completion',
    what: 'the host looks for completed work every 1, 2, 4, 10, 16 or 100 ms, at fixed times or anew after each submission',
    apply: (device, uniform) => ({
      ...device,
      completion: { everyMs: oneOf([1, 2, 4, 10, 16, 100], uniform), anew: uniform() < 0.5 },
    }),
  },
  {
    name: 'no timestamps',
    what: 'the adapter has no timestamp queries; the wall clock advances in steps of 5 – 100 µs',
    apply: (device, uniform) => ({ ...device, timestamps: false, wallQuantumMs: between(0.005, 0.1, uniform) }),
  },
  {
    name: 'coarse timestamps',
    what: 'timestamps advance in steps of 65,536 ns or of 100 µs',
    apply: (device, uniform) => ({ ...device, timestampQuantumNs: oneOf([65_536, 100_000], uniform) }),
  },
  {
    name: 'wrong timestamps',
    what: 'timestamps run backwards, stand still, or run 70 times too fast or too slowly',
    apply: (device, uniform) => ({ ...device, timestampScale: oneOf([-1, 0, 70, 1 / 70], uniform) }),
  },
  {
    name: 'recording',
    what: 'recording takes the host 0.5 – 3 µs a dispatch, inside submit',
    apply: (device, uniform) => ({ ...device, recordMs: between(0.0005, 0.003, uniform) }),
  },
  {
    name: 'gaps',
    what: 'after a gap the GPU is slower by 30 – 100 % for 5 – 50 ms',
    apply: (device, uniform) => ({ ...device, gap: { excess: between(0.3, 1, uniform), ms: between(5, 50, uniform) } }),
  },
  {
    name: 'cache',
    what: 'a cache of 4 – 256 MB that is 1.3 – 4 times as fast as memory and replaces by LRU, at random, by BIP or by BRRIP',
    apply: (device, uniform) => ({
      ...device,
      caches: [
        {
          bytes: between(4e6, 256e6, uniform),
          gbps: device.gbps * between(1.3, 4, uniform),
          policy: oneOf(POLICIES, uniform),
        },
      ],
    }),
  },
  {
    name: 'paging',
    // If all slabs are paged, none differs from the others, and nothing that is measured tells it from a slow GPU.
    what: 'the second of two slabs, beyond 540 – 900 MB, is read at 0.02 – 0.7 of the rate, and nothing says so',
    apply: (device, uniform) => ({
      ...device,
      memory: {
        ...device.memory,
        pagesBeyond: between(540e6, 900e6, uniform),
        pagedShare: between(0.02, 0.7, uniform),
      },
    }),
  },
  {
    name: 'drift',
    what: 'everything becomes slower by 1 – 20 % over the run',
    apply: (device, uniform) => ({ ...device, drift: { share: between(0.01, 0.2, uniform), ms: RUN_MS } }),
  },
  {
    name: 'noise',
    what: 'noise of 0.5 – 5 % a region, in a tenth of the regions five times that',
    apply: (device, uniform) => ({
      ...device,
      noise: { ...device.noise, sigma: between(0.005, 0.05, uniform), heavy: 0.1 },
    }),
  },
  {
    name: 'stalls',
    what: 'one region in fifty takes 300 ms longer',
    apply: (device) => ({ ...device, noise: { ...device.noise, stalls: 0.02 } }),
  },
  {
    name: 'slow start',
    what: 'everything is slower by 10 – 300 % at first, and less so over 0.1 – 3 s',
    apply: (device, uniform) => ({
      ...device,
      ramp: { excess: between(0.1, 3, uniform), ms: between(100, 3000, uniform) },
    }),
  },
];

/** Draws a GPU without troubles: 30 GB/s – 8 TB/s, 2 – 20 µs for a dispatch, and noise of 0.05 – 0.5 % a region. */
const anyGpu = (uniform: Uniform): SimulatedDevice => ({
  ...WELL_BEHAVED,
  gbps: between(30, 8000, uniform),
  dispatchMs: between(0.002, 0.02, uniform),
  regionMs: between(0.001, 0.1, uniform),
  submitMs: between(0.1, 5, uniform),
  recordMs: 0.0005,
  noise: { ...WELL_BEHAVED.noise, sigma: between(0.0005, 0.005, uniform) },
});

/** The outcome of a run: its headline beside the truth. */
export interface Outcome {
  /** Whether there is a headline with an interval. */
  readonly stated: boolean;
  /** Whether the interval holds the true rate. */
  readonly holds: boolean;
  /** Whether an interval twice as wide holds it. One of 95 % misses it one time in a hundred thousand by chance. */
  readonly near: boolean;
  /** (headline − truth) / truth. */
  readonly error: number;
  /** The labels that warn of the headline. */
  readonly labels: readonly string[];
}

/** Returns the record of a `quick` run on a machine. */
export async function measuredRecord(
  device: SimulatedDevice,
  seed: number,
): Promise<{ record: RunRecord; simulation: Simulation }> {
  const { host, simulation } = simulatedHost(device, SIMULATED, uniformOf(seed));
  const options: RunOptions = {
    ...{ kernels: SIMULATED, profile: PROFILES.quick, seed, reported: {}, signal: { aborted: false } },
    harness: { version: '0.0.0', commit: null },
  };
  const events = run(host, options);
  for (;;) {
    const { done, value } = await events.next();
    if (!done) continue;
    // Everything but the adapter's vendor is as in a record of a real machine.
    const checked = checkRecord(JSON.parse(JSON.stringify(value)));
    const broken = checked.ok ? [] : checked.problems.filter(({ path }) => path !== 'adapter.vendor');
    if (broken.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(broken[0])}`);
    return { record: value, simulation };
  }
}

/** Runs `quick` on a machine, and compares its headline with the truth. */
async function measureMachine(device: SimulatedDevice, seed: number): Promise<Outcome> {
  const { record, simulation } = await measuredRecord(device, seed);
  const labels = warningsOf(record);
  const headline = headlineOf(record);
  const ci95 = headline?.gbps.ci95;
  if (!headline || !ci95) return { stated: false, holds: false, near: false, error: Number.NaN, labels };
  const { value } = headline.gbps;
  const truth = truthOf(record, device, simulation);
  const [low, high] = [Math.min(ci95[0], headline.downToGBps ?? 0), ci95[1]];
  return {
    stated: true,
    holds: low <= truth && truth <= high,
    near: 2 * low - value <= truth && truth <= 2 * high - value,
    error: value / truth - 1,
    labels,
  };
}

/** The true rate of memory while the run's largest read was timed: that of a device that drifts is its mean. */
function truthOf(record: RunRecord, device: SimulatedDevice, simulation: Simulation): number {
  const times = (largestStream(record)?.samples ?? []).map(({ atMs }) => simulation.slowdown(atMs));
  return device.gbps / mean(times);
}

/** A line of the table. */
export interface MachineRow {
  readonly troubles: string;
  readonly machines: number;
  /** The number of machines whose headline has an interval. */
  readonly stated: number;
  /** The share of the headlines whose interval holds the truth. */
  readonly coverage: number;
  /** The share of the headlines that miss it, with a label. */
  readonly warned: number;
  /** The share of the headlines that miss it without a label: by chance, one in twenty does. */
  readonly missed: number;
  /** The share of the headlines that miss it by far, without a label: twice the interval does not hold it either. */
  readonly wrong: number;
  /** The median of |headline − truth| / truth. */
  readonly error: number;
  /** The labels by how often they came, in %. */
  readonly labels: Readonly<Record<string, number>>;
}

/**
 * Runs `alone` machines of each trouble, and of none, and `paired` machines of each pair of troubles.
 *
 * @param onRow Called with each row as it is known.
 */
export async function calibrateMachines(
  alone: number,
  paired: number,
  seed = 1,
  onRow: (row: MachineRow) => void = () => {},
): Promise<MachineRow[]> {
  const kinds: { readonly names: readonly string[]; readonly troubles: readonly Trouble[]; readonly count: number }[] =
    [
      { names: ['none'], troubles: [], count: alone },
      ...TROUBLES.map((one) => ({ names: [one.name], troubles: [one], count: alone })),
      ...TROUBLES.flatMap((a, i) =>
        TROUBLES.slice(i + 1).map((b) => ({ names: [a.name, b.name], troubles: [a, b], count: paired })),
      ),
    ];
  const rows: MachineRow[] = [];
  for (const [nth, { names, troubles, count }] of kinds.entries()) {
    if (count === 0) continue;
    const uniform = uniformOf(seed + 1000 * nth, 'machine');
    const outcomes: Outcome[] = [];
    for (let i = 0; i < count; i++) {
      const device = troubles.reduce((drawn, { apply }) => apply(drawn, uniform), anyGpu(uniform));
      outcomes.push(await measureMachine(device, seed + 1000 * nth + i));
    }
    const row = rowOf(names.join(' + '), outcomes);
    rows.push(row);
    onRow(row);
  }
  return rows;
}

function rowOf(troubles: string, outcomes: readonly Outcome[]): MachineRow {
  const stated = outcomes.filter((outcome) => outcome.stated);
  const share = (of: (outcome: Outcome) => boolean, among: readonly Outcome[] = stated) =>
    among.filter(of).length / among.length;
  const labels = [...new Set(outcomes.flatMap((outcome) => outcome.labels))];
  const errors = outcomes.map(({ error }) => Math.abs(error)).filter(Number.isFinite);
  return {
    troubles,
    machines: outcomes.length,
    stated: stated.length,
    coverage: share(({ holds }) => holds),
    warned: share((outcome) => !outcome.holds && outcome.labels.length > 0),
    missed: share((outcome) => !outcome.holds && outcome.labels.length === 0),
    wrong: share((outcome) => !outcome.near && outcome.labels.length === 0),
    error: errors.length > 0 ? median(errors) : Number.NaN,
    labels: Object.fromEntries(labels.map((id) => [id, share((outcome) => outcome.labels.includes(id), outcomes)])),
  };
}

/** Returns all rows as one: each weighs as much as it has machines. */
export function pooled(troubles: string, rows: readonly MachineRow[]): MachineRow {
  const machines = rows.reduce((sum, row) => sum + row.machines, 0);
  const stated = rows.reduce((sum, row) => sum + row.stated, 0);
  const over = (of: (row: MachineRow) => number) =>
    rows.reduce((sum, row) => sum + (row.stated > 0 ? row.stated * of(row) : 0), 0) / stated;
  const labels = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))];
  return {
    ...{ troubles, machines, stated },
    ...{ coverage: over((row) => row.coverage), warned: over((row) => row.warned) },
    ...{ missed: over((row) => row.missed), wrong: over((row) => row.wrong), error: over((row) => row.error) },
    labels: Object.fromEntries(labels.map((id) => [id, over((row) => row.labels[id] ?? 0)])),
  };
}

/** Returns the table as Markdown. */
export const machineTableText = (rows: readonly MachineRow[]): string => [...HEAD, ...rows.map(lineOf)].join('\n');

const HEAD = [
  '| troubles | machines | with an interval | hold the truth | miss it, labelled | miss it, unlabelled | by far, unlabelled | median error | labels |',
  '|---|---:|---:|---:|---:|---:|---:|---:|---|',
];

/** Returns a row as a line of the table. */
export function lineOf({
  troubles,
  machines,
  stated,
  coverage,
  warned,
  missed,
  wrong,
  error,
  labels,
}: MachineRow): string {
  const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
  const listed = Object.entries(labels)
    .sort(([, a], [, b]) => b - a)
    .map(([id, share]) => `${id} ${percent(share, 0)}`);
  const shares = [coverage, warned, missed, wrong].map((share) => percent(share));
  return `| ${[troubles, machines, stated, ...shares, percent(error, 2), listed.join(', ') || 'none'].join(' | ')} |`;
}
