/** The fitted law of a record, as data and as text: what `fit` prints, and what `run --json` says of it. */

import { type Figure, figureOf, significant } from '../../results/figures.ts';
import type { RecordLaw } from '../model/law/of-record.ts';
import { variantName } from '../model/law/variant.ts';
import { figureLine } from './figure-line.ts';
import { table } from './table.ts';

export interface LawDocument {
  /** What the law was fitted to; null where there was too little. */
  readonly basis: RecordLaw['basis'] | null;
  readonly form: string | null;
  readonly points: number;
  readonly terms: readonly {
    readonly id: string;
    readonly unit: string;
    readonly figure: Figure | null;
    /** Why there is no figure. */
    readonly unidentified: string | null;
  }[];
  /** Mean absolute error of points that were predicted without having been seen, relative; null where none could be spared. */
  readonly heldOutMape: number | null;
  readonly heldOutPoints: number;
  readonly worstResidual: number | null;
  /** The part of the variance of times that the law explains. */
  readonly explained: number | null;
  /** Forms that were tried, by their error on points that chose between them. */
  readonly compared: readonly { readonly form: string; readonly mape: number | null }[];
}

export function lawDocument(found: RecordLaw | undefined): LawDocument {
  if (!found) {
    return {
      ...{ basis: null, form: null, points: 0, terms: [], heldOutMape: null, heldOutPoints: 0 },
      ...{ worstResidual: null, explained: null, compared: [] },
    };
  }
  const { basis, law } = found;
  return {
    basis,
    form: variantName(law.variant),
    points: law.points.length,
    terms: law.terms.map(({ id, unit, figure, unidentified }) => ({
      ...{ id, unit, unidentified },
      figure: figure && figureOf(figure),
    })),
    heldOutMape: law.heldOutMape,
    heldOutPoints: law.heldOut.length,
    ...{ worstResidual: law.worstResidual, explained: law.explained },
    compared: law.compared.map(({ variant, mape }) => ({ form: variantName(variant), mape })),
  };
}

const FORMULA = 'T = a + n·t_d + b·B + ‖W/β_w, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖';

const percent = (share: number): string => `${significant(100 * share, 2)} %`;

export function lawLines(found: RecordLaw | undefined): string[] {
  if (!found) return ['law      none: it takes three decode steps, or matrix–vector products of three sizes'];
  const { basis, law } = found;
  const tried = law.compared.flatMap(({ variant, mape }) =>
    mape === null ? [] : [[variantName(variant), significant(100 * mape, 2)]],
  );
  return [
    `law      ${FORMULA}`,
    `form     ${variantName(law.variant)}; fitted to ${law.points.length} points (${basis}), ${percent(law.explained)} of the variance explained, off by at most ${percent(law.worstResidual)}`,
    law.heldOutMape === null
      ? 'held out none: too few points'
      : `held out ${law.heldOut.length} points, predicted without having been seen: off by ${percent(law.heldOutMape)} on average`,
    ...law.terms.map(({ id, unit, figure, unidentified }) =>
      figure ? `${id.padEnd(8)} ${figureLine(figure, unit)}` : `${id.padEnd(8)} unidentified: ${unidentified}`,
    ),
    ...(tried.length > 1 ? [table(tried, ['forms that were tried', 'error, %'])] : []),
  ];
}
