/** What the rules say of a stored run. It runs in a worker: some rules take their time over a large record. */

import { checkRecord } from '../../../results/check.ts';
import { judge } from '../../crowd/checks/index.ts';
import type { Context, Judgement } from '../../crowd/checks/rule.ts';
import { type Answer, answerOf } from '../../session/answer.ts';

export interface JudgementInput extends Context {
  readonly canonical: string;
}

/** @throws RangeError if what is stored does not pass the check of this version */
export function judgeText({ canonical, receivedMs, ...context }: JudgementInput): Judgement {
  // Its id was compared with its hash when it came.
  const checked = checkRecord(JSON.parse(canonical), ({ id }) => id);
  if (checked.ok) return withAnswer(judge(checked.record, receivedMs, context), answerOf(checked.record));
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}

/** The id of the rule that a record's outputs are those of its seed (docs/challenge.md). */
const RULE = 'outputs-of-seed';

/** A record whose outputs are not those of its seed is rejected, whatever else is said of it. */
function withAnswer(judgement: Judgement, answer: Answer): Judgement {
  if (answer.kind !== 'contradicts') return judgement;
  const text = `Its outputs are not those of its seed: ${answer.problem}.`;
  return { status: 'rejected', reasons: [...judgement.reasons, { rule: RULE, text }] };
}
