/** The lengths of regions: as the engine measures, it makes regions as long as the times before call for. */

import { misfitting } from '../../misfits.ts';
import { kernelOrder, lengthsFit, visitedIn } from '../../replay.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'region-lengths',
  name: 'Regions as long as the times call for',
  statement: 'The faster something was, the more of it is timed next. Numbers and times of the record fit each other.',
  severity: 'doubtful',
  check(record) {
    // Once the trusted clock changed, nobody knows which one timed.
    if (record.events.some(({ kind }) => kind === 'clock')) return undefined;
    const visited = visitedIn(record);
    const order = kernelOrder(record);
    const found = misfitting(visited, (one) => lengthsFit(record, one, order), record.clock.preRoll === null);
    return (
      found &&
      `In ${found.misfits} of ${found.visits} visits of ${found.of}, regions held more or fewer dispatches than follow from the times before: times were changed.`
    );
  },
} satisfies Rule;
