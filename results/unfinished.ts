/** Cases that a run did not come to the end of. */

import { NOT_REACHED } from './labels/course.ts';
import type { DecodeMeasurement, Measurement } from './schema.ts';

/** Whether a resumed run has to take up this measurement again. */
export function isUnfinished(m: Measurement | DecodeMeasurement): boolean {
  if (m.status === 'measured') return m.stopped === 'cancelled' || m.stopped === 'lost';
  return m.status === 'skipped' && m.reason === NOT_REACHED;
}
