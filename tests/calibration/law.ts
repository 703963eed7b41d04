/** Machines that follow the law exactly in each of its forms, and how often the intervals of a fit hold their costs. */

import { randomSource } from '../../results/statistics.ts';
import { fitForm, type LawFit } from '../../src/model/law/fit-law.ts';
import { formName, type LawForm } from '../../src/model/law/form.ts';
import type { TermId } from '../../src/model/law/terms.ts';
import type { StepCosts } from '../../src/model/theory/step-time.ts';
import { simulatedPoints } from '../support/law-points.ts';

/** The forms of which points without windows of their own can be. */
export const TRUE_FORMS: readonly LawForm[] = [false, true].flatMap((onset) =>
  [null, 1, Number.POSITIVE_INFINITY, 2, 4].flatMap((overlap) =>
    (['one', 'two'] as const).map((doors): LawForm => ({ doors, overlap, ...(onset && { onset }) })),
  ),
);

/** How often the intervals of a term hold the truth. */
export interface LawCoverage {
  readonly form: string;
  readonly term: string;
  /** Fits that have an interval of the term, and those whose interval holds the truth. */
  readonly intervals: number;
  readonly held: number;
}

/** A machine of a form: costs within twice of each other, large enough to show in its steps. */
function machineOf({ doors, overlap, onset }: LawForm, seed: number): StepCosts {
  const random = randomSource(seed);
  const about = (middle: number): number => middle * 2 ** (random.below(1e6) / 1e6 - 0.5);
  const weightBytesPerSecond = about(8e11);
  return {
    fixedSeconds: about(5e-4),
    dispatchSeconds: about(3e-6),
    sequenceSeconds: about(4e-5),
    ...(onset ? { onsetSeconds: about(2e-3) } : {}),
    weightBytesPerSecond,
    kvBytesPerSecond: doors === 'one' ? weightBytesPerSecond : about(5e11),
    flopsPerSecond: overlap === null ? Number.POSITIVE_INFINITY : about(1.2e13),
    overlap: overlap ?? Number.POSITIVE_INFINITY,
  };
}

/** The costs of a machine in the units of terms. */
const truthOf = (id: TermId, costs: StepCosts): number => {
  switch (id) {
    case 'a':
      return 1000 * costs.fixedSeconds;
    case 't_d':
      return 1000 * costs.dispatchSeconds;
    case 'b':
      return 1000 * costs.sequenceSeconds;
    case 'onset':
      return 1000 * (costs.onsetSeconds ?? 0);
    case 'F':
      return costs.flopsPerSecond / 1e12;
    case 'beta_kv':
      return costs.kvBytesPerSecond / 1e9;
    default:
      return costs.weightBytesPerSecond / 1e9;
  }
};

/** The relative standard error of a simulated time. */
const NOISE = 0.01;

/** The fit of a machine of a form, in that form. */
export function fitOf(form: LawForm, seed: number): { readonly costs: StepCosts; readonly law: LawFit | undefined } {
  const costs = machineOf(form, seed);
  const points = simulatedPoints(costs, { batches: [1, 2, 8, 32], contexts: [128, 2048, 16_384], noise: NOISE, seed });
  return { costs, law: fitForm(points, form, seed) };
}

/** The coverage of each term over machines of a form. No two forms have the same machines. */
export function calibrateLaw(form: LawForm, machines: number): LawCoverage[] {
  const counts = new Map<string, { intervals: number; held: number }>();
  const first = 1 + 100_000 * TRUE_FORMS.indexOf(form);
  for (let seed = first; seed < first + machines; seed++) {
    const { costs, law } = fitOf(form, seed);
    for (const { id, figure } of law?.terms ?? []) {
      if (!figure?.ci95) continue;
      const term = id.replace(/:.*/, '');
      const count = counts.get(term) ?? { intervals: 0, held: 0 };
      const [low, high] = figure.ci95;
      const truth = truthOf(id, costs);
      count.intervals++;
      if (low <= truth && truth <= high) count.held++;
      counts.set(term, count);
    }
  }
  return [...counts].map(([term, count]) => ({ form: formName(form), term, ...count }));
}
