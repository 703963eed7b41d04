/** The fitted law of a record as plain data, and what is said of it: for terminal, page, and what `--json` prints. */

import { type Figure, figureOf, significant } from '../../../results/figures.ts';
import type { LawTerm } from './fit-law.ts';
import { formName } from './form.ts';
import type { RecordLaw } from './of-record.ts';
import type { TermId } from './terms.ts';

export const LAW_FORMULA = 'T = a + n·t_d + b·B + ‖W/β_w, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖';

export interface TermSummary {
  readonly id: TermId;
  readonly unit: LawTerm['unit'];
  readonly figure: Figure | null;
  /** Why there is no figure. */
  readonly unidentified: string | null;
}

export interface LawSummary {
  /** What the law was fitted to; null where there was too little. */
  readonly basis: RecordLaw['basis'] | null;
  readonly form: string | null;
  readonly points: number;
  readonly terms: readonly TermSummary[];
  /** Mean absolute error of points that were predicted without having been seen, relative; null where none could be spared. */
  readonly heldOutMape: number | null;
  readonly heldOutPoints: number;
  readonly worstResidual: number | null;
  /** The part of the variance of times that the law explains. */
  readonly explained: number | null;
  /** Forms that were tried, by their error on points that chose between them. */
  readonly compared: readonly { readonly form: string; readonly mape: number | null }[];
}

export function lawSummary(found: RecordLaw | undefined): LawSummary {
  if (!found) {
    return {
      ...{ basis: null, form: null, points: 0, terms: [], heldOutMape: null, heldOutPoints: 0 },
      ...{ worstResidual: null, explained: null, compared: [] },
    };
  }
  const { basis, law } = found;
  return {
    basis,
    form: formName(law.form),
    points: law.points.length,
    terms: law.terms.map(({ id, unit, figure, unidentified }) => ({
      ...{ id, unit, unidentified },
      figure: figure && figureOf(figure),
    })),
    heldOutMape: law.heldOutMape,
    heldOutPoints: law.heldOut.length,
    ...{ worstResidual: law.worstResidual, explained: law.explained },
    compared: law.compared.map(({ form, mape }) => ({ form: formName(form), mape })),
  };
}

const percent = (share: number | null): string => `${significant(100 * (share ?? Number.NaN), 2)} %`;

/** `memory alone, two doors; fitted to 34 points (steps), 99 % of the variance explained, off by at most 3.0 %` */
export const formText = ({ form, points, basis, explained, worstResidual }: LawSummary): string =>
  `${form}; fitted to ${points} points (${basis}), ${percent(explained)} of the variance explained, off by at most ${percent(worstResidual)}`;

/** `10 points, predicted without having been seen: off by 1.2 % on average` */
export const heldOutText = ({ heldOutMape, heldOutPoints }: LawSummary): string =>
  heldOutMape === null
    ? 'none: too few points'
    : `${heldOutPoints} points, predicted without having been seen: off by ${percent(heldOutMape)} on average`;

/** Form and error in % of those that were tried; empty where there was nothing to choose, or too little to choose by. */
export function comparedTexts({ compared }: LawSummary): [form: string, error: string][] {
  const tried = compared.flatMap(({ form, mape }): [string, string][] =>
    mape === null ? [] : [[form, significant(100 * mape, 2)]],
  );
  return tried.length > 1 ? tried : [];
}
