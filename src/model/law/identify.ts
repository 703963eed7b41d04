/** Decides which terms of the law some points can tell apart, and gives a reason for each that they cannot. */

import { independence } from './least-squares.ts';
import type { LawWork } from './point.ts';
import { kindOf, rowOf, type TermId, timeOf } from './terms.ts';

/**
 * Minimum share of a term's contribution that the other terms do not explain: the sine of the angle between its column
 * and theirs, or 1/√(variance inflation factor). At this minimum, its share of a step is known 20 times less well than
 * the points are: with ten points known to 1 %, to 6 % of a step.
 */
const OWN_WAY = 0.05;

/** Number of points that must be left over beyond one for each term; without, the points lie on any law. */
const SPARE_POINTS = 1;

export interface Identified {
  /** The terms of the fit. */
  readonly terms: readonly TermId[];
  /** Why a term is not identified. A term of the fit is among them where it has the cost of others, too. */
  readonly unidentified: ReadonlyMap<TermId, string>;
}

/** Reasons by term, as the end of "no point …": what a point that pays for the term does. */
const PAID_FOR: Readonly<Record<string, string>> = {
  a: 'is a whole decode step',
  t_d: 'has a dispatch',
  b: 'is a whole decode step',
  onset: 'has several sequences',
  beta: 'reads memory',
  beta_kv: 'reads a KV cache',
  beta_whole: 'reads a KV cache without a window',
  beta_window: 'reads a KV cache in a window',
  F: 'computes',
};

const paidFor = (id: TermId): string => PAID_FOR[id] ?? `reads weights in ${id.slice('beta_w:'.length)}`;

/**
 * Finds the terms that `points` tell apart; each point weighs as the inverse of its time. An overhead that cannot be
 * told from another is counted in that one, and nothing is lost. If overhead, memory and compute cannot be told from
 * each other, none of them is identified.
 *
 * @param terms in order of preference: a term is left out for its likeness to terms before it
 * @param slopes ∂T/∂x of each point. Default: with memory and compute one after the other.
 */
export function identify(
  points: readonly (LawWork & { readonly ms: { readonly value: number } })[],
  terms: readonly TermId[],
  slopes = points.map((point) => linearSlopes(terms, point)),
): Identified {
  const columns = terms.map((_, i) => points.map(({ ms }, p) => ((slopes[p] as number[])[i] as number) / ms.value));
  const found = independence(columns, OWN_WAY);
  const maxTerms = Math.max(1, distinct(slopes) - SPARE_POINTS);
  const unidentified = new Map<TermId, string>();
  const kept: TermId[] = [];
  for (const [i, id] of terms.entries()) {
    const { share, explainedBy } = found[i] as (typeof found)[number];
    if (share === 0 && (columns[i] as number[]).every((value) => value === 0)) {
      unidentified.set(id, `no point ${paidFor(id)}`);
    } else if (share < OWN_WAY) {
      const like = explainedBy.map((k) => terms[k] as TermId);
      const names = like.join(' and ');
      const same = like.every((other) => kindOf(other) === kindOf(id));
      unidentified.set(
        id,
        `over these ${points.length} points it cannot be told from ${names}${same ? ', and is counted there' : ''}`,
      );
      if (!same) for (const other of like) stands(unidentified, other, id);
    } else if (kept.length >= maxTerms) {
      unidentified.set(id, `${maxTerms + SPARE_POINTS} different points are too few for more than ${maxTerms} terms`);
    } else {
      kept.push(id);
    }
  }
  return { terms: kept, unidentified };
}

/** Notes that the fit's term `one` has the cost of `other`, too. */
function stands(unidentified: Map<TermId, string>, one: TermId, other: TermId): void {
  const before = unidentified.get(one);
  unidentified.set(one, before ? `${before}, nor from ${other}` : `it cannot be told from ${other}`);
}

/** The number of points that differ in their work. */
const distinct = (slopes: readonly (readonly number[])[]): number =>
  new Set(slopes.map((row) => row.map((value) => value.toPrecision(6)).join())).size;

function linearSlopes(terms: readonly TermId[], work: LawWork): readonly number[] {
  return timeOf(
    rowOf(terms, work),
    terms.map(() => 0),
    terms.indexOf('F'),
    1,
  ).slopes;
}
