/** Which terms some points can tell apart: what they cannot is said, with the reason, and not invented. */

import { independence } from './least-squares.ts';
import type { LawWork } from './point.ts';
import { kindOf, rowOf, type TermId, timeOf } from './terms.ts';

/**
 * A term is told from the others if at least this part of what it contributes goes its own way over the points (the sine
 * of an angle, the root of 1 over the variance inflation factor). Its share of a step is then known at worst 20 times
 * less well than the points are, which with ten of them known to 1 % is 6 % of a step.
 */
const OWN_WAY = 0.05;

/** Points must be more than terms by this: else they lie on any law. */
const SPARE_POINTS = 1;

export interface Identified {
  /** Terms that the fit has. */
  readonly terms: readonly TermId[];
  /** Why a term is not known; of those that the fit has as well, where one stands for several. */
  readonly unidentified: ReadonlyMap<TermId, string>;
}

/** What a term is paid for, in words. */
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
 * Of `terms`, in order of what is to be known first, those that `points` tell apart where each weighs as the inverse of
 * its time. Overhead that cannot be told from other overhead is counted there, and nothing is lost; where overhead,
 * memory and compute cannot be told from each other, none of them is known.
 *
 * @param slopes ∂T/∂x of each point; default: of memory and compute one after the other
 */
export function identify(
  points: readonly (LawWork & { readonly ms: { readonly value: number } })[],
  terms: readonly TermId[],
  slopes = points.map((point) => linearSlopes(terms, point)),
): Identified {
  const columns = terms.map((_, i) => points.map(({ ms }, p) => ((slopes[p] as number[])[i] as number) / ms.value));
  const found = independence(columns, OWN_WAY);
  const most = Math.max(1, distinct(slopes) - SPARE_POINTS);
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
        `over these ${points.length} points it grows as ${names} ${like.length > 1 ? 'do' : 'does'}${same ? ', and is counted there' : ''}`,
      );
      if (!same) for (const other of like) stands(unidentified, other, id);
    } else if (kept.length >= most) {
      unidentified.set(id, `${most + SPARE_POINTS} different points are too few for more than ${most} terms`);
    } else {
      kept.push(id);
    }
  }
  return { terms: kept, unidentified };
}

/** `one` is what the fit has for itself and for `other`. */
function stands(unidentified: Map<TermId, string>, one: TermId, other: TermId): void {
  const before = unidentified.get(one);
  unidentified.set(one, before ? `${before}, and as ${other} does` : `it cannot be told from ${other}`);
}

/** Points that differ in their work. */
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
