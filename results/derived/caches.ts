/**
 * Finds a GPU's caches in the sweep over working sets: how fast each is read and where it ends. They decide which
 * figures of a run are of memory.
 *
 * A cache that holds a set holds every smaller one too, so a smaller set is read no slower, except by noise. Rates are
 * therefore followed from the largest set down, and only ever rise. A sweep cannot tell memory from a cache that holds
 * its largest set; hence `LARGEST_CACHE_BYTES`.
 */

import { median } from 'simple-statistics';
import { minOf } from '../lists.ts';
import type { Measured, Measurement } from '../record/schema.ts';
import { type Estimate, estimate } from '../statistics.ts';
import { bytesText } from '../text/figures.ts';
import { COLD_TIMES, LARGEST_CACHE_BYTES } from './cold.ts';
import { type CachePoint, dispatchBytes, isMeasured } from './derive.ts';

/** From this many times a cache on, no cache holds more than 6 % of a rotation; those that resist thrashing, 3 – 5 %. */
export const CERTAIN_TIMES = 16;

/** A sweep up to this many bytes sees the end of every cache there is. */
const WHOLE_SWEEP_BYTES = 2 * LARGEST_CACHE_BYTES;

/**
 * The largest sets of a sweep are read from memory if they agree, and the largest is at least this many times the
 * smallest.
 */
const MEMORY_SPAN = 2;

/**
 * A rate belongs to another level if it is higher by this factor and the intervals do not overlap. Levels differ by
 * more. Sets of one level differ by a few percent, with their place in memory.
 */
const STEP = 1.15;

/** A set beyond the knee may be cached if its interval reaches this many times the rate of memory. */
const ROOM_FOR_A_CACHE = 1.3;

/**
 * Minimum bytes of a dispatch for a figure of memory: the smallest size of a profile. Below it, the cost of the
 * dispatch dominates.
 */
const MEMORY_FIGURE_BYTES = 2 ** 20;

/** A level: the sets that are read at one rate, from a cache or from memory. */
export interface Level {
  /** The median rate over the level's sets. */
  readonly gbps: Estimate;
  /** The smallest set that is read at this rate. */
  readonly fromBytes: number;
  /** The largest set that is read at this rate; null for memory, which has no end. */
  readonly upToBytes: number | null;
}

export interface Caches {
  /** Levels by size, the fastest first. A set between two levels, partly in a cache, belongs to neither. */
  readonly levels: readonly Level[];
  /** The knee: the largest set that is read faster than larger ones. Undefined where all are read alike. */
  readonly kneeBytes: number | undefined;
  readonly smallestBytes: number;
  readonly largestBytes: number;
  /**
   * How the sweep ended. `memory`: it reached memory. `falling`: its largest sets were still slower than smaller ones.
   * `short`: a large cache may hold its largest set and look like memory. `noisy`: noise leaves room for a cache.
   */
  readonly end: 'memory' | 'falling' | 'short' | 'noisy';
}

/** What was found in curves before: half of the labels ask. */
const found = new WeakMap<readonly CachePoint[], { readonly caches: Caches | undefined }>();

/** Finds levels and knee in an ascending cache curve. Returns undefined where no point has an interval. */
export function cachesOf(curve: readonly CachePoint[]): Caches | undefined {
  const before = found.get(curve);
  if (before) return before.caches;
  const caches = cachesIn(curve);
  found.set(curve, { caches });
  return caches;
}

function cachesIn(curve: readonly CachePoint[]): Caches | undefined {
  const points = curve.filter(({ gbps }) => gbps.ci95 !== null);
  const [smallest, largest] = [points[0], points.at(-1)];
  if (!smallest || !largest) return undefined;

  const plateaus: CachePoint[][] = [[largest]];
  for (let i = points.length - 2; i >= 0; i--) {
    const [point, plateau] = [points[i] as CachePoint, plateaus.at(-1) as CachePoint[]];
    const rate = rateOf(plateau);
    // A set that is slower than a larger one was disturbed, or thrashes its cache: it tells nothing of where a cache
    // ends.
    if (isFaster(rate, point.gbps)) continue;
    if (!isFaster(point.gbps, rate)) plateau.push(point);
    else if (holdsSmaller(points.slice(0, i), rate)) plateaus.push([point]);
  }

  const [memory = [], ...caches] = plateaus.map((plateau) => [...plateau].reverse());
  const kneeBytes = caches[0]?.at(-1)?.workingSetBytes;
  const beyond = points.filter(({ workingSetBytes }) => workingSetBytes > (kneeBytes ?? 0));
  const end = endOf(memory, beyond);
  const levels = [memory, ...caches]
    // A single set lies between two levels. The smallest may be a level: smaller sets were not tried.
    .filter((plateau) => plateau.length > 1 || plateau[0] === smallest)
    .map((plateau) => levelOf(plateau, plateau === memory && end === 'memory'));
  return {
    levels: levels.reverse(),
    kneeBytes,
    smallestBytes: smallest.workingSetBytes,
    largestBytes: largest.workingSetBytes,
    end,
  };
}

/** How a sweep ended. `memory` is the plateau of its largest sets, `beyond` all sets above the largest knee. */
function endOf(memory: readonly CachePoint[], beyond: readonly CachePoint[]): Caches['end'] {
  const [from, upTo] = [memory[0], memory.at(-1)].map((point) => point?.workingSetBytes ?? 0) as [number, number];
  if (upTo < WHOLE_SWEEP_BYTES) return 'short';
  if (upTo < MEMORY_SPAN * from) return 'falling';
  const most = ROOM_FOR_A_CACHE * rateOf(memory).value;
  return beyond.every(({ gbps: { ci95 } }) => ci95 !== null && ci95[1] < most) ? 'memory' : 'noisy';
}

/** Whether `a` is higher than `b` by a step, with intervals that do not overlap. */
function isFaster(a: Estimate, b: Estimate): boolean {
  return a.ci95 !== null && b.ci95 !== null && a.value > STEP * b.value && a.ci95[0] > b.ci95[1];
}

/**
 * Whether at least half of the sets in `smaller` are read faster than `rate`. Otherwise a faster set above them was
 * chance.
 */
function holdsSmaller(smaller: readonly CachePoint[], rate: Estimate): boolean {
  return 2 * smaller.filter(({ gbps }) => isFaster(gbps, rate)).length >= smaller.length;
}

/** The median rate of some points. Their replicates share one order, so its interval is no narrower than theirs. */
function rateOf(points: readonly CachePoint[]): Estimate {
  const rates = points.map(({ gbps }) => gbps);
  return estimate(
    median(rates.map(({ value }) => value)),
    (rates[0] as Estimate).replicates.map((_, i) => median(rates.map(({ replicates }) => replicates[i] as number))),
    minOf(rates.map(({ units }) => units)),
  );
}

function levelOf(plateau: readonly CachePoint[], isMemory: boolean): Level {
  const [first, last] = [plateau[0] as CachePoint, plateau.at(-1) as CachePoint];
  return {
    gbps: rateOf(plateau),
    fromBytes: first.workingSetBytes,
    upToBytes: isMemory ? null : last.workingSetBytes,
  };
}

/** The source of a level as text: `memory`, or `cache, 4.19 – 33.6 MB`. */
export function levelText(
  { fromBytes, upToBytes }: Pick<Level, 'fromBytes' | 'upToBytes'>,
  caches: Pick<Caches, 'largestBytes'>,
): string {
  if (upToBytes === null) return 'memory';
  const sets = fromBytes === upToBytes ? bytesText(upToBytes) : `${bytesText(fromBytes)} – ${bytesText(upToBytes)}`;
  return `${upToBytes < caches.largestBytes ? 'cache' : 'cache or memory'}, ${sets}`;
}

/** A remark on the levels: that no cache shows, or that memory was not found. Undefined where neither is the case. */
export function remarkOn({ end, kneeBytes, smallestBytes, largestBytes }: Omit<Caches, 'levels'>): string | undefined {
  switch (end) {
    case 'memory':
      return kneeBytes === undefined ? `No cache of ${bytesText(smallestBytes)} or more was found.` : undefined;
    case 'falling':
      return `Memory was not found: the largest sets, of ${bytesText(largestBytes)}, were still read more slowly than smaller ones.`;
    case 'short':
      return `Memory was not found: some GPUs have a cache of ${bytesText(LARGEST_CACHE_BYTES)}, and a sweep that ends at ${bytesText(largestBytes)} cannot tell it from memory.`;
    case 'noisy':
      return 'The sweep is too noisy to tell memory from a cache.';
  }
}

/**
 * The maximum size of a cache, in bytes: the knee, where the sweep reached memory. Infinite where the sweep shows that
 * memory begins beyond its largest set.
 */
export function maxCacheBytes(caches: Omit<Caches, 'levels'> | undefined): number {
  if (!caches) return LARGEST_CACHE_BYTES;
  // Without a knee, caches below the smallest set remain possible.
  const known = caches.kneeBytes ?? caches.smallestBytes;
  if (caches.end === 'falling') return Number.POSITIVE_INFINITY;
  return caches.end === 'memory' ? known : Math.max(known, LARGEST_CACHE_BYTES);
}

/** The minimum rotation, in bytes, of a figure of memory, by the cache curve alone. `coldFrom` knows more. */
export const coldFromBytes = (caches: Omit<Caches, 'levels'> | undefined): number => COLD_TIMES * maxCacheBytes(caches);

/**
 * Whether a measurement counts as a figure of memory: it streams, moves enough bytes, and rotates through the whole
 * pool.
 */
export function isMemoryFigure(m: Measurement): m is Measured {
  return (
    isMeasured(m) &&
    m.rotationBytes > 0 &&
    m.workingSetBytes === undefined &&
    m.case.withinBytes === undefined &&
    dispatchBytes(m) >= MEMORY_FIGURE_BYTES
  );
}
