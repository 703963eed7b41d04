/**
 * The visits of a record: what was timed in one round of one case. A visit follows from the one before it and from the
 * run's seed, so that it can be told whether a run could have made it.
 */

import { sampleMs } from '../../../results/derived/derive.ts';
import { groupBy } from '../../../results/lists.ts';
import type { ClockKind, DecodeMeasured, Measured, Sample } from '../../../results/record/schema.ts';

export interface Visit {
  readonly round: number;
  /** All samples of the visit, discarded ones included, in the order in which they were taken. */
  readonly samples: readonly Sample[];
  /** The dispatches of all of its regions. */
  readonly dispatches: number;
}

/** The visits of a case, in the order of their rounds. */
export function visitsOf({ samples, discarded }: Measured | DecodeMeasured): Visit[] {
  return [...groupBy<Sample, number>([...samples, ...discarded], ({ round }) => round)]
    .sort(([a], [b]) => a - b)
    .map(([round, all]) => ({
      round,
      samples: all.sort((a, b) => a.atMs - b.atMs),
      dispatches: all.reduce((total, { dispatches }) => total + dispatches, 0),
    }));
}

/** The lengths of the regions of a visit, ascending. */
export const lengthsOf = ({ samples }: Visit): number[] =>
  samples.map(({ dispatches }) => dispatches).sort((a, b) => a - b);

/** The time of a unit in ms by the shortest and the longest region of a visit; undefined if that is not positive. */
export function unitMsOf({ samples }: Visit, trusted: ClockKind): number | undefined {
  const [first, ...rest] = [...samples].sort((a, b) => a.dispatches - b.dispatches);
  const last = rest.at(-1);
  if (!first || !last || last.dispatches === first.dispatches) return undefined;
  const ms = (sampleMs(last, trusted) - sampleMs(first, trusted)) / (last.dispatches - first.dispatches);
  return ms > 0 ? ms : undefined;
}
