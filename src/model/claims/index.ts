/** Every claim, found by its file: `<id>.claim.ts` beside this one. */

import type { DecodeCase, RecordBody } from '../../../results/schema.ts';
import { modelOfCase } from '../models/index.ts';
import { allIn } from '../models/tensors.ts';
import { type DecodeTask, MAX_STEPS } from '../request/tasks.ts';
import { stepOf } from '../step/step.ts';
import { type Claim, type Judgement, judge } from './claim.ts';
import { evidenceOf, keyOf } from './evidence.ts';

/** By id. */
export const CLAIMS: readonly Claim[] = Object.values(
  import.meta.glob<Claim>('./*.claim.ts', { eager: true, import: 'default' }),
).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The decode steps that claims ask for, each once; in the order of the claims. */
export const CLAIM_STEPS: readonly DecodeCase[] = [
  ...new Map(CLAIMS.flatMap(({ steps }) => steps.map((step) => [keyOf(step), step] as const))).values(),
];

/** The same, to be run. */
export const claimTasks = (): DecodeTask[] =>
  CLAIM_STEPS.map((one) => {
    const model = modelOfCase(one.model);
    if (!model) throw new Error(`a claim asks for ${one.model}, and there is no such model`);
    const { weights, kv, batch, context } = one;
    return {
      case: { ...one, experiment: true },
      make: (distinctLayers) =>
        stepOf(model, { formats: allIn(weights), kv, batch, context, mostSteps: MAX_STEPS, distinctLayers }),
    };
  });

/** What becomes of every claim on the machine of a record, or of a run so far. */
export function judgeClaims(record: Pick<RecordBody, 'clock' | 'measurements' | 'decode'>): Judgement[] {
  const evidence = evidenceOf(record);
  return CLAIMS.map((claim) => judge(claim, evidence));
}
