/** The middle of some figures: their median, and the quartiles around it. Pure. */

import { quantileSorted } from 'simple-statistics';
import type { Middle } from './api.ts';

/** @param sorted in ascending order. Null: there are none */
export function middleOf(sorted: number[]): Middle | null {
  if (sorted.length === 0) return null;
  const at = (p: number): number => quantileSorted(sorted, p);
  return { n: sorted.length, median: at(0.5), quartiles: [at(0.25), at(0.75)] };
}

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
