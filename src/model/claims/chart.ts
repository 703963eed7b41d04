/** The chart of a claim as data, which the page draws. */

import type { Figure } from '../../../results/text/figures.ts';

/** A point with the ends of its interval, which equal `y` where there is none. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A chart: measured points, and lines that show where they should lie. */
export interface Chart {
  /** The x axis. `names` are the labels of x = 0, 1, … where x is not a number. */
  readonly x: { readonly title: string; readonly scale: 'linear' | 'log'; readonly names?: readonly string[] };
  readonly y: { readonly title: string; readonly scale: 'linear' | 'log' };
  readonly series: readonly {
    readonly name: string;
    /** `points` were measured; a `line` follows from a law. */
    readonly kind: 'points' | 'line';
    readonly points: readonly ChartPoint[];
  }[];
}

export const chartPoint = (x: number, { value, ci95 }: Figure): ChartPoint => ({
  ...{ x, y: value, low: ci95?.[0] ?? value, high: ci95?.[1] ?? value },
});

/** The points of a line y = f(x), without intervals. */
export const linePoints = (xs: readonly number[], f: (x: number) => number): ChartPoint[] =>
  xs.map((x) => ({ x, y: f(x), low: f(x), high: f(x) }));

/** Number of points with which a curve looks smooth. */
const CURVE_POINTS = 25;

/** Values from `low` to `high` that grow by a constant factor. */
export const logSpaced = (low: number, high: number): number[] =>
  Array.from({ length: CURVE_POINTS }, (_, i) => low * (high / low) ** (i / (CURVE_POINTS - 1)));
