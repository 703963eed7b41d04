/** The chart of a claim: its datasets, axes, legend and table, and its label for people who do not see it. */

import { type Figure, figureText, integerText, significant } from '../../../../results/text/figures.ts';
import type { Chart } from '../../../model/claims/chart.ts';
import {
  type Axes,
  type Axis,
  type Colours,
  type Dataset,
  type LegendEntry,
  lineDataset,
  type Plot,
  pointsDataset,
} from '../../charts/canvas/plot.ts';
import type { Cell, Column, Table } from '../../charts/table/table.ts';

/** The styles of lines. Dashes tell laws apart; colour tells them from what was measured. */
const LINES = [
  { of: 'line', dash: [] },
  { of: 'dash', dash: [5, 5] },
] as const;

/** Returns whether the chart shows anything that was measured. Its lines show laws. */
export const isMeasuredChart = ({ series }: Chart): boolean =>
  series.some(({ kind, points }) => kind === 'points' && points.length > 0);

/** Each series with points, with its place among those of its kind. */
const placed = ({ series }: Chart) => {
  const shown = series.filter(({ points }) => points.length > 0);
  return shown.map((one) => ({ ...one, place: shown.filter(({ kind }) => kind === one.kind).indexOf(one) }));
};

/** @throws RangeError if a chart has more lines than there are dashes */
function lineAt(place: number): (typeof LINES)[number] {
  const line = LINES[place];
  if (!line) throw new RangeError(`the chart of a claim has at most ${LINES.length} lines, each with its own dash`);
  return line;
}

export const legendOf = (chart: Chart): LegendEntry[] =>
  placed(chart).map(({ name, kind, place }) => ({ name, of: kind === 'points' ? place : lineAt(place).of }));

export const claimPlot = (chart: Chart, colours: Colours): Plot => ({
  datasets: datasetsOf(chart, colours),
  axes: axesOf(chart),
  legend: legendOf(chart),
});

/** Every point and every corner of a line, with the interval of what was measured. */
export function claimTable({ x, y, series }: Chart): Table {
  return {
    head: ['series', x.names ? partsOf(x.title).what || 'part' : columnOf(x.title), columnOf(y.title)],
    rows: series.flatMap(({ name, kind, points }) =>
      points.map(({ x: at, y: value, low, high }): Cell[] => [
        name,
        x.names ? (x.names[at] ?? '') : at,
        kind === 'points' ? { value, ci95: low < high ? [low, high] : null } : value,
      ]),
    ),
  };
}

function columnOf(title: string): Column {
  const { what, unit } = partsOf(title);
  const text = (value: number): string => (Number.isInteger(value) ? integerText(value) : significant(value));
  return { name: what, text, ...(unit && { unit }) };
}

export function datasetsOf(chart: Chart, colours: Colours): Dataset[] {
  const all = placed(chart).map(({ name, kind, points, place }) => ({
    kind,
    dataset:
      kind === 'points'
        ? pointsDataset(
            name,
            points.map(({ x, y, low, high }) => ({ x, y: { value: y, ci95: [low, high] as const } })),
            place,
            colours,
          )
        : lineDataset(
            points.map(({ x, y }) => ({ x, y })),
            colours('--ink-2'),
            [...lineAt(place).dash],
          ),
  }));
  // Chart.js draws datasets from the last to the first: points come first, to lie on lines.
  return [...all.filter(({ kind }) => kind === 'points'), ...all.filter(({ kind }) => kind === 'line')].map(
    ({ dataset }) => dataset,
  );
}

export function axesOf(chart: Chart): Axes {
  const { x, y } = chart;
  return {
    x: { ...x, ...(x.names ? namedTicks(x.names) : wholeTicks(chart)) },
    y: { title: y.title, scale: y.scale },
    told: ({ x: at, figure }) =>
      [x.names ? (x.names[at] ?? '') : amount(x.title, { value: at, ci95: null }), amount(y.title, figure)].join(', '),
  };
}

const namedTicks = (names: readonly string[]): Pick<Axis, 'ticks' | 'text' | 'bounds'> => ({
  ticks: names.map((_, i) => i),
  text: (i) => names[i] ?? '',
  bounds: [-0.5, names.length - 0.5],
});

/** A tick for each measured point, if all are whole numbers: batches are powers of two, which round numbers are not. */
function wholeTicks({ x, series }: Chart): Pick<Axis, 'ticks'> {
  const measured = series
    .filter(({ kind }) => kind === 'points')
    .flatMap(({ points }) => points.map((point) => point.x));
  const ticks = [...new Set(measured)].sort((a, b) => a - b);
  return x.scale === 'log' && ticks.every(Number.isInteger) ? { ticks } : {};
}

/** Splits a title into what it names and the unit: `time of a step, ms` into `time of a step` and `ms`. */
function partsOf(title: string): { readonly what: string; readonly unit: string } {
  const comma = title.lastIndexOf(', ');
  return comma < 0 ? { what: title, unit: '' } : { what: title.slice(0, comma), unit: title.slice(comma + 2) };
}

/** A figure under its title: `time of a step 1.23 ms (1.22 – 1.24)`. */
function amount(title: string, figure: Figure): string {
  const { what, unit } = partsOf(title);
  const { value, interval } = figureText(figure, unit);
  const number = Number.isInteger(figure.value) && !interval ? String(figure.value) : value;
  return `${what} ${number}${unit && ` ${unit}`}${interval ? ` (${interval})` : ''}`;
}

/** A chart in words: `Chart of time of a step against batch: measured; memory line.` */
export function labelOf(chart: Chart): string {
  const { x, y } = chart;
  const against = x.names ? `of ${x.names.join(', ')}` : `against ${partsOf(x.title).what}`;
  return `Chart of ${partsOf(y.title).what} ${against}: ${legendOf(chart)
    .map(({ name }) => name)
    .join('; ')}.`;
}
