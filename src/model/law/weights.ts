/**
 * Weighs the forms of a law by what their points say: by the information criterion of H. Akaike, corrected for few
 * points (K. Burnham, D. Anderson, "Model Selection and Multimodel Inference", 2002, §2.4 and §2.9).
 */

import { maxOf, minOf } from '../../../results/lists.ts';
import { winsorised } from './robust-fit.ts';

/** A form as it fits its points. */
export interface FittedForm {
  /** Relative errors of the points, in units of their standard errors. */
  readonly off: readonly number[];
  readonly terms: number;
}

/** The least scatter of points, in their standard errors, of which there is talk: below, forms fit equally well. */
const LEAST_SCATTER = 0.1;

/**
 * The weights of forms, which add up to 1: how far the points speak for each among all. The scatter is that of the form
 * that fits best for its terms. All are 0 where no form leaves two points over.
 */
export function weightsOf(forms: readonly FittedForm[]): number[] {
  const scatters = forms.map(({ off, terms }) =>
    off.length > terms ? winsorised(off, terms) : Number.POSITIVE_INFINITY,
  );
  const scatter = Math.max(LEAST_SCATTER, minOf(scatters));
  const criteria = forms.map(({ off, terms }) => {
    const spare = off.length - terms - 1;
    if (spare < 1) return Number.POSITIVE_INFINITY;
    const far = off.reduce((sum, one) => sum + Math.min(FAR, Math.abs(one / scatter)) ** 2, 0);
    return far + (2 * terms * off.length) / spare;
  });
  const least = minOf(criteria);
  if (!Number.isFinite(least)) return forms.map(() => 0);
  const likely = criteria.map((one) => Math.exp((least - one) / 2));
  const sum = likely.reduce((a, b) => a + b, 0);
  return likely.map((one) => one / sum);
}

/** More deviations than this count as so many: a stall speaks for no form. */
const FAR = 5;

/** A form that has at least this share of the best one's weight is as good (Burnham and Anderson, §2.6: Δ ≤ 2). */
const AS_GOOD = Math.exp(-1);

/** The simplest form that is as good as the best: the one of fewest terms, and of those the best. Undefined for no weights. */
export function simplest<Form extends { readonly weight: number; readonly terms: number }>(
  forms: readonly Form[],
): Form | undefined {
  const best = maxOf(forms.map(({ weight }) => weight));
  if (!(best > 0)) return undefined;
  const good = forms.filter(({ weight }) => weight >= AS_GOOD * best);
  const fewest = minOf(good.map(({ terms }) => terms));
  return good.filter(({ terms }) => terms === fewest).reduce((a, b) => (b.weight > a.weight ? b : a));
}
