/** The chart of bandwidth over working sets: each with its interval, and a line through all. */

import { bytesText, gbpsText } from '../../../../results/text/figures.ts';
import type { CachePointView } from '../../analysis/view.ts';
import {
  type Axes,
  bytesTick,
  type Colours,
  type Dataset,
  lineDataset,
  type Plot,
  pointsDataset,
  withInterval,
} from '../../charts/canvas/plot.ts';
import { styleOf } from '../../charts/signs/series.ts';
import type { Table } from '../../charts/table/table.ts';

export const AXES: Axes = {
  x: { title: 'bytes read again and again', scale: 'log', text: bytesTick },
  y: { title: 'bandwidth, GB/s', scale: 'linear' },
  told: ({ x, figure }) => `${bytesText(x)} at ${withInterval(gbpsText(figure))}`,
};

export function datasetsOf(curve: readonly CachePointView[], colours: Colours): Dataset[] {
  const xy = curve.map(({ workingSetBytes, gbps }) => ({ x: workingSetBytes, y: gbps }));
  const line = lineDataset(
    xy.map(({ x, y }) => ({ x, y: y.value })),
    colours(styleOf(0).colour),
  );
  return [pointsDataset('working set', xy, 0, colours), line];
}

export const curvePlot = (curve: readonly CachePointView[], colours: Colours): Plot => ({
  datasets: datasetsOf(curve, colours),
  axes: AXES,
  legend: [],
});

export const curveTable = (curve: readonly CachePointView[]): Table => ({
  head: [
    { name: 'working set', unit: 'MB' },
    { name: 'bandwidth', unit: 'GB/s' },
  ],
  rows: curve.map(({ workingSetBytes, gbps }) => [workingSetBytes / 1e6, gbps]),
});
