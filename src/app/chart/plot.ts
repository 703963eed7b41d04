/**
 * What a chart shows, as data: measured points with 95 % intervals, and lines, on linear or logarithmic axes. Nothing
 * here needs the library that draws it, which is loaded when a chart comes near.
 */

import type { ChartDataset } from 'chart.js';
import type { IErrorBarYDataPoint } from 'chartjs-chart-error-bars';
import { bytesText, type Figure } from '../../../results/figures.ts';
import { maxOf, minOf } from '../../../results/statistics.ts';
import { styleOf } from './series.ts';

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
  /** The lines of a point's tooltip. `name` is that of its series. */
  readonly tooltip: (name: string, point: Point) => string[];
}

/** A measured point, as its tooltip gets it. */
export type Point = XY & {
  /** Its y, with the interval as it is: the bar of one without an end is drawn as far as the chart goes. */
  readonly figure: Figure;
};

/** A chart, ready to be drawn. */
export interface Plot {
  readonly datasets: Dataset[];
  readonly axes: Axes;
}

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
  const { colour, point } = styleOf(index);
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
    pointStyle: point,
    radius: 5,
    hoverRadius: 7,
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

/** A line without a tooltip, through its finite points. @param dash as `setLineDash` takes it; default: a solid line */
export const lineDataset = (data: XY[], ink: string, dash: number[] = []): Dataset => ({
  type: 'line',
  data: data.filter(isFinitePoint),
  borderColor: ink,
  borderWidth: 1.5,
  borderDash: dash,
  pointRadius: 0,
  pointHitRadius: 0,
  pointHoverRadius: 0,
  fill: false,
});

/** `2.00 MB` without its closing zeros: `2 MB`. */
export const trimmed = (text: string): string =>
  text.replace(/^([\d,]+(?:\.\d*?)?)\.?0*(?= )/, '$1').replace(/\.(?= )/, '');

export const bytesTick = (bytes: number): string => trimmed(bytesText(bytes));
