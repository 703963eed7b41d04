/** The fitted law of a record as plain data and as text, for terminal, page and `--json`. */

import { countText, type Figure, figureOf, significant } from '../../../results/text/figures.ts';
import { type LackOfFit, type LawTerm, MIN_ERROR } from './fit-law.ts';
import { formName } from './form.ts';
import type { RecordLaw } from './of-record.ts';
import type { TermId } from './terms.ts';

export const LAW_FORMULA = 'T = a + n·t_d + b·B + onset·[B > 1] + ‖W/β_w, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖';

export interface TermSummary {
  readonly id: TermId;
  readonly unit: LawTerm['unit'];
  readonly figure: Figure | null;
  /** Why there is no figure; null where there is one. */
  readonly unidentified: string | null;
}

export interface LawSummary {
  /** The kind of the law's points; null without a law. */
  readonly basis: RecordLaw['basis'] | null;
  readonly form: string | null;
  readonly points: number;
  readonly terms: readonly TermSummary[];
  /** Mean absolute relative error of held-out points; null where none could be spared. */
  readonly heldOutMape: number | null;
  readonly heldOutPoints: number;
  readonly worstResidual: number | null;
  /** Null where nothing says that the form is wrong, and without a law. */
  readonly lackOfFit: LackOfFit | null;
  /** Share of the variance of times that the law explains. */
  readonly explained: number | null;
  /** Forms that were tried, with their errors on the points that chose between them. */
  readonly compared: readonly { readonly form: string; readonly mape: number | null }[];
}

export function lawSummary(found: RecordLaw | undefined): LawSummary {
  if (!found) {
    return {
      ...{ basis: null, form: null, points: 0, terms: [], heldOutMape: null, heldOutPoints: 0 },
      ...{ worstResidual: null, lackOfFit: null, explained: null, compared: [] },
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
    ...{ worstResidual: law.worstResidual, lackOfFit: law.lackOfFit, explained: law.explained },
    compared: law.compared.map(({ form, mape }) => ({ form: formName(form), mape })),
  };
}

const percent = (share: number | null): string => `${significant(100 * (share ?? Number.NaN), 2)} %`;

/**
 * The form and the fit in a line: `memory alone, two doors; fitted to 34 points (steps), 99 % of the variance
 * explained, off by at most 3.0 %`.
 */
export const formText = ({ form, points, basis, explained, worstResidual }: LawSummary): string =>
  `${form}; fitted to ${countText(points, 'point')} (${basis}), ${percent(explained)} of the variance explained, off by at most ${percent(worstResidual)}`;

/** The held-out error in a line: `10 points, predicted without having been seen: off by 1.2 % on average`. */
export const heldOutText = ({ heldOutMape, heldOutPoints }: LawSummary): string =>
  heldOutMape === null
    ? 'none: too few points'
    : `${countText(heldOutPoints, 'point')}, predicted without having been seen: off by ${percent(heldOutMape)} on average`;

/** That no form of the law fits, in a line; undefined where nothing says so. */
export const lackOfFitText = ({ lackOfFit }: LawSummary): string | undefined =>
  lackOfFit
    ? `the points lie ${significant(lackOfFit.ratio, 2)} times as far from the law as their noise and ${100 * MIN_ERROR} % of the time allow: the machine’s time has another form, and the intervals of these terms are not those of its costs`
    : undefined;

/** The forms that were tried, each with its error in %. Empty where there was no choice, or too few points for one. */
export function comparedTexts({ compared }: LawSummary): [form: string, error: string][] {
  const tried = compared.flatMap(({ form, mape }): [string, string][] =>
    mape === null ? [] : [[form, significant(100 * mape, 2)]],
  );
  return tried.length > 1 ? tried : [];
}
