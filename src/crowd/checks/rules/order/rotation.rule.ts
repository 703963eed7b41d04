/** The rotation: where a visit ends in memory follows from how much was read since the one before. */

import { misfitting } from '../../misfits.ts';
import { visitedIn } from '../../replay.ts';
import { rotationFit } from '../../rotation.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'rotation',
  name: 'Memory read from front to back',
  statement: 'Memory is read part by part. Where a measurement ended shows how much was read, and the record agrees.',
  severity: 'doubtful',
  check(record) {
    const found = misfitting(visitedIn(record), (one) => rotationFit(record, one));
    return (
      found &&
      `${found.misfits} of ${found.visits} visits of ${found.of} ended at another part of memory than their dispatches lead to: numbers of dispatches were changed, or samples moved or left out.`
    );
  },
} satisfies Rule;
