/**
 * The lengths of timed regions: the maximum of a submission, the minimum for a clock, and the lengths that make a
 * slope.
 */

import { clockStepMs, STEPS_PER_REGION } from '../../results/derive.ts';
import type { ClockInfo } from '../../results/schema.ts';

/** The longest submission, in ms: watchdogs reset a GPU from 0.5 s on, and the page must stay usable. */
export const MAX_SUBMISSION_MS = 100;

/** The longest dispatch that is timed, in ms: a slope needs regions of two lengths, so a submission must hold two. */
export const MAX_DISPATCH_MS = MAX_SUBMISSION_MS / 2;

/**
 * Regions are planned this many times longer than a coarse clock needs. If another program disturbed the first look,
 * the regions that follow from it come out shorter than planned.
 */
const COARSE_CLOCK_MARGIN = 2;

/**
 * Returns the length of the longest timed region, in ms: `wishedMs`, or more if the clock needs more, within a
 * submission's limit.
 */
export function maxRegionMs(wishedMs: number, clock: ClockInfo): number {
  const neededMs = STEPS_PER_REGION * clockStepMs(clock);
  return Math.min(MAX_SUBMISSION_MS, Math.max(wishedMs, COARSE_CLOCK_MARGIN * neededMs));
}

/** The regions of a visit, as shares of the longest one: far apart, so that their slope has a long base. */
const VISIT_SHARES: readonly number[] = [1 / 8, 1 / 4, 1 / 2, 1];

export interface RegionsOptions {
  /** About how long a unit takes, in ms. */
  readonly unitMs: number;
  /** The length to aim at for the longest region, in ms. */
  readonly regionMs: number;
  /** The maximum number of units in a region. */
  readonly maxUnits: number;
  /** The regions, as shares of the longest one, ascending. */
  readonly shares?: readonly number[] | undefined;
}

/** Returns the lengths of the regions of a visit, in units, ascending. None takes longer than a submission may. */
export function regionLengths({ unitMs, regionMs, maxUnits, shares = VISIT_SHARES }: RegionsOptions): number[] {
  const fits = Math.floor(MAX_SUBMISSION_MS / unitMs);
  const wanted = Math.round(regionMs / unitMs);
  const longest = Math.max(2, Math.min(Math.max(wanted, 4), fits, maxUnits));
  return [...new Set(shares.map((share) => Math.max(1, Math.round(share * longest))))];
}
