/**
 * The halves of the lines of region time over region length: whether a region's time is a cost and so much for each
 * dispatch.
 */

import { median } from 'simple-statistics';
import { groupBy } from '../lists.ts';
import { timedCases } from '../record/cases.ts';
import type { ClockKind, RecordBody, Sample } from '../record/schema.ts';
import { type Estimate, mapEstimate, pairedRatio } from '../statistics.ts';
import type { Figure } from '../text/figures.ts';
import { clockStepMs, inliersOf, weightedMean } from './derive.ts';
import { remembered } from './remembered.ts';

/** The two halves of a line: the times per dispatch among the shorter and among the longer regions of each round. */
export interface Halves {
  /** The median time per dispatch in ms between the two shortest regions of a round. */
  readonly short: number;
  /** The same between the two longest. */
  readonly long: number;
  /** The first over the second, round by round. */
  readonly ratio: Estimate;
  /** The median time in ms by which the two shortest regions of a round differ. */
  readonly baseMs: number;
}

/**
 * The halves of the line of region time over region length. They agree where a region's time is a cost and so much for
 * each dispatch. They differ where something else grows or shrinks with the length: clocks that rise within a region,
 * commands that are still being recorded, an end that is noticed late. Undefined where no round has four lengths.
 */
export const regionHalves = remembered(findHalves);

function findHalves(samples: readonly Sample[], clock: ClockKind): Halves | undefined {
  const halves = [...groupBy(inliersOf(samples, clock), ({ round }) => round)].flatMap(([round, within]) => {
    const sorted = [...within].sort((a, b) => a.x - b.x);
    const [a, b, c, d] = [sorted[0], sorted[1], sorted.at(-2), sorted.at(-1)];
    if (sorted.length < 4 || !a || !b || !c || !d || a.x === b.x || c.x === d.x) return [];
    return [{ round, base: b.y - a.y, short: (b.y - a.y) / (b.x - a.x), long: (d.y - c.y) / (d.x - c.x) }];
  });
  const [shorts, longs] = [halves.map(({ short }) => short), halves.map(({ long }) => long)];
  if (halves.length === 0 || median(longs) <= 0) return undefined;
  const ratio = pairedRatio(
    new Map(halves.map(({ round, short }) => [round, short])),
    new Map(halves.map(({ round, long }) => [round, long])),
  );
  return ratio && { short: median(shorts), long: median(longs), ratio, baseMs: median(halves.map(({ base }) => base)) };
}

/** The minimum of clock steps by which the shorter regions of a round differ, for their slope to tell anything. */
const STEPS_PER_HALF = 20;

/** The halves of all lines of a run that its clock can tell apart. */
export function halvesOf(record: Pick<RecordBody, 'clock' | 'measurements' | 'decode'>): Halves[] {
  const { clock } = record;
  return timedCases(record)
    .flatMap(({ samples }) => regionHalves(samples, clock.trusted) ?? [])
    .filter(({ baseMs }) => baseMs >= STEPS_PER_HALF * clockStepMs(clock));
}

/**
 * By how much the halves of lines differ: the time per dispatch in the shorter regions over that in the longer ones,
 * less 1. It is the mean over all lines, each weighted by its precision. Undefined while no line has an interval.
 */
export function meanBend(halves: readonly Halves[]): Figure | undefined {
  return weightedMean(halves.map(({ ratio }) => mapEstimate(ratio, (value) => value - 1)));
}
