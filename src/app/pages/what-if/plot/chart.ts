/** A chart as data: its series, axes and table. `plot.tsx` draws it; nothing here knows of pixels. */

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
}

export interface ChartSeries {
  readonly name: string;
  readonly line: 'solid' | 'dashed' | 'dotted' | 'none';
  readonly points: readonly ChartPoint[];
}

export interface ChartAxis {
  /** With its unit. */
  readonly title: string;
  readonly scale: 'log' | 'linear';
}

export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
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
  /** Whether the area between the first two series is tinted. */
  readonly isTinted?: boolean;
  /** Names of rows, where y counts rows from the top. */
  readonly rows?: readonly string[];
  readonly table: ChartTable;
  /** The table as a file has it, in English. Absent: as it is shown. */
  readonly inFile?: () => ChartTable;
  /** Where the numbers come from. */
  readonly source: string;
}

/** The maximum of series of a chart: there are as many signs. */
export const MAX_SERIES = 5;
