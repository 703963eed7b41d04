/**
 * The lengths of timed regions: the maximum of a submission, the minimum for a clock, and the lengths that make a
 * slope. The engine plans by them, and a record is checked against them.
 */

import type { ClockInfo } from '../record/schema.ts';
import type { RandomSource } from '../statistics.ts';
import { clockStepMs, STEPS_PER_REGION } from './derive.ts';

/** The longest submission, in ms: watchdogs reset a GPU from 0.5 s on, and the page must stay usable. */
export const MAX_SUBMISSION_MS = 100;

/** The longest dispatch that is timed, in ms: a slope needs regions of two lengths, so a submission must hold two. */
export const MAX_DISPATCH_MS = MAX_SUBMISSION_MS / 2;

/**
 * Regions are planned this many times longer than a coarse clock needs. If another program disturbed the first look,
 * the regions that follow from it come out shorter than planned.
 */
const COARSE_CLOCK_MARGIN = 2;

/** The longest region of a clock that is too coarse for one submission, in ms. It takes several submissions. */
const MAX_REGION_MS = 1500;

/**
 * The clock's steps in the longest region where a submission has too few of them. An end is then off by up to 2.5 %,
 * and since lengths vary from round to round, it is off by another part of a step in each.
 */
const COARSE_STEPS = 40;

/**
 * Returns the length of the longest timed region, in ms: `wishedMs`, or more if the clock needs more. That stays within
 * a submission's limit, unless a submission of that length is only a few steps of the clock.
 */
export function maxRegionMs(wishedMs: number, clock: ClockInfo): number {
  const stepMs = clockStepMs(clock);
  const fineMs = Math.max(wishedMs, COARSE_CLOCK_MARGIN * STEPS_PER_REGION * stepMs);
  if (fineMs <= MAX_SUBMISSION_MS) return fineMs;
  return Math.max(MAX_SUBMISSION_MS, Math.min(MAX_REGION_MS, COARSE_STEPS * stepMs));
}

/** The regions of a visit, as shares of the longest one: far apart, so that their slope has a long base. */
export const VISIT_SHARES: readonly number[] = [1 / 8, 1 / 4, 1 / 2, 1];

/**
 * The share by which a region's length varies from round to round. Lengths that never varied would end at the same
 * point between two steps of a clock each time, and rounds would agree on a wrong figure.
 */
export const JITTER = 0.2;

export interface RegionsOptions {
  /** About how long a unit takes, in ms. */
  readonly unitMs: number;
  /** The length to aim at for the longest region, in ms. */
  readonly regionMs: number;
  /** The maximum number of units in a region. */
  readonly maxUnits: number;
  /** The regions, as shares of the longest one, ascending. */
  readonly shares?: readonly number[] | undefined;
  /** Decides by how much lengths are shorter this time. Default: they are not. */
  readonly random?: RandomSource | undefined;
  /** Whether the longest region keeps its length all the same. */
  readonly sameLongest?: boolean | undefined;
}

/**
 * Returns the lengths of the regions of a visit, in units, ascending. None takes longer than a submission may, or than
 * `regionMs` where that is longer.
 */
export function regionLengths(options: RegionsOptions): number[] {
  const { unitMs, regionMs, maxUnits, shares = VISIT_SHARES, random, sameLongest } = options;
  const fits = Math.floor(Math.max(MAX_SUBMISSION_MS, regionMs) / unitMs);
  const wanted = Math.round(regionMs / unitMs);
  const longest = Math.max(2, Math.min(Math.max(wanted, 4), fits, maxUnits));
  const lengths = shares.map((share) => {
    const shorter = share === 1 && sameLongest ? 0 : JITTER * uniform(random);
    return Math.max(1, Math.round(share * longest * (1 - shorter)));
  });
  const longestOf = Math.max(2, lengths.at(-1) ?? 2);
  return [...new Set([...lengths.slice(0, -1), longestOf])].filter((units) => units <= longestOf);
}

const uniform = (random: RandomSource | undefined): number => (random ? random.below(1024) / 1024 : 0);
