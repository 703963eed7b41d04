/**
 * Are the knees right? Devices of known caches are swept by the engine's own sampling plan, and what `cachesOf` finds
 * is held against them.
 */

import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { type Caches, cachesOf } from '../../results/caches.ts';
import { cacheCurve } from '../../results/derive.ts';
import type { ClockInfo } from '../../results/schema.ts';
import { mapEstimate } from '../../results/statistics.ts';
import { caseRun, clockOf, measureAll, uniformOf } from './calibrate.ts';
import { type SimulatedCache, type SimulatedDevice, Simulation, type Uniform } from './device.ts';
import { SIMULATED_SWEEP } from './kernels.ts';
import { anyDevice, between, noisy, REGIMES } from './regimes.ts';

/** What the sweep of `profile` says of a device; `slowSet` is read at `SLOW` of its rate, for reasons of its own. */
export async function sweep(
  device: SimulatedDevice,
  profile: Profile,
  seed: number,
  slowSet?: (sets: number) => number,
): Promise<Caches | undefined> {
  const simulation = new Simulation(device, uniformOf(seed));
  // As plan.ts chooses it: what takes no longer than the profile allows.
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

/** lavapipe reads a set of 805 MB at this share of the rate of those beside it, run after run. */
const SLOW = 0.4;

/** Cache sizes that are worth finding. */
const [LEAST_CACHE, MOST_CACHE] = [4e6, 512e6];

/** One level is at least so much faster than the next, … */
const LEAST_STEP = 1.3;
/** … and ends at so many times the size of the one before, so that sets an octave apart lie in between. */
const APART = 4;

/** A device with so many caches, whose dispatches cost little beside what they read: else no cache can be seen. */
function cachedDevice(caches: number, uniform: Uniform): SimulatedDevice {
  const device = { ...anyDevice(uniform), gbps: between(50, 4000, uniform), dispatchMs: between(0.001, 0.01, uniform) };
  const out: SimulatedCache[] = [];
  let [most, rate] = [MOST_CACHE, device.gbps];
  for (let left = caches - 1; left >= 0; left--) {
    const bytes = between(LEAST_CACHE * APART ** left, most, uniform);
    rate *= between(LEAST_STEP, 4, uniform);
    out.unshift({ bytes, gbps: rate, fades: between(1, 2, uniform) });
    most = bytes / APART;
  }
  return { ...device, caches: out };
}

/** Within an octave of where `cache` ends? */
const endsAt = (bytes: number | null | undefined, cache: SimulatedCache): boolean =>
  typeof bytes === 'number' && bytes >= cache.bytes / 2 && bytes <= 2 * cache.bytes;

/** Is the largest knee that of the largest cache? One that is smaller than all sets may or may not show in the smallest. */
function kneeIsRight({ kneeBytes, smallestBytes }: Caches, caches: readonly SimulatedCache[]): boolean {
  const largest = caches.at(-1);
  if (kneeBytes === undefined) return !largest || largest.bytes < smallestBytes;
  return largest !== undefined && endsAt(kneeBytes, largest);
}

/** Has every cache that holds a set its level? */
function levelsAreRight({ levels, smallestBytes }: Caches, caches: readonly SimulatedCache[]): boolean {
  return caches
    .filter(({ bytes }) => bytes >= smallestBytes)
    .every((cache) => levels.some(({ upToBytes }) => endsAt(upToBytes, cache)));
}

export interface SweepRow {
  readonly devices: string;
  readonly profile: Profile['id'];
  readonly count: number;
  /** Share of the devices whose largest cache was found to end within an octave of its size, or that have none. */
  readonly knee: number;
  /** … of which every cache has its level. */
  readonly levels: number;
  /** … of which memory was found. */
  readonly memory: number;
}

/** A kind of devices. */
interface Kind {
  readonly name: string;
  draw(uniform: Uniform): SimulatedDevice;
  /** Is one of its sets slow, but for the largest? */
  readonly slow?: boolean;
}

/** Sweeps `count` devices of each kind: without a cache in every regime, and with one or two. */
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
      const uniform = uniformOf(seed + nth);
      let [knee, levels, memory] = [0, 0, 0];
      for (let i = 0; i < count; i++) {
        const device = draw(uniform);
        // Any but the largest: that memory begins there is what such a set looks like.
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

/** The table, as Markdown. */
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
