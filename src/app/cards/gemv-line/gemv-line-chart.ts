/**
 * The chart of the time of one dispatch against the bytes that it streams: each series' points, its fitted line with
 * the line's band, and the time that the bytes alone would take at the streaming rate.
 */

import { bytesText, type Figure, msFigureText, msText } from '../../../../results/figures.ts';
import { maxOf, minOf } from '../../../../results/statistics.ts';
import type { FitView, RunView, SeriesView } from '../../analysis/view.ts';
import {
  type Axes,
  bytesTick,
  type Colours,
  type Dataset,
  lineDataset,
  type Plot,
  type Point,
  pointsDataset,
  trimmed,
} from '../../chart/plot.ts';
import { styleOf } from '../../chart/series.ts';

export const nameOf = ({ format, variant }: SeriesView): string => `${format} ${variant}`;

export const gemvLinePlot = (view: RunView, colours: Colours): Plot => ({
  datasets: datasetsOf(view, colours),
  axes: AXES,
});

export const AXES: Axes = {
  x: { title: 'bytes that one dispatch streams', scale: 'log', text: bytesTick },
  y: { title: 'time of one dispatch', scale: 'log', text: (ms) => trimmed(msText(ms)) },
  tooltip: tooltipText,
};

function tooltipText(name: string, { x, figure }: Point): string[] {
  const { value, interval, unit } = msFigureText(figure);
  return [
    ...[name, `${bytesText(x)} in ${value} ${unit}`],
    ...(interval ? [`95\u00a0% interval within this run: ${interval} ${unit}`] : []),
  ];
}

export function datasetsOf({ series, headline }: RunView, colours: Colours): Dataset[] {
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
      backgroundColor: `${ink}30`,
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
