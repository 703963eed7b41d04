/** Cases that a run did not come to the end of. */

import type { DecodeMeasurement, Measurement } from './schema.ts';

/**
 * The reason why a case has no samples if the run did not reach it. Records hold it, and resuming looks for it: it
 * never changes.
 */
export const NOT_REACHED = 'the run ended before this case was timed';

/** Whether a resumed run has to take up this measurement again. */
export function isUnfinished(m: Measurement | DecodeMeasurement): boolean {
  if (m.status === 'measured') return m.stopped === 'cancelled' || m.stopped === 'lost';
  return m.status === 'skipped' && m.reason === NOT_REACHED;
}
