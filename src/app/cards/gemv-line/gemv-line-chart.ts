/**
 * The chart of the time of one dispatch against the bytes that it streams: each series' points, its fitted line with
 * the line's band, and the time that the bytes alone would take at the streaming rate.
 */

import { maxOf, minOf } from '../../../../results/lists.ts';
import { bytesText, type Figure, msFigureText, msText } from '../../../../results/text/figures.ts';
import type { FitView, RunView, SeriesView } from '../../analysis/view.ts';
import {
  type Axes,
  bytesTick,
  type Colours,
  type Dataset,
  lineDataset,
  type Plot,
  pointsDataset,
  thin,
  trimmed,
  withInterval,
} from '../../charts/canvas/plot.ts';
import { styleOf } from '../../charts/signs/series.ts';
import type { Table } from '../../charts/table/table.ts';

export const nameOf = ({ format, variant }: SeriesView): string => `${format} ${variant}`;

/** What the chart shows of a run: its series, and the ceiling. */
type Shown = Pick<RunView, 'series' | 'headline'>;

/** @param all the series of all charts, which share their axes where there are several */
export const gemvLinePlot = (view: Shown, colours: Colours, all: readonly SeriesView[] = view.series): Plot => ({
  datasets: datasetsOf(view, colours),
  axes: all.length > view.series.length ? sharedAxes(all) : AXES,
  legend: [
    ...view.series.map((one, of) => ({ name: nameOf(one), of })),
    ...(view.headline ? [{ name: 'streaming read', of: 'dash' as const }] : []),
  ],
});

export const gemvLineTable = ({ series }: Pick<RunView, 'series'>): Table => ({
  head: [
    'series',
    { name: 'data of a dispatch', unit: 'MB' },
    { name: 'time of a dispatch', unit: 'ms' },
    { name: 'off the line', unit: '%' },
  ],
  rows: series.flatMap((one) =>
    one.points.map(({ bytes, ms }) => [nameOf(one), bytes / 1e6, ms, one.fit && offLine(one.fit, bytes, ms.value)]),
  ),
});

/** How far a time lies off the fitted line, in % of the line's. */
const offLine = ({ overheadMs, gbps }: FitView, bytes: number, ms: number): number =>
  100 * (ms / (overheadMs.value + bytes / gbps.value / 1e6) - 1);

/** The room beyond the outermost points on axes that several charts share. */
const MARGIN = 1.15;

function sharedAxes(series: readonly SeriesView[]): Axes {
  const points = series.flatMap((one) => one.points);
  const ends = (values: readonly number[]) => {
    const shown = values.filter((value) => value > 0 && Number.isFinite(value));
    return shown.length > 0 ? { bounds: [minOf(shown) / MARGIN, maxOf(shown) * MARGIN] as const } : {};
  };
  return {
    ...AXES,
    x: { ...AXES.x, ...ends(points.map(({ bytes }) => bytes)) },
    y: { ...AXES.y, ...ends(points.map(({ ms }) => ms.value)) },
  };
}

export const AXES: Axes = {
  x: { title: 'bytes that one dispatch streams', scale: 'log', text: bytesTick },
  y: { title: 'time of one dispatch', scale: 'log', text: (ms) => trimmed(msText(ms)) },
  told: ({ x, figure }) => `${bytesText(x)} in ${withInterval(msFigureText(figure))}`,
};

export function datasetsOf({ series, headline }: Shown, colours: Colours): Dataset[] {
  const lines = series.flatMap(({ fit }, i) => (fit ? fitDatasets(fit, colours(styleOf(i).colour)) : []));
  const points = series.map((s, i) => {
    const xy = s.points.map(({ bytes, ms }) => ({ x: bytes, y: ms }));
    return pointsDataset(nameOf(s), xy, i, colours);
  });
  const sizes = series.flatMap((s) => s.points.map((p) => p.bytes));
  const ceiling = headline && sizes.length > 1 ? [ceilingDataset(headline.gbps, sizes, colours('--ink-2'))] : [];
  // Chart.js draws datasets from the last to the first: points come first, to lie on lines.
  return [...points, ...lines, ...ceiling];
}

/** The line, and its band: the upper edge, filled down to the lower one. */
function fitDatasets({ line }: FitView, ink: string): Dataset[] {
  const edge = (y: (ms: Figure) => number) => line.map(({ bytes, ms }) => ({ x: bytes, y: y(ms) }));
  const middle = lineDataset(
    edge((ms) => ms.value),
    ink,
  );
  return [
    middle,
    {
      ...middle,
      data: edge((ms) => ms.ci95?.[1] ?? ms.value),
      borderWidth: 0,
      backgroundColor: thin(ink),
      fill: '+1',
    },
    { ...middle, data: edge((ms) => ms.ci95?.[0] ?? ms.value), borderWidth: 0 },
  ];
}

function ceilingDataset(streaming: Figure, sizes: readonly number[], ink: string): Dataset {
  const ends = [minOf(sizes), maxOf(sizes)];
  return lineDataset(
    ends.map((bytes) => ({ x: bytes, y: bytes / streaming.value / 1e6 })),
    ink,
    [5, 5],
  );
}
