/** All claims. Each is a file `<id>.claim.ts` in this folder, and is found by its name. */

import type { DecodeCase, RecordBody } from '../../../results/record/schema.ts';
import { modelOfCase } from '../models/index.ts';
import { allIn } from '../models/tensors.ts';
import { type DecodeTask, MAX_STEPS } from '../request/tasks.ts';
import { stepOf } from '../step/step.ts';
import { waysOf } from '../step/ways.ts';
import { type Claim, type Judgement, judge } from './claim.ts';
import { evidenceOf, keyOf } from './evidence.ts';

/** All claims, sorted by id. */
export const CLAIMS: readonly Claim[] = Object.values(
  import.meta.glob<Claim>('./*.claim.ts', { eager: true, import: 'default' }),
).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The decode steps that claims ask for, each once, in the order of the claims. */
export const CLAIM_STEPS: readonly DecodeCase[] = [
  ...new Map(CLAIMS.flatMap(({ steps }) => steps.map((step) => [keyOf(step), step] as const))).values(),
];

/** The steps of `CLAIM_STEPS` as tasks of a run. */
export const claimTasks = (): DecodeTask[] =>
  CLAIM_STEPS.map((one) => {
    const model = modelOfCase(one.model);
    if (!model) throw new Error(`a claim asks for ${one.model}, and there is no such model`);
    const { weights, kv, batch, context } = one;
    const options = { formats: allIn(weights), kv, batch, context, maxSteps: MAX_STEPS };
    return { case: { ...one, experiment: true }, make: () => stepOf(model, options), ways: waysOf(model, options) };
  });

/** Judges every claim by a record, or by a run so far. */
export function judgeClaims(record: Pick<RecordBody, 'clock' | 'measurements' | 'decode'>): Judgement[] {
  const evidence = evidenceOf(record);
  return CLAIMS.map((claim) => judge(claim, evidence));
}
