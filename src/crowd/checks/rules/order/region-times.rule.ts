/** The time of regions: the engine aims at a length in ms, so all times of a run cannot be far below it. */

import { median } from 'simple-statistics';
import { regionMsOf, STEP_REGION_MS, visitedIn } from '../../replay.ts';
import type { Rule } from '../../rule.ts';
import { lengthsOf, unitMsOf, visitsOf } from '../../visits.ts';

/** Shorter regions are cut to whole dispatches, and say little of the length that was aimed at. */
const MIN_UNITS = 6;

/** The minimum of visits that say something. */
const MIN_VISITS = 6;

/**
 * The longest region takes about as long as the engine aims at: 0.81 to 7 times as long in records of 2026, and 0.95 and
 * more in those of version 1, which did not shorten it.
 */
const LEAST = { now: 0.72, old: 0.88 } as const;

export default {
  id: 'region-times',
  name: 'Measured for as long as planned',
  statement: 'A program measures each thing for a set time. All times of a record together cannot be much shorter.',
  severity: 'doubtful',
  check(record) {
    const { clock, profile, decode = [] } = record;
    if (record.events.some(({ kind }) => kind === 'clock')) return undefined;
    const shares = visitedIn(record).flatMap(({ m, visits }) => {
      const regionMs = regionMsOf(m, profile, clock);
      // The first visit follows from a first look, which other programs may have disturbed.
      return visits.slice(1).flatMap((visit) => {
        const [longest, unitMs] = [lengthsOf(visit).at(-1) ?? 0, unitMsOf(visit, clock.trusted)];
        return longest >= MIN_UNITS && unitMs !== undefined ? [(longest * unitMs) / regionMs] : [];
      });
    });
    if (shares.length >= MIN_VISITS && median(shares) < LEAST[clock.preRoll === null ? 'old' : 'now']) {
      return `The longest regions took ${Math.round(100 * median(shares))} % of the time that the engine aims at, in all cases alike: times were made shorter.`;
    }
    for (const m of decode) {
      if (m.status !== 'measured') continue;
      const took = visitsOf(m).flatMap((visit) => {
        const [longest, unitMs] = [lengthsOf(visit).at(-1) ?? 0, unitMsOf(visit, clock.trusted)];
        return longest >= MIN_UNITS && unitMs !== undefined ? [longest * unitMs] : [];
      });
      const leastMs = LEAST_OF_STEPS * STEP_REGION_MS[profile];
      if (took.length > 0 && median(took) < leastMs && longestOf(m) < MAX_STEPS) {
        return `The longest regions of a step of ${m.case.model} took less than half of the time that the engine aims at: times were made shorter.`;
      }
    }
    return undefined;
  },
} satisfies Rule;

/** A step's regions follow from a first look alone, and from the shorter of two lengths that a profile may aim at. */
const LEAST_OF_STEPS = 0.5;

/** A region of so many steps may have no room for more. */
const MAX_STEPS = 16;

const longestOf = ({ samples }: { readonly samples: readonly { readonly dispatches: number }[] }): number =>
  samples.reduce((most, { dispatches }) => Math.max(most, dispatches), 0);
