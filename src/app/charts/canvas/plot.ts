/**
 * What a chart shows, as data: measured points with 95 % intervals, and lines, on linear or logarithmic axes. Nothing
 * here needs the library that draws it, which is loaded when a chart comes near.
 */

import type { ChartDataset } from 'chart.js';
import type { IErrorBarYDataPoint } from 'chartjs-chart-error-bars';
import { maxOf, minOf } from '../../../../results/lists.ts';
import { bytesText, type Figure, type FigureText } from '../../../../results/text/figures.ts';
import { styleOf } from '../signs/series.ts';

export type XY = { readonly x: number; readonly y: number };
export type Dataset = ChartDataset<'scatterWithErrorBars' | 'line', (XY | IErrorBarYDataPoint)[]>;

/** Returns the colour that a CSS custom property has in the page's current scheme. */
export type Colours = (property: string) => string;

export interface Axis {
  readonly title: string;
  /** A linear axis includes zero. */
  readonly scale: 'linear' | 'log';
  /** The text of a tick. Default: its number. */
  readonly text?: ((value: number) => string) | undefined;
  /** The values that have ticks. Default: round numbers. */
  readonly ticks?: readonly number[] | undefined;
  /** The ends of the axis. Default: those of the data. */
  readonly bounds?: readonly [number, number] | undefined;
}

export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
  /** A point in words, with its values, units and interval. */
  readonly told: (point: Point) => string;
}

/** A measured point. */
export type Point = XY & {
  /** Its y, with the interval as it is: the bar of one without an end is drawn as far as the chart goes. */
  readonly figure: Figure;
};

/** What a sign or a line of a chart is. */
export interface LegendEntry {
  readonly name: string;
  /** The place of a series among those of points, or the kind of a line. */
  readonly of: number | 'line' | 'dash';
}

/** A chart, ready to be drawn. */
export interface Plot {
  readonly datasets: Dataset[];
  readonly axes: Axes;
  readonly legend: readonly LegendEntry[];
}

/** The signs of `series.ts`, as Chart.js calls them. */
const SIGNS = [
  { pointStyle: 'circle', rotation: 0 },
  { pointStyle: 'rectRot', rotation: 0 },
  { pointStyle: 'triangle', rotation: 0 },
  { pointStyle: 'rect', rotation: 0 },
  { pointStyle: 'triangle', rotation: 180 },
] as const;

const isFinitePoint = ({ x, y }: XY): boolean => Number.isFinite(x) && Number.isFinite(y);

/**
 * Measured points with their intervals. One infinite number would leave Chart.js without an axis: a bar ends at the
 * outermost of the finite ends, and a point that is not finite is left out.
 *
 * @param index the place of the series among those of the chart, which gives it its colour and shape
 */
export function pointsDataset(
  label: string,
  points: readonly { readonly x: number; readonly y: Figure }[],
  index: number,
  colours: Colours,
): Dataset {
  const { colour } = styleOf(index);
  const { pointStyle, rotation } = SIGNS[index] ?? SIGNS[0];
  const ink = colours(colour);
  const finite = points.filter(({ x, y }) => isFinitePoint({ x, y: y.value }));
  const ends = finite.flatMap(({ y: { value, ci95 } }) => [value, ...(ci95 ?? [])]).filter(Number.isFinite);
  const [lowest, highest] = [minOf(ends), maxOf(ends)];
  const withinChart = (end: number): number => Math.min(highest, Math.max(lowest, end));
  return {
    type: 'scatterWithErrorBars',
    label,
    data: finite.map(({ x, y: figure }) => ({
      ...{ x, y: figure.value, figure },
      yMin: withinChart(figure.ci95?.[0] ?? figure.value),
      yMax: withinChart(figure.ci95?.[1] ?? figure.value),
    })),
    pointStyle,
    rotation,
    radius: 5,
    backgroundColor: ink,
    borderColor: colours('--surface'),
    borderWidth: 1,
    errorBarColor: ink,
    errorBarWhiskerColor: ink,
    errorBarLineWidth: 1.5,
    errorBarWhiskerLineWidth: 1.5,
    errorBarWhiskerSize: 10,
  } as Dataset;
}

/** A line that nobody can pick, through its finite points. @param dash as `setLineDash` takes it; default: a solid line */
export const lineDataset = (data: XY[], ink: string, dash: number[] = []): Dataset => ({
  type: 'line',
  data: data.filter(isFinitePoint),
  borderColor: ink,
  borderWidth: 1.5,
  borderDash: dash,
  pointRadius: 0,
  fill: false,
});

/** A colour that lies thinly over others. @param ink `#rrggbb` or `rgb(…)` */
export const thin = (ink: string): string =>
  ink.startsWith('#') ? `${ink}30` : ink.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.19)');

/** `12.3 ms (12.1 – 12.5 ms)` */
export const withInterval = ({ value, interval, unit }: FigureText): string =>
  `${value} ${unit}${interval ? ` (${interval} ${unit})` : ''}`;

/** `2.00 MB` without its closing zeros: `2 MB`. */
export const trimmed = (text: string): string =>
  text.replace(/^([\d,]+(?:\.\d*?)?)\.?0*(?= )/, '$1').replace(/\.(?= )/, '');

export const bytesTick = (bytes: number): string => trimmed(bytesText(bytes));
