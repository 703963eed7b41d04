/** Draws plots on a canvas (Chart.js). It is loaded when a chart comes near: no page waits for it. */

import {
  Chart,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type Scale,
  type Tick,
} from 'chart.js';
import { type IErrorBarYDataPoint, PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import { numberFormat } from '../../../../results/text/locale.ts';
import type { Place } from '../picking/picking.ts';
import type { Axes, Axis, Colours, Plot, Point, XY } from './plot.ts';

Chart.register(
  ScatterWithErrorBarsController,
  PointWithErrorBar,
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Filler,
);

export type CanvasChart = Chart<'scatterWithErrorBars' | 'line', (XY | IErrorBarYDataPoint)[]>;

/** @param onLaidOut called whenever its points have new places: it was drawn again, or its size has changed */
export function createChart(canvas: HTMLCanvasElement, onLaidOut: () => void): CanvasChart {
  return new Chart(canvas, {
    type: 'scatterWithErrorBars',
    data: { datasets: [] },
    options: {},
    plugins: [{ id: 'laid-out', afterUpdate: onLaidOut }],
  });
}

/** A series of measured points, each with its place in the picture. */
export interface PointSeries {
  readonly name: string;
  readonly points: readonly (Place & { readonly point: Point })[];
}

/** The measured points of a chart, from left to right. */
export const pointsOf = (chart: CanvasChart): PointSeries[] =>
  chart.data.datasets.flatMap(({ type, label = '', data }, index) => {
    if (type !== 'scatterWithErrorBars') return [];
    const points = chart.getDatasetMeta(index).data.flatMap(({ x, y }, i) => {
      const point = data[i];
      return point && isMeasured(point) ? [{ left: x, top: y, point }] : [];
    });
    return [{ name: label, points: points.sort((a, b) => a.left - b.left) }];
  });

const isMeasured = (point: XY | IErrorBarYDataPoint): point is Point => 'figure' in point;

export function draw(chart: CanvasChart, { datasets, axes }: Plot, colours: Colours): void {
  chart.data.datasets = datasets;
  chart.options = optionsOf(axes, colours) as CanvasChart['options'];
  chart.update('none');
}

function optionsOf({ x, y }: Axes, colours: Colours): ChartOptions<'scatterWithErrorBars'> {
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
    ticks: {
      color: ink,
      font,
      maxRotation: 0,
      callback: text ?? numberTick,
    },
  });
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { right: 12 } },
    scales: {
      x: { ...axis(x), grace: '5%' },
      y: axis(y),
    },
    // Points are picked by what is around the canvas (pickable.tsx), for keys and pointers alike.
    events: [],
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
const numberTick = (value: number): string => numberFormat('tick', { maximumSignificantDigits: 6 }).format(value);
