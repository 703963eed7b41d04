/**
 * Caches, found by the sweep over working sets: how fast each is read, where it ends, and so which figures of a run are
 * of memory.
 *
 * What the sweep can say: a cache that holds a set holds every smaller one, so that a smaller set is read no slower,
 * but for noise. Rates are therefore followed from the largest set down, and only ever rise. What it cannot say: a cache
 * that holds the largest set looks like memory. Hence `LARGEST_CACHE_BYTES`.
 */

import { median } from 'simple-statistics';
import { type CachePoint, cacheCurve, dispatchBytes, isMeasured, largestStream } from './derive.ts';
import { bytesText } from './figures.ts';
import type { Measured, Measurement, RecordBody } from './schema.ts';
import { type Estimate, estimate } from './statistics.ts';

/** The largest last-level cache of a shipping GPU: AMD Instinct MI300X, 256 MB. */
export const LARGEST_CACHE_BYTES = 256e6;

/** Whoever reads so many times what a cache holds between two reads of a byte does not find it there. */
const TIMES_A_CACHE = 4;

/** A rotation through this much is cold on every shipping GPU. */
export const COLD_ROTATION_BYTES = TIMES_A_CACHE * LARGEST_CACHE_BYTES;

/** A sweep up to this much sees every cache end that there is. */
const WHOLE_SWEEP_BYTES = 2 * LARGEST_CACHE_BYTES;

/** Memory is what the largest sets of a sweep are read from, if over so much, from smallest to largest, they agree. */
const MEMORY_SPAN = 2;

/**
 * A rate that is higher by this much, interval beside interval, is that of another level. Caches differ by more, and
 * sets of one level by less: the rates of one beside the other scatter by some per cent with where they lie.
 */
const STEP = 1.15;

/** A set beyond the knee that may, by its interval, be read faster than memory by this much may be read from a cache. */
const ROOM_FOR_A_CACHE = 1.3;

/** Less than this a dispatch, the smallest size of a profile, tells of the cost of a dispatch and is no figure of memory. */
const MEMORY_FIGURE_BYTES = 2 ** 20;

/** Sets that are read at one rate: a cache, or memory. */
export interface Level {
  /** The median over its sets. */
  readonly gbps: Estimate;
  /** The smallest set that is read at this rate, … */
  readonly fromBytes: number;
  /** … and the largest; null for memory, which has no end here. */
  readonly upToBytes: number | null;
}

export interface Caches {
  /** By size, the fastest first. Sets between two levels, partly in a cache, belong to neither. */
  readonly levels: readonly Level[];
  /** The largest set that is read faster than larger ones; undefined where all are read alike. */
  readonly kneeBytes: number | undefined;
  readonly smallestBytes: number;
  readonly largestBytes: number;
  /**
   * How the sweep ended: in `memory`; still `falling`, so that nobody knows what comes; too `short` to see the end of
   * a large cache, which then looks like memory; or too `noisy` to see that there is none.
   */
  readonly end: 'memory' | 'falling' | 'short' | 'noisy';
}

/** The levels of a cache curve, which is ascending; undefined where none of its points has an interval. */
export function cachesOf(curve: readonly CachePoint[]): Caches | undefined {
  const points = curve.filter(({ gbps }) => gbps.ci95 !== null);
  const [smallest, largest] = [points[0], points.at(-1)];
  if (!smallest || !largest) return undefined;

  const plateaus: CachePoint[][] = [[largest]];
  for (let i = points.length - 2; i >= 0; i--) {
    const [point, plateau] = [points[i] as CachePoint, plateaus.at(-1) as CachePoint[]];
    const rate = rateOf(plateau);
    // One that is slower than what is larger was disturbed, or reads against its cache: it says nothing of where one ends.
    if (isFaster(rate, point.gbps)) continue;
    if (!isFaster(point.gbps, rate)) plateau.push(point);
    else if (holdsSmaller(points.slice(0, i), rate)) plateaus.push([point]);
  }

  const [memory = [], ...caches] = plateaus.map((plateau) => [...plateau].reverse());
  const kneeBytes = caches[0]?.at(-1)?.workingSetBytes;
  const beyond = points.filter(({ workingSetBytes }) => workingSetBytes > (kneeBytes ?? 0));
  const end = endOf(memory, beyond);
  const levels = [memory, ...caches]
    // A set by itself lies between two levels, but for the smallest: what its level would hold besides was not tried.
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

/** How a sweep ended whose largest sets, `beyond` its largest knee, are read at the rate of `memory`, if it is that. */
function endOf(memory: readonly CachePoint[], beyond: readonly CachePoint[]): Caches['end'] {
  const [from, upTo] = [memory[0], memory.at(-1)].map((point) => point?.workingSetBytes ?? 0) as [number, number];
  if (upTo < WHOLE_SWEEP_BYTES) return 'short';
  if (upTo < MEMORY_SPAN * from) return 'falling';
  const most = ROOM_FOR_A_CACHE * rateOf(memory).value;
  return beyond.every(({ gbps: { ci95 } }) => ci95 !== null && ci95[1] < most) ? 'memory' : 'noisy';
}

/** Is `a` higher than `b` by a step, and by their whole intervals? */
function isFaster(a: Estimate, b: Estimate): boolean {
  return a.ci95 !== null && b.ci95 !== null && a.value > STEP * b.value && a.ci95[0] > b.ci95[1];
}

/** Are at least half of these, all smaller than a set that was read faster than `rate`, read faster as well? Else it was chance. */
function holdsSmaller(smaller: readonly CachePoint[], rate: Estimate): boolean {
  return 2 * smaller.filter(({ gbps }) => isFaster(gbps, rate)).length >= smaller.length;
}

/** The median of some points; replicates of all are in one order, so that its interval is no narrower than theirs. */
function rateOf(points: readonly CachePoint[]): Estimate {
  const rates = points.map(({ gbps }) => gbps);
  return estimate(
    median(rates.map(({ value }) => value)),
    (rates[0] as Estimate).replicates.map((_, i) => median(rates.map(({ replicates }) => replicates[i] as number))),
    Math.min(...rates.map(({ units }) => units)),
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

/** `cache, 4.19 – 33.6 MB` or `memory`: what is read at this rate, as far as the sweep can tell. */
export function levelText(
  { fromBytes, upToBytes }: Pick<Level, 'fromBytes' | 'upToBytes'>,
  caches: Pick<Caches, 'largestBytes'>,
): string {
  if (upToBytes === null) return 'memory';
  const sets = fromBytes === upToBytes ? bytesText(upToBytes) : `${bytesText(fromBytes)} – ${bytesText(upToBytes)}`;
  return `${upToBytes < caches.largestBytes ? 'cache' : 'cache or memory'}, ${sets}`;
}

/** What the levels do not say: that there is no cache among them, or that memory was not found. Else undefined. */
export function remarkOn({ end, kneeBytes, smallestBytes, largestBytes }: Omit<Caches, 'levels'>): string | undefined {
  switch (end) {
    case 'memory':
      return kneeBytes === undefined ? `No cache of ${bytesText(smallestBytes)} or more shows.` : undefined;
    case 'falling':
      return `Memory was not found: sets of ${bytesText(largestBytes)}, the largest that were tried, were still read more slowly than smaller ones.`;
    case 'short':
      return `Memory was not found: a cache of up to ${bytesText(LARGEST_CACHE_BYTES)}, as GPUs have, would look like it in a sweep that ends at ${bytesText(largestBytes)}.`;
    case 'noisy':
      return 'The sweep is too noisy to tell memory from a cache.';
  }
}

/**
 * A figure is of memory if it rotates through at least this much: four times the largest knee, where the sweep has
 * found memory. Infinite where the sweep shows that memory begins beyond what was tried.
 */
export function coldFromBytes(caches: Omit<Caches, 'levels'> | undefined): number {
  if (!caches) return COLD_ROTATION_BYTES;
  // Without a knee: the smallest set was tried, and what would hold less was not.
  const known = TIMES_A_CACHE * (caches.kneeBytes ?? caches.smallestBytes);
  if (caches.end === 'falling') return Number.POSITIVE_INFINITY;
  return caches.end === 'memory' ? known : Math.max(known, COLD_ROTATION_BYTES);
}

/** May a cache have held a part of what rotates through so many bytes? Nothing proves that one did. */
export const mayBeCached = (rotationBytes: number, caches: Omit<Caches, 'levels'> | undefined): boolean =>
  rotationBytes < coldFromBytes(caches);

/** Figures that a reader takes for those of memory: all that stream, but for glue and for sets that are small on purpose. */
export function isMemoryFigure(m: Measurement): m is Measured {
  return (
    isMeasured(m) && m.rotationBytes > 0 && m.workingSetBytes === undefined && dispatchBytes(m) >= MEMORY_FIGURE_BYTES
  );
}

/** What the headline is a figure of. Nothing proves that a cache helped; that none did can be proven. */
export type StreamOf = 'memory' | 'maybe-cache';

/** Undefined where there is no headline. */
export function streamOf(record: Pick<RecordBody, 'clock' | 'measurements'>): StreamOf | undefined {
  const stream = largestStream(record);
  if (!stream) return undefined;
  return mayBeCached(stream.rotationBytes, cachesOf(cacheCurve(record))) ? 'maybe-cache' : 'memory';
}
