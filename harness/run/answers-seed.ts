/**
 * Whether a record answers a seed: what it keeps of its outputs is what the seed gives. It shows that the kernels, or
 * something that computes what they do, ran for that seed. It says nothing of how fast they ran.
 */

import type { Measured, RunRecord } from '../../results/record/schema.ts';
import { randomSource, shuffled } from '../../results/statistics.ts';
import { recompute, type WordBudget } from '../sampling/recompute.ts';
import { NotPlanned, type PlannedBy, plannedCase, requirePlanned } from './planned.ts';

export type Answer =
  | {
      /** What was recomputed is as the seed has it. */
      readonly kind: 'answers';
      /** The number of cases that were recomputed, and of their outputs. */
      readonly cases: number;
      readonly outputs: number;
      /** The number of cases that were not, or not wholly, for the time that they would take. */
      readonly left: number;
    }
  | { readonly kind: 'contradicts'; readonly problem: string }
  | {
      /** There is nothing that could be recomputed, which speaks neither for the record nor against it. */
      readonly kind: 'silent';
      readonly reason: string;
    };

/**
 * The words that recomputing one case, and a whole record, may read: so that it takes three seconds of one core at most
 * (tests/bench/recompute.bench.ts). The
 * largest matrices of a run take half of what a case may. Four outputs of `attention` over the latents of MLA, the most
 * expensive, take all of it.
 */
const [MAX_CASE_WORDS, MAX_WORDS] = [600_000, 2 ** 23];

/**
 * Recomputes the outputs that a record keeps.
 *
 * @param by the profile of the record, and the kernels that it was measured with: their code must be what its digest says
 */
export function answersSeed(record: RunRecord, seed: number, by: PlannedBy): Answer {
  const no = (problem: string): Answer => ({ kind: 'contradicts', problem });
  if (record.seed !== seed) return no(`its seed is ${record.seed}, and not the ${seed} that was given`);
  const measured = record.measurements.filter((m): m is Measured => m.status === 'measured' && m.checks.length > 0);
  if (measured.length === 0) return { kind: 'silent', reason: 'no case was measured: nothing to recompute' };
  const keeping = measured.filter(({ spots }) => spots !== undefined);
  if (keeping.length === 0 && record.challenge === undefined) {
    return { kind: 'silent', reason: 'made before outputs were kept: nothing to recompute' };
  }
  // A run that a former version began may have been resumed by one that keeps outputs.
  const mayBeMixed = record.challenge === undefined && record.events.some(({ kind }) => kind === 'resumed');
  if (keeping.length < measured.length && !mayBeMixed) {
    return no(`it keeps outputs of ${keeping.length} of the ${measured.length} cases that it measured`);
  }
  try {
    requirePlanned(record, by);
  } catch (error) {
    if (!(error instanceof NotPlanned)) throw error;
    // Another version may plan otherwise, and the cost of what none plans has no bound.
    return { kind: 'silent', reason: `this version plans otherwise: ${error.message}` };
  }
  return recomputed(record, keeping, by);
}

function recomputed(record: RunRecord, keeping: readonly Measured[], { kernels }: PlannedBy): Answer {
  let [cases, outputs, left, words] = [0, 0, 0, MAX_WORDS];
  // Where there are more than can be paid for, it is others in each record.
  for (const m of shuffled(keeping, randomSource(Number.parseInt(record.id.slice(0, 8), 16)))) {
    const planned = plannedCase(m.case, kernels);
    const place = `measurements[${record.measurements.indexOf(m)}]`;
    if (!planned || !m.spots) continue;
    const refusal = planned.kernel.refuses(planned.params, planned.tuning);
    if (refusal !== undefined) return { kind: 'contradicts', problem: `${place}.case must run: ${refusal}` };
    const granted = Math.min(MAX_CASE_WORDS, words);
    const budget: WordBudget = { words: granted };
    const one = recompute(planned, m.spots, record.seed, budget);
    words -= granted - Math.max(0, budget.words);
    if (one.wrong !== undefined)
      return { kind: 'contradicts', problem: `${place}.spots: ${m.case.kernel}: ${one.wrong}` };
    outputs += one.outputs;
    if (one.outputs > 0) cases++;
    if (!one.isWhole) left++;
  }
  return { kind: 'answers', cases, outputs, left };
}
