/** What the rules say of a stored run. It runs in a worker: some rules take their time over a large record. */

import { checkRecord } from '../../../results/check.ts';
import { judge } from '../../crowd/checks/index.ts';
import type { Context, Judgement } from '../../crowd/checks/rule.ts';

export interface JudgementInput extends Context {
  readonly canonical: string;
}

/** @throws RangeError if what is stored does not pass the check of this version */
export function judgeText({ canonical, receivedMs, ...context }: JudgementInput): Judgement {
  // Its id was compared with its hash when it came.
  const checked = checkRecord(JSON.parse(canonical), ({ id }) => id);
  if (checked.ok) return judge(checked.record, receivedMs, context);
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}
