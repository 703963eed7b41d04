/**
 * Tests whether the knees are right. Devices of known caches are swept by the engine's own sampling plan, and what
 * `cachesOf` finds is compared with them.
 */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { type Caches, cachesOf } from '../../../results/derived/caches.ts';
import { cacheCurve } from '../../../results/derived/derive.ts';
import type { ClockInfo } from '../../../results/record/schema.ts';
import { mapEstimate } from '../../../results/statistics.ts';
import { type SimulatedCache, type SimulatedDevice, Simulation, type Uniform } from '../device/device.ts';
import { SIMULATED_SWEEP } from '../device/kernels.ts';
import { anyDevice, between, noisy, REGIMES } from '../device/regimes.ts';
import { caseRun, clockOf, measureAll, uniformOf } from './calibrate.ts';

/**
 * Sweeps a device, and returns the caches that are found. The set that `slowSet` picks is read at `SLOW` of its rate.
 */
export async function sweep(
  device: SimulatedDevice,
  profile: Profile,
  seed: number,
  slowSet?: (sets: number) => number,
): Promise<Caches | undefined> {
  const simulation = new Simulation(device, uniformOf(seed));
  // The largest dispatch that the profile allows, as sampling/plan.ts chooses it.
  const dispatchBytes = Math.min(
    profile.largestBytes,
    2 ** Math.floor(Math.log2(device.gbps * 1e6 * profile.maxDispatchMs)),
  );
  const sets = SIMULATED_SWEEP.shapes([dispatchBytes], profile.breadth, profile.poolBytes);
  const runs = sets.map((set) => caseRun(simulation, profile, SIMULATED_SWEEP, set));
  const measurements = await measureAll(simulation, profile, runs, seed);
  const curve = cacheCurve({ clock: { trusted: clockOf(device) } as ClockInfo, measurements });
  const slow = slowSet?.(curve.length);
  return cachesOf(
    curve.map((point, i) => (i === slow ? { ...point, gbps: mapEstimate(point.gbps, (gbps) => SLOW * gbps) } : point)),
  );
}

/** lavapipe reads a set of 805 MB at this share of the rate of the neighbouring sets, in every run. */
const SLOW = 0.4;

/** The range of cache sizes, in bytes. */
const [MIN_CACHE_BYTES, MAX_CACHE_BYTES] = [4e6, 512e6];

/** A cache is at least this many times as fast as the next level. */
const MIN_SPEED_UP = 1.3;

/** A cache is at least this many times as large as the one before, so that sets an octave apart lie in between. */
const MIN_SIZE_RATIO = 4;

/**
 * Draws a device with `caches` caches. Its dispatches cost little beside what they read; otherwise no cache could be
 * seen.
 */
export function cachedDevice(caches: number, uniform: Uniform): SimulatedDevice {
  const device = { ...anyDevice(uniform), gbps: between(50, 4000, uniform), dispatchMs: between(0.001, 0.01, uniform) };
  const out: SimulatedCache[] = [];
  let [maxBytes, rate] = [MAX_CACHE_BYTES, device.gbps];
  for (let left = caches - 1; left >= 0; left--) {
    const bytes = between(MIN_CACHE_BYTES * MIN_SIZE_RATIO ** left, maxBytes, uniform);
    rate *= between(MIN_SPEED_UP, 4, uniform);
    out.unshift({ bytes, gbps: rate, fades: between(1, 2, uniform) });
    maxBytes = bytes / MIN_SIZE_RATIO;
  }
  return { ...device, caches: out };
}

/** Whether `bytes` is within an octave of where `cache` ends. */
const endsAt = (bytes: number | null | undefined, cache: SimulatedCache): boolean =>
  typeof bytes === 'number' && bytes >= cache.bytes / 2 && bytes <= 2 * cache.bytes;

/** Whether the largest knee is that of the largest cache. A cache that is smaller than all sets need not show. */
function kneeIsRight({ kneeBytes, smallestBytes }: Caches, caches: readonly SimulatedCache[]): boolean {
  const largest = caches.at(-1);
  if (kneeBytes === undefined) return !largest || largest.bytes < smallestBytes;
  return largest !== undefined && endsAt(kneeBytes, largest);
}

/** Whether every cache that holds a set has its level. */
function levelsAreRight({ levels, smallestBytes }: Caches, caches: readonly SimulatedCache[]): boolean {
  return caches
    .filter(({ bytes }) => bytes >= smallestBytes)
    .every((cache) => levels.some(({ upToBytes }) => endsAt(upToBytes, cache)));
}

export interface SweepRow {
  readonly devices: string;
  readonly profile: Profile['id'];
  readonly count: number;
  /** The share of the devices whose largest knee is right. */
  readonly knee: number;
  /** The share of the devices that have a level for every cache. */
  readonly levels: number;
  /** The share of the devices whose memory was found. */
  readonly memory: number;
}

/** A kind of device. */
interface Kind {
  readonly name: string;
  draw(uniform: Uniform): SimulatedDevice;
  /** Whether one of its sets, but not the largest, is slow. */
  readonly slow?: boolean;
}

/** How often as long as `quick`'s the sweep of a profile takes. What drifts, drifts over the run. */
const LENGTHS: Readonly<Partial<Record<Profile['id'], number>>> = { full: 7 };

/** Sweeps `count` devices of each kind: without a cache in every regime, and with one or two caches. */
export async function calibrateSweep(count: number, ids: readonly Profile['id'][], seed = 1): Promise<SweepRow[]> {
  const kinds: Kind[] = [
    ...REGIMES.map(({ name, draw }) => ({ name: `no cache, ${name}`, draw })),
    { name: 'no cache, one slow set', draw: anyDevice, slow: true },
    { name: 'one cache', draw: (uniform) => cachedDevice(1, uniform) },
    { name: 'two caches', draw: (uniform) => cachedDevice(2, uniform) },
    { name: 'one cache, noise', draw: (uniform) => noisy(cachedDevice(1, uniform), uniform) },
    { name: 'one cache, one slow set', draw: (uniform) => cachedDevice(1, uniform), slow: true },
  ];
  const rows: SweepRow[] = [];
  for (const id of ids) {
    const profile = PROFILES[id];
    for (const [nth, { name: devices, draw, slow }] of kinds.entries()) {
      const uniform = uniformOf(seed + nth, 'machine');
      let [knee, levels, memory] = [0, 0, 0];
      for (let i = 0; i < count; i++) {
        const drawn = draw(uniform);
        const device = { ...drawn, drift: { ...drawn.drift, ms: drawn.drift.ms * (LENGTHS[id] ?? 1) } };
        // Any set but the largest: a slow largest set looks as if memory began there.
        const slowSet = slow ? (sets: number) => Math.floor(uniform() * (sets - 1)) : undefined;
        const found = await sweep(device, profile, seed + nth * count + i, slowSet);
        if (!found) continue;
        if (kneeIsRight(found, device.caches)) knee++;
        if (levelsAreRight(found, device.caches)) levels++;
        if (found.end === 'memory') memory++;
      }
      rows.push({ devices, profile: id, count, knee: knee / count, levels: levels / count, memory: memory / count });
    }
  }
  return rows;
}

/** Returns the table as Markdown. */
export function sweepTableText(rows: readonly SweepRow[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    '| devices | profile | sweeps | largest knee right | a level for each cache | memory found |',
    '|---|---|---:|---:|---:|---:|',
    ...rows.map(
      ({ devices, profile, count, knee, levels, memory }) =>
        `| ${devices} | ${profile} | ${count} | ${[knee, levels, memory].map(percent).join(' | ')} |`,
    ),
  ].join('\n');
}
