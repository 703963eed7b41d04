/**
 * The first look at a workload finds about how long a unit of it takes, by the trusted clock. The lengths of timed
 * regions follow from it.
 */

import { impossibility } from '../../results/derived/derive.ts';
import { type Clock, growth, type Workload, workMs } from './clock.ts';

export interface FirstLookOptions {
  /** The length of the longest region that will be timed, in ms. */
  readonly regionMs: number;
  /** About how long a unit takes, in ms, if it is known: regions then have the right length from the beginning. */
  readonly guessMs?: number | undefined;
  /** A reading of at least this, in ms, is not repeated. By default every reading is. */
  readonly repeatBelowMs?: number;
  /** The very first reading counts if it is at least this, in ms. By default it never counts. */
  readonly countFirstFromMs?: number;
}

/** The factor by which regions grow while their work is lost in the cost of asking. */
const BLIND_GROWTH = 4;

/**
 * Returns the time of a unit in ms, over as many units as take a quarter of `regionMs`.
 *
 * The very first reading does not count, since a driver may compile in it. Of two readings the shorter one counts,
 * since a disturbance only ever adds time.
 */
export async function firstLookMs(clock: Clock, workload: Workload, options: FirstLookOptions): Promise<number> {
  const { regionMs, guessMs = UNKNOWN, repeatBelowMs = UNKNOWN, countFirstFromMs = UNKNOWN } = options;
  const regionWorkMs = async (units: number, unitMs?: number) => {
    const reading = await clock.time(units, workload.encode(units, unitMs));
    // A clock that has gone wrong must not make regions longer than the GPU may be busy.
    return impossibility(reading, clock.kind, clock.wallQuantumMs) === undefined
      ? workMs(reading, clock)
      : reading.wallMs;
  };
  let unitMs = await regionWorkMs(1);
  if (unitMs >= countFirstFromMs) return unitMs;
  const enoughMs = regionMs / 4;
  for (let units = Math.min(workload.maxUnits, Math.max(1, Math.ceil(enoughMs / guessMs))); ; ) {
    const first = await regionWorkMs(units, unitMs);
    // A region that is far too short only tells to go on.
    const again = first < repeatBelowMs && 2 * first >= enoughMs;
    const shorter = again ? Math.min(first, await regionWorkMs(units, unitMs)) : first;
    unitMs = shorter / units;
    if (shorter >= enoughMs || units >= workload.maxUnits) return Math.max(unitMs, MIN_UNIT_MS);
    units = Math.min(workload.maxUnits, units * (shorter > 0 ? growth(shorter, enoughMs) : BLIND_GROWTH));
  }
}

/** A time that is not given. */
const UNKNOWN = Number.POSITIVE_INFINITY;

/** The shortest time of a unit, in ms, for one whose regions are all lost in the cost of asking. */
const MIN_UNIT_MS = 1e-6;
