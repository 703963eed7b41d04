/** What the rules say of a stored run. It runs in a worker: some rules take their time over a large record. */

import { readRecord } from '../../../results/check.ts';
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

/** @throws RangeError if what is stored no longer passes its check */
export function judgeText({ canonical, receivedMs }: JudgementInput): Judgement {
  return judge(readRecord(JSON.parse(canonical)), receivedMs);
}
