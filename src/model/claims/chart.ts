/** What shows a claim, as data: whoever has a screen draws it. */

import type { Figure } from '../../../results/figures.ts';

/** A point, and where its interval ends; equal to `y` where there is none. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** What shows the claim at a glance: measured points, and lines of what they should be. Pure data. */
export interface Chart {
  /** `names` are those of x = 0, 1, …, where x is no number. */
  readonly x: { readonly title: string; readonly scale: 'linear' | 'log'; readonly names?: readonly string[] };
  readonly y: { readonly title: string; readonly scale: 'linear' | 'log' };
  readonly series: readonly {
    readonly name: string;
    /** Points were measured; a line is what a law makes of them. */
    readonly kind: 'points' | 'line';
    readonly points: readonly ChartPoint[];
  }[];
}

export const chartPoint = (x: number, { value, ci95 }: Figure): ChartPoint => ({
  ...{ x, y: value, low: ci95?.[0] ?? value, high: ci95?.[1] ?? value },
});

/** A line of a chart. */
export const linePoints = (xs: readonly number[], f: (x: number) => number): ChartPoint[] =>
  xs.map((x) => ({ x, y: f(x), low: f(x), high: f(x) }));

/** Enough for a curve to look smooth. */
const CURVE_POINTS = 25;

/** From `low` to `high`, growing by a constant factor. */
export const logSpaced = (low: number, high: number): number[] =>
  Array.from({ length: CURVE_POINTS }, (_, i) => low * (high / low) ** (i / (CURVE_POINTS - 1)));
