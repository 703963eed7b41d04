/** Every chart of a result, on every committed record: its series, its table, and what its points are called. */

import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../../results/record/check.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { type RunView, viewOf } from '../../analysis/view.ts';
import { curvePlot, curveTable } from '../../cards/caches/cache-chart.ts';
import { claimPlot, claimTable } from '../../cards/claims/claim-chart.ts';
import { gemvLinePlot, gemvLineTable } from '../../cards/gemv-line/gemv-line-chart.ts';
import { gpuRecord } from '../../gallery/gpu-record.ts';
import { chartsOf, MAX_SERIES, styleOf } from '../signs/series.ts';
import { headText, type Table } from '../table/table.ts';
import { tableCsv } from '../table/table-files.ts';
import type { Dataset, Plot, Point } from './plot.ts';

const FILES = import.meta.glob<unknown>('../../../../results/data/*.json', { eager: true, import: 'default' });

const viewOfRecord = (record: RunRecord): RunView => {
  const { clock, measurements, decode = [] } = record;
  return viewOf({ clock, measurements, decode, record }, DEFAULT_MODEL);
};

interface Chart {
  readonly name: string;
  readonly plot: Plot;
  readonly table: Table;
}

/** By their property, so that two series with one colour are found. */
const colours = (property: string): string => property;

function chartsIn(view: RunView): Chart[] {
  const { series, headline, cacheCurve, claims } = view;
  return [
    { name: 'caches', plot: curvePlot(cacheCurve, colours), table: curveTable(cacheCurve) },
    ...chartsOf(series).map((part, i) => ({
      name: `time against bytes ${i}`,
      plot: gemvLinePlot({ series: part, headline }, colours, series),
      table: gemvLineTable({ series: part }),
    })),
    ...claims.map(({ id, chart }) => ({ name: id, plot: claimPlot(chart, colours), table: claimTable(chart) })),
  ];
}

const measured = ({ datasets }: Plot): Dataset[] => datasets.filter(({ type }) => type === 'scatterWithErrorBars');

/** What tells a series apart without its colour. */
const signOf = (dataset: Dataset): string =>
  'pointStyle' in dataset ? `${dataset.pointStyle} ${'rotation' in dataset ? dataset.rotation : 0}` : '';

function expectReadable({ name, plot, table }: Chart): void {
  const points = measured(plot);
  expect(points.length, name).toBeLessThanOrEqual(MAX_SERIES);
  for (const of of [signOf, ({ backgroundColor }: Dataset) => backgroundColor]) {
    expect(new Set(points.map(of)).size, name).toBe(points.length);
  }
  const entries = plot.legend.map(({ of }) => of);
  expect(new Set(entries).size, name).toBe(entries.length);
  expect(
    table.head.map(headText).every((text) => text !== ''),
    name,
  ).toBe(true);
  expect(new Set(table.head.map(headText)).size, name).toBe(table.head.length);
  for (const row of table.rows) expect(row, name).toHaveLength(table.head.length);
  const drawn = points.flatMap(({ data }) => data);
  expect(table.rows.length, name).toBeGreaterThanOrEqual(drawn.length);
  for (const point of drawn) {
    if (!isPoint(point)) throw new Error(`${name}: a point without its figure`);
    expect(plot.axes.told(point), name).toMatch(/\d/);
    expect(plot.axes.told(point), name).not.toMatch(/NaN|undefined|Infinity/);
  }
  expect(tableCsv(table), name).not.toMatch(/NaN|undefined|Infinity|\[object/);
}

const isPoint = (point: Dataset['data'][number]): point is Point => 'figure' in point;

describe.each([
  ...Object.entries(FILES).map(([file, content]) => ({ file, record: () => readRecord(content) })),
  { file: 'a full run of a GPU', record: gpuRecord },
])('$file', ({ record }) => {
  const charts = chartsIn(viewOfRecord(record()));

  test('has charts, whose series have signs of their own, and tables with every point', () => {
    expect(charts.length).toBeGreaterThan(1);
    expect(charts.some(({ table }) => table.rows.length > 0)).toBe(true);
    for (const chart of charts) expectReadable(chart);
  });
});

test('a table has the units of its numbers in its head', () => {
  const { cacheCurve, series } = viewOfRecord(gpuRecord());
  expect(curveTable(cacheCurve).head.map(headText)).toEqual(['working set, MB', 'bandwidth, GB/s']);
  const { head, rows } = gemvLineTable({ series });
  expect(head.map(headText).slice(1)).toEqual(['data of a dispatch, MB', 'time of a dispatch, ms', 'off the line, %']);
  const [, megabytes, ms] = rows[0] ?? [];
  expect([megabytes, ms]).toEqual([(series[0]?.points[0]?.bytes ?? 0) / 1e6, series[0]?.points[0]?.ms]);
});

describe('more series than there are signs', () => {
  const view = viewOfRecord(gpuRecord());
  const [one] = view.series;
  if (!one) throw new Error('the record has no series');
  const series = Array.from({ length: 2 * MAX_SERIES + 1 }, (_, i) => ({ ...one, format: `format ${i}` }));

  test('are split over charts of about as many each, with the same axes', () => {
    const parts = chartsOf(series);
    expect(parts.map(({ length }) => length)).toEqual([4, 4, 3]);
    expect(parts.flat()).toEqual(series);
    const plots = parts.map((part) => gemvLinePlot({ ...view, series: part }, colours, series));
    const [bounds, ...others] = plots.map(({ axes: { x, y } }) => [x.bounds, y.bounds]);
    expect(bounds?.every((ends) => ends && ends[0] < ends[1])).toBe(true);
    for (const other of others) expect(other).toEqual(bounds);
    for (const chart of chartsIn({ ...view, series })) expectReadable(chart);
  });

  test('are refused by a single chart', () => {
    expect(() => gemvLinePlot({ ...view, series }, colours)).toThrow(/at most 5 series/);
    expect(() => styleOf(MAX_SERIES)).toThrow(RangeError);
    expect(chartsOf([])).toEqual([]);
    expect(chartsOf([1, 2, 3, 4, 5])).toHaveLength(1);
  });
});
