/**
 * Tests whether the headline holds the truth. Devices of known memory, with caches that replace their lines in several
 * ways, are measured by the engine's own plan and sampling: the ceiling in its sizes, over the pool and over half of it,
 * and the sweep over working sets.
 */

import { median } from 'simple-statistics';
import type { Profile } from '../../../harness/profiles.ts';
import { dispatchSizes, planCases } from '../../../harness/sampling/plan.ts';
import { type Headline, headlineOf, type StreamOf } from '../../../results/derived/headline.ts';
import type { AdapterInfo, ClockInfo, Plan, RecordBody } from '../../../results/record/schema.ts';
import { relativeWidth } from '../../../results/statistics.ts';
import { type SimulatedDevice, Simulation, type Uniform } from '../device/device.ts';
import { SIMULATED, SIMULATED_SWEEP } from '../device/kernels.ts';
import { anyDevice, between, noisy } from '../device/regimes.ts';
import type { Policy } from '../device/replacement.ts';
import { caseRun, clockOf, measureAll, uniformOf } from './calibrate.ts';
import { cachedDevice } from './sweep.ts';
import { warningsOf } from './warnings.ts';

/** Measures the ceiling and the sweep of a device. Returns what the headline and its labels follow from. */
async function measureCeiling(device: SimulatedDevice, profile: Profile, seed: number): Promise<RecordBody> {
  const simulation = new Simulation(device, uniformOf(seed));
  const sizes = dispatchSizes(profile, device.gbps, { bytes: profile.poolBytes, slabBytes: profile.poolBytes / 2 });
  const cases = planCases({
    ...{ kernels: [SIMULATED.ceiling, SIMULATED_SWEEP], ceiling: SIMULATED.ceiling },
    ...{ features: new Set<string>(), limits: {}, sizes, breadth: profile.breadth, poolBytes: profile.poolBytes },
  });
  const runs = cases.map(({ kernel, params, withinBytes }) =>
    caseRun(simulation, profile, kernel, params, withinBytes),
  );
  const measurements = await measureAll(simulation, profile, runs, seed);
  const clock: Partial<ClockInfo> = {
    ...{ trusted: clockOf(device), wallQuantumMs: device.wallQuantumMs },
    ...{ timestampQuantumNs: device.timestampQuantumNs, reason: 'the only clock', completionMs: 0 },
  };
  const adapter: Partial<AdapterInfo> = {
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    features: [],
    limits: {},
  };
  const body: Partial<RecordBody> = { measurements, events: [], reported: {} };
  const plan: Partial<Plan> = { cases: measurements.map((m) => m.case), layouts: [], memory: null };
  return { ...body, clock: clock as ClockInfo, adapter: adapter as AdapterInfo, plan: plan as Plan } as RecordBody;
}

/** A kind of device. */
interface Kind {
  readonly name: string;
  draw(uniform: Uniform): SimulatedDevice;
}

/** A size of which thrash-resistant caches keep much in `quick`, and that lies between two sets of its sweep. */
const ODD_CACHE_BYTES = 96 * 2 ** 20;

const POLICIES: readonly Policy[] = ['lru', 'random', 'bip', 'brrip'];

const withPolicy = (device: SimulatedDevice, policy: Policy, bytes?: number): SimulatedDevice => ({
  ...device,
  caches: device.caches.map((cache) => ({ ...cache, policy, bytes: bytes ?? cache.bytes })),
});

/** Draws a device whose dispatches cost 1 – 10 µs, as on GPUs. */
const likeGpus = (uniform: Uniform): SimulatedDevice => ({
  ...anyDevice(uniform),
  ...{ gbps: between(50, 8000, uniform), dispatchMs: between(0.001, 0.01, uniform) },
});

const KINDS: readonly Kind[] = [
  { name: 'none', draw: likeGpus },
  { name: 'none, noise', draw: (uniform) => noisy(likeGpus(uniform), uniform) },
  ...POLICIES.map((policy) => ({
    name: `${policy}, 4 – 512 MB`,
    draw: (uniform: Uniform) => withPolicy(cachedDevice(1, uniform), policy),
  })),
  ...POLICIES.map((policy) => ({
    name: `${policy}, 96 MiB`,
    draw: (uniform: Uniform) => withPolicy(cachedDevice(1, uniform), policy, ODD_CACHE_BYTES),
  })),
  {
    name: 'brrip, 4 – 512 MB, noise',
    draw: (uniform) => noisy(withPolicy(cachedDevice(1, uniform), 'brrip'), uniform),
  },
];

export interface HeadlineRow {
  readonly devices: string;
  readonly profile: Profile['id'];
  readonly count: number;
  /** The share of the devices whose memory lies in the 95 % interval. */
  readonly interval: number;
  /** The share whose memory lies in the interval with its systematic error. */
  readonly held: number;
  /** The share that a label warns of. */
  readonly labelled: number;
  /** The share without a label whose memory is farther from the end of its error than half the interval. */
  readonly wrong: number;
  /** The share of each source of bytes. */
  readonly of: Readonly<Record<StreamOf, number>>;
  /** The median of (rate − truth) / truth. */
  readonly bias: number;
  /** The systematic error below the interval, over the rate: the median, and what nine in ten do not exceed. */
  readonly systematic: readonly [number, number];
  /** The width of the interval over the rate that nine in ten do not exceed. */
  readonly width90: number;
}

/** Measures `count` devices of each kind. */
export async function calibrateHeadline(count: number, profile: Profile, seed = 1): Promise<HeadlineRow[]> {
  const rows: HeadlineRow[] = [];
  for (const [nth, { name, draw }] of KINDS.entries()) {
    const uniform = uniformOf(seed + nth, 'machine');
    const seen: Seen[] = [];
    for (let i = 0; i < count; i++) {
      const device = draw(uniform);
      const body = await measureCeiling(device, profile, seed + nth * count + i);
      const headline = headlineOf(body);
      if (headline) seen.push({ truth: device.gbps, headline, warnings: warningsOf(body).length });
    }
    rows.push(rowOf(name, profile, seen));
  }
  return rows;
}

interface Seen {
  readonly truth: number;
  readonly headline: Headline;
  readonly warnings: number;
}

function rowOf(devices: string, { id: profile }: Profile, seen: readonly Seen[]): HeadlineRow {
  const shareOf = (is: (one: Seen) => boolean) => seen.filter(is).length / seen.length;
  const isBelow = ({ truth, headline: { gbps } }: Seen) => truth <= (gbps.ci95?.[1] ?? Number.POSITIVE_INFINITY);
  const isIn = (one: Seen) => isBelow(one) && one.truth >= (one.headline.gbps.ci95?.[0] ?? 0);
  const isHeld = (one: Seen) => isBelow(one) && one.truth >= (one.headline.downToGBps ?? 0);
  const isFar = ({ truth, headline: { gbps, downToGBps } }: Seen) => {
    const [low, high] = gbps.ci95 ?? [0, Number.POSITIVE_INFINITY];
    const half = (high - low) / 2;
    return truth > high + half || truth < (downToGBps ?? 0) - half;
  };
  const errors = seen
    .flatMap(({ headline: { gbps, downToGBps } }) =>
      gbps.ci95 && downToGBps !== null ? [(gbps.ci95[0] - downToGBps) / gbps.value] : [],
    )
    .sort((a, b) => a - b);
  return {
    ...{ devices, profile, count: seen.length },
    interval: shareOf(isIn),
    held: shareOf(isHeld),
    labelled: shareOf(({ warnings }) => warnings > 0),
    wrong: shareOf((one) => isFar(one) && one.warnings === 0),
    of: {
      memory: shareOf(({ headline }) => headline.of === 'memory'),
      'mostly-memory': shareOf(({ headline }) => headline.of === 'mostly-memory'),
      'maybe-cache': shareOf(({ headline }) => headline.of === 'maybe-cache'),
    },
    bias: median(seen.map(({ truth, headline }) => headline.gbps.value / truth - 1)),
    systematic: [median(errors), atMost90(errors)],
    width90: atMost90(seen.map(({ headline }) => relativeWidth(headline.gbps)).sort((a, b) => a - b)),
  };
}

/** What nine in ten of some ascending values do not exceed. */
const atMost90 = (values: readonly number[]): number => values[Math.floor(0.9 * values.length)] ?? Number.NaN;

/** Returns the table as Markdown. */
export function headlineTableText(rows: readonly HeadlineRow[]): string {
  const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
  return [
    '| cache | profile | devices | in the interval | with the systematic error | labelled | far off, no label | memory | mostly | maybe cache | median bias | systematic error: median | 90 % within | interval’s width, 90 % within |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows
      .map(({ devices, profile, count, interval, held, labelled, wrong, of, bias, systematic, width90 }) =>
        [
          ...[devices, profile, String(count)],
          ...[interval, held, labelled, wrong].map((share) => percent(share)),
          ...[of.memory, of['mostly-memory'], of['maybe-cache']].map((share) => percent(share, 0)),
          ...[bias, ...systematic, width90].map((share) => percent(share, 2)),
        ].join(' | '),
      )
      .map((line) => `| ${line} |`),
  ].join('\n');
}
