/** The ratio of two rates that were measured apart from each other, with its interval. Pure. */

import type { Figure } from '../text/figures.ts';

/**
 * Returns a ÷ b. Its 95 % interval is that of E. C. Fieller ("Some Problems in Interval Estimation", Journal of the
 * Royal Statistical Society B 16(2), 1954), of the times 1/a and 1/b, whose errors are normal and independent: the
 * ratios θ for which 1/b − θ/a lies within its own interval about zero,
 *
 *     (1/b − θ/a)²  ≤  h_b² + θ²·h_a²
 *
 * with half-widths h of the times' intervals, which Student's t has widened already. The interval of b ÷ a is the
 * reciprocal of it. Null where a figure has no interval, or may be infinitely fast.
 */
export function ratioOf(a: Figure, b: Figure): Figure {
  const value = a.value / b.value;
  const [above, below] = [timeOf(b), timeOf(a)];
  if (!above || !below || above.half >= above.middle || below.half >= below.middle) return { value, ci95: null };
  const product = above.middle * below.middle;
  const denominator = below.middle ** 2 - below.half ** 2;
  const reach = Math.sqrt(product ** 2 - (above.middle ** 2 - above.half ** 2) * denominator);
  return { value, ci95: [(product - reach) / denominator, (product + reach) / denominator] };
}

/** The time that stands for a rate, with the half-width of its interval; undefined without an interval. */
function timeOf({ value, ci95 }: Figure): { readonly middle: number; readonly half: number } | undefined {
  if (!ci95 || !(value > 0) || !(ci95[0] > 0)) return undefined;
  const [low, high] = ci95;
  // Times that may be zero have no end on that side, and the other end stands for both.
  const half = Number.isFinite(high) ? (1 / low - 1 / high) / 2 : 1 / low - 1 / value;
  return { middle: 1 / value, half };
}

/** Whether a ratio is told from 1 by its interval. Null: it has none. */
export const isTold = ({ ci95 }: Figure): boolean | null => (ci95 ? ci95[0] > 1 || ci95[1] < 1 : null);
