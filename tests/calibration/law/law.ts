/** Machines that follow the law exactly in each of its forms, and how often the intervals of a fit hold their costs. */

import { fitForm, fitLaw, type LawFit, type LawTerm } from '../../../src/model/law/fit-law.ts';
import { formName, type LawForm } from '../../../src/model/law/form.ts';
import type { LawPoint } from '../../../src/model/law/point.ts';
import type { TermId } from '../../../src/model/law/terms.ts';
import type { StepCosts } from '../../../src/model/theory/step-time.ts';
import { simulatedPoints } from '../../support/law-points.ts';
import { sourceOf } from '../../support/random.ts';

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
  const random = sourceOf(seed, 'machine');
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

/** The steps of the machines: 48 of four models. */
const SWEEP = { batches: [1, 2, 8, 32], contexts: [128, 2048, 16_384], noise: NOISE };

/** The law of a machine of a form: in that form, or in the one that the fit chooses. */
export function fitOf(form: LawForm, seed: number, choice: 'given' | 'chosen' = 'given') {
  const costs = machineOf(form, seed);
  const points = simulatedPoints(costs, { ...SWEEP, seed });
  const law: LawFit | undefined = choice === 'given' ? fitForm(points, form, seed) : fitLaw(points, seed);
  return { costs, law };
}

/** Whether an interval of a term holds the costs of a machine. One door must hold those of both that it stands for. */
function holds({ id, figure }: LawTerm, costs: StepCosts): boolean {
  const [low, high] = figure?.ci95 ?? [Number.NaN, Number.NaN];
  const truths = (id === 'beta' ? (['beta', 'beta_kv'] as const) : [id]).map((one) => truthOf(one, costs));
  return truths.every((truth) => low <= truth && truth <= high);
}

/** The coverage of each term over machines of a form. No two forms have the same machines. */
export function calibrateLaw(form: LawForm, machines: number, choice: 'given' | 'chosen' = 'given') {
  const counts = new Map<string, { intervals: number; held: number }>();
  const first = 1 + 100_000 * TRUE_FORMS.indexOf(form);
  let found = 0;
  for (let seed = first; seed < first + machines; seed++) {
    const { costs, law } = fitOf(form, seed, choice);
    if (law && formName(law.form) === formName(form)) found++;
    for (const term of law?.terms ?? []) {
      if (!term.figure?.ci95) continue;
      const name = term.id.replace(/:.*/, '');
      const count = counts.get(name) ?? { intervals: 0, held: 0 };
      count.intervals++;
      if (holds(term, costs)) count.held++;
      counts.set(name, count);
    }
  }
  return {
    /** Machines whose form was found. */
    found,
    rows: [...counts].map(([term, count]): LawCoverage => ({ form: formName(form), term, ...count })),
  };
}

/** Machines of no form: what makes some of their steps slower. */
export const MISFITS: Readonly<Record<string, (point: LawPoint, i: number) => number>> = {
  'a cliff at long contexts': ({ name }) => (/context 16384/.test(name) ? 1.3 : 1),
  'time that grows with the square of the batch': ({ batch }) => 1 + (batch / 32) ** 2,
  'a mode that some steps are slow in': (_, i) => (i % 3 === 0 ? 1.15 : 1),
};

/** The law that is chosen for a machine of no form. */
export function fitOfMisfit(slower: (point: LawPoint, i: number) => number, seed: number): LawFit | undefined {
  const points = simulatedPoints(machineOf({ doors: 'two', overlap: null }, seed), { ...SWEEP, seed });
  return fitLaw(
    points.map((point, i) => {
      const ms = point.ms.value * slower(point, i);
      return { ...point, ms: { value: ms, ci95: [ms * (1 - 1.96 * NOISE), ms * (1 + 1.96 * NOISE)] } };
    }),
    seed,
  );
}
