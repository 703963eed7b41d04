/**
 * The first look at a workload finds about how long a unit of it takes. The lengths of timed regions follow from it.
 */

import type { Clock, Workload } from './clock.ts';

export interface FirstLookOptions {
  /** The length of the longest region that will be timed, in ms. */
  readonly regionMs: number;
  /** A reading of at least this, in ms, is not repeated. By default every reading is. */
  readonly repeatBelowMs?: number;
  /** The very first reading counts if it is at least this, in ms. By default it never counts. */
  readonly countFirstFromMs?: number;
}

/**
 * Returns the time of a unit in ms by the wall clock, over as many units as take a quarter of `regionMs`.
 *
 * The very first reading does not count, since a driver may compile in it. Of two readings the shorter one counts,
 * since a disturbance only ever adds time.
 */
export async function firstLookMs(clock: Clock, workload: Workload, options: FirstLookOptions): Promise<number> {
  const { regionMs, repeatBelowMs = Number.POSITIVE_INFINITY, countFirstFromMs = Number.POSITIVE_INFINITY } = options;
  const regionWallMs = async (units: number, unitMs?: number) =>
    (await clock.time(units, workload.encode(units, unitMs))).wallMs;
  let unitMs = await regionWallMs(1);
  if (unitMs >= countFirstFromMs) return unitMs;
  for (let units = 1; ; units = Math.min(2 * units, workload.maxUnits)) {
    const first = await regionWallMs(units, unitMs);
    const shorter = first < repeatBelowMs ? Math.min(first, await regionWallMs(units, unitMs)) : first;
    unitMs = shorter / units;
    if (shorter >= regionMs / 4 || units >= workload.maxUnits) return unitMs;
  }
}
