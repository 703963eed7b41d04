/** What the rules say of a stored run. It runs in a worker: some rules take their time over a large record. */

import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { judge } from '../../crowd/checks/index.ts';
import type { Context, Judgement } from '../../crowd/checks/rule.ts';
import type { Reason } from '../../crowd/row.ts';
import { type Answer, answerOf } from '../../session/answer.ts';
import { isOurs } from '../challenge.ts';

export interface JudgementInput extends Context {
  readonly canonical: string;
  /** What this collector's own seeds are known by. */
  readonly challengeSecret: string;
}

/** @throws RangeError if what is stored does not pass the check of this version */
export function judgeText({ canonical, receivedMs, challengeSecret, ...context }: JudgementInput): Judgement {
  // Its id was compared with its hash when it came.
  const checked = checkRecord(JSON.parse(canonical), ({ id }) => id);
  if (checked.ok) {
    const { record } = checked;
    const answer = answerOf(record);
    const judgement = withAnswer(judge(record, receivedMs, context), answer);
    const said = ofChallenge(record, answer, challengeSecret, receivedMs);
    return { ...judgement, reasons: [...judgement.reasons, ...said] };
  }
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}

/** What a record's challenge shows. It shows no speed, and changes no status: a run may be of another collector's seed. */
function ofChallenge({ seed, challenge }: RunRecord, answer: Answer, secret: string, receivedMs: number): Reason[] {
  if (!challenge || answer.kind === 'contradicts') return [];
  const rule = 'seed-of-collector';
  if (!isOurs(secret, { seed, ...challenge }, receivedMs)) {
    return [{ rule, text: 'This collector did not give its seed, or gave it over a day before the run came.' }];
  }
  if (answer.kind !== 'answers') return [];
  return [
    { rule, text: 'This collector gave its seed, and its outputs are those of that seed: it was begun after that.' },
  ];
}

/** The id of the rule that a record's outputs are those of its seed (docs/challenge.md). */
const RULE = 'outputs-of-seed';

/** A record whose outputs are not those of its seed is rejected, whatever else is said of it. */
function withAnswer(judgement: Judgement, answer: Answer): Judgement {
  if (answer.kind !== 'contradicts') return judgement;
  const text = `Its outputs are not those of its seed: ${answer.problem}.`;
  return { status: 'rejected', reasons: [...judgement.reasons, { rule: RULE, text }] };
}
