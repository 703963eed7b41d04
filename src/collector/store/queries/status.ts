/** The status of a run, out of the database. */

import { STATUSES, type Status } from '../../../crowd/row.ts';

/** @throws Error for a status that a later version wrote */
export function statusOf(text: string): Status {
  const status = STATUSES.find((one) => one === text);
  if (status === undefined) throw new Error(`a run has the status "${text}", which this version does not know`);
  return status;
}
