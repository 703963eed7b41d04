/**
 * Charts of measured points, with 95 % intervals, and of lines, on linear or log axes. The first of them: time of a
 * dispatch against the bytes it streams, with the fitted line and its band, and where a dispatch would lie that does
 * nothing but read at the streaming rate.
 */

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
  type Tick,
  Tooltip,
} from 'chart.js';
import { type IErrorBarYDataPoint, PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import { bytesText, type Figure, msFigureText, msText } from '../../../results/figures.ts';
import type { FitView, RunView } from '../analysis/view.ts';
import { nameOf, styleOf } from './series.ts';

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
export type TimeChart = Chart<'scatterWithErrorBars' | 'line', (XY | IErrorBarYDataPoint)[]>;

/** Reads a colour of the page's current scheme. */
export type Colours = (property: string) => string;

export function createChart(canvas: HTMLCanvasElement): TimeChart {
  return new Chart(canvas, { type: 'scatterWithErrorBars', data: { datasets: [] }, options: {} });
}

export function drawView(chart: TimeChart, view: RunView, colours: Colours): void {
  const axes: Axes = {
    x: { title: 'bytes that one dispatch streams', scale: 'log', text: bytesTick },
    y: { title: 'time of one dispatch', scale: 'log', text: msTick },
    tooltip: tooltipText,
  };
  draw(chart, datasetsOf(view, colours), axes, colours);
}

export interface Axis {
  readonly title: string;
  /** A linear axis begins at zero. */
  readonly scale: 'linear' | 'log';
  /** What a tick says. Default: its number. */
  readonly text?: ((value: number) => string) | undefined;
  /** Where ticks are. Default: at round numbers. */
  readonly ticks?: readonly number[] | undefined;
  /** Default: what the data span, and zero. */
  readonly bounds?: readonly [number, number] | undefined;
}

/** What a chart's axes say. */
export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
  readonly tooltip: (name: string, point: Point) => string[];
}

export type Point = IErrorBarYDataPoint & XY;

export function draw(chart: TimeChart, datasets: Dataset[], axes: Axes, colours: Colours): void {
  chart.data.datasets = datasets;
  chart.options = optionsOf(axes, colours) as TimeChart['options'];
  chart.update('none');
}

function datasetsOf({ series, streaming }: RunView, colours: Colours): Dataset[] {
  const lines = series.flatMap(({ fit }, i) => (fit ? fitDatasets(fit, colours(styleOf(i).colour)) : []));
  const points = series.map((s, i) => {
    const xy = s.points.map(({ bytes, ms }) => ({ x: bytes, y: ms }));
    return pointsDataset(nameOf(s), xy, i, colours);
  });
  const sizes = series.flatMap((s) => s.points.map((p) => p.bytes));
  const ceiling = streaming && sizes.length > 1 ? [ceilingDataset(streaming, sizes, colours('--ink-2'))] : [];
  // Datasets are drawn from the last to the first: points lie on lines.
  return [...points, ...lines, ...ceiling];
}

export function pointsDataset(
  label: string,
  points: readonly { readonly x: number; readonly y: Figure }[],
  index: number,
  colours: Colours,
): Dataset {
  const { colour, point } = styleOf(index);
  const ink = colours(colour);
  return {
    type: 'scatterWithErrorBars',
    label,
    data: points.map(({ x, y: { value, ci95 } }) => ({
      x,
      y: value,
      yMin: ci95?.[0] ?? value,
      yMax: ci95?.[1] ?? value,
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

/** The line, and its band: the upper edge, filled down to the lower. */
function fitDatasets({ line }: FitView, ink: string): Dataset[] {
  const edge = (y: (ms: Figure) => number) => line.map(({ bytes, ms }) => ({ x: bytes, y: y(ms) }));
  const common = { type: 'line', pointRadius: 0, pointHitRadius: 0, pointHoverRadius: 0 } as const;
  return [
    { ...common, data: edge((ms) => ms.value), borderColor: ink, borderWidth: 1.5, fill: false },
    {
      ...common,
      data: edge((ms) => ms.ci95?.[1] ?? ms.value),
      borderWidth: 0,
      backgroundColor: `${ink}30`,
      fill: '+1',
    },
    { ...common, data: edge((ms) => ms.ci95?.[0] ?? ms.value), borderWidth: 0, fill: false },
  ];
}

function ceilingDataset(streaming: Figure, sizes: readonly number[], ink: string): Dataset {
  const ends = [Math.min(...sizes), Math.max(...sizes)];
  return lineDataset(
    ends.map((bytes) => ({ x: bytes, y: bytes / streaming.value / 1e6 })),
    ink,
    [5, 5],
  );
}

/** A line that nobody points at. `dash` as of a canvas; default: none. */
export const lineDataset = (data: XY[], ink: string, dash: number[] = []): Dataset => ({
  type: 'line',
  data,
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
    // Of a log axis, Chart.js takes it for a decade more.
    beginAtZero: scale === 'linear',
    grid: { color: grid },
    ...(bounds && { min: bounds[0], max: bounds[1] }),
    afterBuildTicks(built: { ticks: Tick[] }) {
      if (ticks) built.ticks = ticks.map((value) => ({ value }));
      else if (scale === 'log') built.ticks = roundTicks(built.ticks);
    },
    // A linear axis knows how many digits its numbers need.
    ticks: { color: ink, font, maxRotation: 0, ...((text || scale === 'log') && { callback: text ?? numberTick }) },
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

function tooltipText(name: string, { x, y, yMin, yMax }: Point): string[] {
  const { value, interval, unit } = msFigureText({ value: y, ci95: [Number(yMin), Number(yMax)] });
  return [name, `${bytesText(x)} in ${value} ${unit}`, `95\u00a0% interval ${interval} ${unit}`];
}

/** Of the many ticks of a log axis, powers of ten, and where there are few of them also some multiples. */
function roundTicks(ticks: readonly Tick[]): Tick[] {
  const decades = Math.log10((ticks.at(-1)?.value ?? 1) / (ticks[0]?.value ?? 1));
  const shown = decades < 0.8 ? [1, 1.5, 2, 3, 4, 5, 6, 8] : decades < 1.5 ? [1, 2, 5] : decades < 3 ? [1, 3] : [1];
  return ticks.filter(({ value }) => {
    const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    return shown.some((m) => Math.abs(mantissa / m - 1) < 0.01);
  });
}

/** `0.5`, `1`, `2,000` */
const numberTick = (value: number): string =>
  new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 }).format(value);

const trimmed = (text: string): string => text.replace(/^([\d,]+(?:\.\d*?)?)\.?0*(?= )/, '$1').replace(/\.(?= )/, '');
export const bytesTick = (bytes: number): string => trimmed(bytesText(bytes));
const msTick = (ms: number): string => trimmed(msText(ms));
