/** A chart as data: its series, axes and table. `plot.tsx` draws it; nothing here knows of pixels. */

import type { Table } from '../table/table.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** What the point is, in words, with its values: it is shown and read out when the point is picked. */
  readonly text: string;
  /** A short label beside the point. */
  readonly label?: string;
  /** Whether it has a sign of its own. Default: the line alone shows it. */
  readonly hasSign?: boolean;
  /** Hollow: announced, and not sold yet. */
  readonly isHollow?: boolean;
  /** The ends of its interval: of y, or of x in a chart of rows. */
  readonly interval?: readonly [number, number] | null;
  /** The ends of its interval in x, in a chart without rows. */
  readonly across?: readonly [number, number] | null;
  /** What it is called when it is picked. Default: as its series. */
  readonly name?: string;
  /** Where its bar begins, in a chart of rows: it ends at x. */
  readonly from?: number;
}

export interface ChartSeries {
  readonly name: string;
  readonly line: 'solid' | 'dashed' | 'dotted' | 'none';
  readonly points: readonly ChartPoint[];
  /** What its line goes through, if not its points: a fit of them. */
  readonly curve?: readonly { readonly x: number; readonly y: number }[];
}

export interface ChartAxis {
  /** With its unit. */
  readonly title: string;
  /** A linear axis begins at 0; a signed one reaches as far below 0 as above it. */
  readonly scale: 'log' | 'linear' | 'signed';
  /** The text of a tick. Default: its number. */
  readonly text?: (value: number) => string;
  /** The values that have ticks. Default: round numbers. */
  readonly ticks?: readonly number[];
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** What follows from the chart, in a sentence. */
  readonly takeaway: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** At most five, each with its own sign and colour. */
  readonly series: readonly ChartSeries[];
  /** A point that belongs to no series. */
  readonly mark?: ChartPoint;
  /** An area around a line, from left to right. */
  readonly band?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  /** Whether the area between the first two series is tinted. */
  readonly isTinted?: boolean;
  /** Whether a legend names the series at any width: those of dots that lie all over the chart. */
  readonly hasLegend?: boolean;
  /** Names of rows, where y counts rows from the top. */
  readonly rows?: readonly string[];
  readonly table: Table;
  /** Where the numbers come from. */
  readonly source: string;
}

export { MAX_SERIES } from '../signs/series.ts';
