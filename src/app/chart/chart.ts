/** Charts of measured points with 95 % intervals, and of lines, on linear or logarithmic axes (Chart.js). */

import {
  Chart,
  type ChartDataset,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type Scale,
  type Tick,
  Tooltip,
} from 'chart.js';
import { type IErrorBarYDataPoint, PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import { bytesText, type Figure } from '../../../results/figures.ts';
import { maxOf, minOf } from '../../../results/statistics.ts';
import { styleOf } from './series.ts';

Chart.register(
  ScatterWithErrorBarsController,
  PointWithErrorBar,
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Filler,
  Tooltip,
);

type XY = { readonly x: number; readonly y: number };
export type Dataset = ChartDataset<'scatterWithErrorBars' | 'line', (XY | IErrorBarYDataPoint)[]>;
export type CanvasChart = Chart<'scatterWithErrorBars' | 'line', (XY | IErrorBarYDataPoint)[]>;

/** Returns the colour that a CSS custom property has in the page's current scheme. */
export type Colours = (property: string) => string;

export function createChart(canvas: HTMLCanvasElement): CanvasChart {
  return new Chart(canvas, { type: 'scatterWithErrorBars', data: { datasets: [] }, options: {} });
}

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

export function draw(chart: CanvasChart, datasets: Dataset[], axes: Axes, colours: Colours): void {
  chart.data.datasets = datasets;
  chart.options = optionsOf(axes, colours) as CanvasChart['options'];
  chart.update('none');
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

function optionsOf({ x, y, tooltip }: Axes, colours: Colours): ChartOptions<'scatterWithErrorBars'> {
  const [ink, grid, family] = [colours('--ink-2'), colours('--line'), colours('--font')];
  const font = { family, size: 12 };
  const axis = ({ title, scale, text, ticks, bounds }: Axis) => ({
    type: scale === 'log' ? ('logarithmic' as const) : ('linear' as const),
    title: { display: title !== '', text: title, color: ink, font },
    border: { color: grid },
    // On a log axis, Chart.js takes it for the next power of ten below the data
    // (https://github.com/chartjs/Chart.js/pull/7862).
    beginAtZero: scale === 'linear',
    grid: { color: grid },
    ...(bounds && { min: bounds[0], max: bounds[1] }),
    afterBuildTicks(built: Scale) {
      if (ticks) built.ticks = ticks.map((value) => ({ value }));
      else if (scale === 'log') built.ticks = roundTicks(built);
    },
    // A linear axis without a callback chooses as many digits as its ticks need.
    ticks: {
      color: ink,
      font,
      maxRotation: 0,
      ...((text || scale === 'log') && { callback: text ?? numberTick }),
    },
  });
  return {
    animation: false,
    locale: 'en-US',
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { right: 12 } },
    scales: {
      x: { ...axis(x), grace: '5%' },
      y: axis(y),
    },
    plugins: {
      tooltip: {
        displayColors: false,
        callbacks: {
          title: () => '',
          label: (item) => tooltip(item.dataset.label ?? '', item.raw as Point),
        },
      },
    },
  } as ChartOptions<'scatterWithErrorBars'>;
}

/** The multiples of powers of ten that a log axis may show, the densest first. */
const MULTIPLES = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]] as const;

/** The width of a tick of the horizontal axis, in px: `300 MB`, the space beside it, and a share of the margin. */
const TICK_PX = 72;

/** The ticks of a log axis that are shown: powers of ten and, if these are few and there is room, some multiples. */
function roundTicks(axis: Scale): Tick[] {
  const { ticks } = axis;
  const decades = Math.log10((ticks.at(-1)?.value ?? 1) / (ticks[0]?.value ?? 1));
  const densest = decades < 0.8 ? 0 : decades < 1.5 ? 1 : decades < 3 ? 2 : 3;
  const maxTicks = axis.isHorizontal() ? axis.chart.width / TICK_PX : Number.POSITIVE_INFINITY;
  const candidates = MULTIPLES.slice(densest).map((multiples) =>
    ticks.filter(({ value }) => {
      const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
      return multiples.some((m) => Math.abs(mantissa / m - 1) < 0.01);
    }),
  );
  return candidates.find(({ length }) => length <= maxTicks) ?? candidates.at(-1) ?? [];
}

/** `0.5`, `1`, `2,000` */
const numberTick = (value: number): string =>
  new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 }).format(value);

/** `2.00 MB` without its closing zeros: `2 MB`. */
export const trimmed = (text: string): string =>
  text.replace(/^([\d,]+(?:\.\d*?)?)\.?0*(?= )/, '$1').replace(/\.(?= )/, '');

export const bytesTick = (bytes: number): string => trimmed(bytesText(bytes));
