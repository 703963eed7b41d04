/** The costs of a fitted law, in the units of predictions (`theory/step-time.ts`). */

import type { StepCosts } from '../theory/step-time.ts';
import type { LawForm } from './form.ts';
import type { TermId } from './terms.ts';

/** What has the costs of a law: a fit, or a draw of what it could as well be. */
export interface HasCosts {
  readonly form: LawForm;
  readonly terms: readonly { readonly id: TermId }[];
  costOf(id: TermId): { readonly value: number };
}

/**
 * The costs of a step with weights in `format`. A term that the law does not have costs nothing. If the points
 * could not tell two terms apart, one of them has the cost of both: times are right then, and shares are not.
 * @returns undefined for a format that no point of the law has
 */
export function stepCostsOf(fit: HasCosts, format: string): StepCosts | undefined {
  const { doors, overlap } = fit.form;
  const weights: TermId = doors === 'one' ? 'beta' : `beta_w:${format}`;
  if (!fit.terms.some(({ id }) => id === weights)) return undefined;
  const cost = (id: TermId): number => fit.costOf(id).value;
  const seconds = (id: TermId): number => cost(id) / 1000;
  // Costs are in ms/GB or ms/Gflop: 1 means 10⁹ bytes or operations in 10⁻³ s.
  const perSecond = (id: TermId): number => 1e12 / cost(id);
  return {
    ...{ fixedSeconds: seconds('a'), dispatchSeconds: seconds('t_d'), sequenceSeconds: seconds('b') },
    onsetSeconds: seconds('onset'),
    weightBytesPerSecond: perSecond(weights),
    kvBytesPerSecond: perSecond(doors === 'one' ? 'beta' : 'beta_kv'),
    flopsPerSecond: overlap === null ? Number.POSITIVE_INFINITY : perSecond('F'),
    overlap: overlap ?? Number.POSITIVE_INFINITY,
  };
}
