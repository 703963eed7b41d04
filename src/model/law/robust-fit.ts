/**
 * Robust fit of costs x ≥ 0 to measured times, for a law that is homogeneous of degree one: T = Σ x · ∂T/∂x. Errors are
 * relative, since the noise of a duration grows with it. Outliers weigh less, by P. J. Huber, "Robust Statistics",
 * 1981.
 */

import { median } from 'simple-statistics';
import { leastSquaresNonNegative } from './least-squares.ts';

export interface TimeAndSlopes {
  readonly ms: number;
  /** ∂T/∂x, by term. */
  readonly slopes: readonly number[];
}

export interface FitInput {
  /** T and ∂T/∂x of each point as a function of the costs. */
  readonly points: readonly ((costs: readonly number[]) => TimeAndSlopes)[];
  /** Measured time of each point. */
  readonly times: readonly number[];
  /** Relative standard error of each point about a true law. */
  readonly errors: readonly number[];
  /** Whether derivatives do not depend on the costs: then least squares takes a single step. */
  readonly linear: boolean;
}

/** Huber's k: 95 % as efficient as least squares where noise is normal. */
const HUBER = 1.345;

/** Maximum number of iterations, each with new weights and derivatives. */
const MAX_ROUNDS = 30;

/** Minimum gain in loss for another iteration. */
const SETTLED = 1e-9;

/** Number of times that the reach of Huber's weights is set anew from the scatter of the last fit. */
const REACHES = 2;

/**
 * Finds the costs whose times are nearest to the measured ones, outliers weighing less, from the best of several
 * starts.
 */
export function nearest(problem: FitInput, starts: readonly (readonly number[])[]): number[] {
  const plain = starts.map((start) => descend(problem, start, Number.POSITIVE_INFINITY));
  let best = plain.reduce((a, b) => (b.loss < a.loss ? b : a));
  for (let i = 0; i < REACHES; i++) {
    // Errors of the expected size are never outliers.
    const reach = HUBER * Math.max(1, medianScatter(best.off, best.costs.length));
    best = descend(problem, best.costs, reach);
  }
  return [...best.costs];
}

export interface Descent {
  readonly costs: readonly number[];
  /** Relative errors of the points, in units of their standard errors. */
  readonly off: readonly number[];
  readonly loss: number;
}

/**
 * Bounded Gauss–Newton: since T = Σ x · ∂T/∂x, an iteration fits costs to the derivatives at the last ones. If that
 * raises the loss, the step is halved.
 */
export function descend({ points, times, errors, linear }: FitInput, start: readonly number[], reach: number): Descent {
  const at = (costs: readonly number[]) => {
    const each = points.map((point) => point(costs));
    const off = each.map(({ ms }, i) => (ms / (times[i] as number) - 1) / (errors[i] as number));
    return { costs, each, off, loss: huberLoss(off, reach) };
  };
  let now = at(start);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const scale = now.off.map(
      (off, i) => Math.sqrt(huberWeight(off, reach)) / (errors[i] as number) / (times[i] as number),
    );
    const target = leastSquaresNonNegative(
      now.each.map(({ slopes }, i) => slopes.map((slope) => slope * (scale[i] as number))),
      times.map((time, i) => time * (scale[i] as number)),
    );
    let next = at(target);
    if (linear && reach === Number.POSITIVE_INFINITY) return next;
    for (let half = 0; next.loss > now.loss && half < 6; half++) {
      const from = now.costs;
      next = at(next.costs.map((cost, i) => (cost + (from[i] as number)) / 2));
    }
    if (!(next.loss < now.loss * (1 - 1e-6) - SETTLED)) break;
    now = next;
  }
  return now;
}

const huberWeight = (off: number, reach: number): number => Math.min(1, reach / Math.abs(off));

const huberLoss = (offs: readonly number[], reach: number): number =>
  offs.reduce((total, off) => {
    const size = Math.abs(off);
    return total + (size <= reach ? size ** 2 / 2 : reach * (size - reach / 2));
  }, 0);

/** The scatter of errors after a fit of `terms` terms, by the median, which a few outliers do not move. */
const medianScatter = (off: readonly number[], terms: number): number =>
  1.4826 * median(off.map(Math.abs)) * Math.sqrt(off.length / Math.max(1, off.length - terms));

/** More deviations than this count as so many. */
const FAR = 3;

/** The scatter of errors after a fit of `terms` terms, by their squares, where outliers count for little. */
export function winsorised(off: readonly number[], terms: number): number {
  const far = FAR * medianScatter(off, terms);
  const squares = off.reduce((total, one) => total + Math.min(far, Math.abs(one)) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, off.length - terms));
}
