/** What the rules say of a stored run. It runs in a worker: some rules take their time over a large record. */

import { checkRecord } from '../../../results/check.ts';
import { judge } from '../../crowd/checks/index.ts';
import type { Reason, Status } from '../../crowd/row.ts';

export interface JudgementInput {
  readonly canonical: string;
  readonly receivedMs: number;
}

export interface Judgement {
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

/** @throws RangeError if what is stored does not pass the check of this version */
export function judgeText({ canonical, receivedMs }: JudgementInput): Judgement {
  // Its id was compared with its hash when it came.
  const checked = checkRecord(JSON.parse(canonical), ({ id }) => id);
  if (checked.ok) return judge(checked.record, receivedMs);
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}
