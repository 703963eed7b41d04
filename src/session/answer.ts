/** Whether a record answers a seed, by the kernels of this version. */

import { PROFILES } from '../../harness/profiles.ts';
import { type Answer, answersSeed } from '../../harness/run/answers-seed.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { kernelSet, kernelsOfRun } from './run-options.ts';

export type { Answer };

/**
 * Recomputes the outputs that a record keeps, and compares them with those that `seed` gives. It takes three seconds
 * of one core at most, whatever the record.
 *
 * @param seed Default: the record's own
 */
export function answerOf(record: RunRecord, seed = record.seed): Answer {
  const named = kernelsOfRun(record);
  if (named) return answersSeed(record, seed, { profile: PROFILES[record.profile], kernels: kernelSet(named) });
  const { version, kernels } = record.harness;
  return {
    kind: 'silent',
    reason: `made by the kernels ${kernels.slice(0, 12)} of version ${version}, which differ from those of this version: nothing to recompute`,
  };
}
