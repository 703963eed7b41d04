import { expect, test } from 'vitest';
import committed from '../../../../results/data/2026-11-24-swiftshader-quick.json';
import { readRecord } from '../../../../results/record/check.ts';
import type { Chart } from '../../../model/claims/chart.ts';
import { evidenceOf } from '../../../model/claims/evidence.ts';
import { CLAIMS } from '../../../model/claims/index.ts';
import { headText } from '../../charts/table/table.ts';
import { axesOf, claimTable, datasetsOf, isMeasuredChart, labelOf, legendOf } from './claim-chart.ts';

const point = (x: number, y: number) => ({ x, y, low: 0.9 * y, high: 1.2 * y });

const chart: Chart = {
  x: { title: 'batch', scale: 'log' },
  y: { title: 'time of a step, ms', scale: 'linear' },
  series: [
    { name: 'the law', kind: 'line', points: [point(1, 10), point(8, 20)] },
    { name: 'nothing', kind: 'points', points: [] },
    { name: 'measured', kind: 'points', points: [point(1, 10), point(2, 12), point(8, 18)] },
    { name: 'the other law', kind: 'line', points: [point(1, 10), point(8, 80)] },
  ],
};

const colours = (property: string) => `colour of ${property}`;

test('points with intervals lie on lines, and dashes tell lines apart', () => {
  const datasets = datasetsOf(chart, colours);
  expect(datasets.map(({ type }) => type)).toEqual(['scatterWithErrorBars', 'line', 'line']);
  const [measured, law, other] = datasets;
  expect(measured).toMatchObject({ label: 'measured', backgroundColor: 'colour of --series-1' });
  expect(measured?.data[1]).toMatchObject({ x: 2, y: 12, yMin: 0.9 * 12, yMax: 1.2 * 12 });
  expect(law?.data).toEqual([
    { x: 1, y: 10 },
    { x: 8, y: 20 },
  ]);
  expect([law, other].map((one) => (one as { borderDash?: number[] }).borderDash)).toEqual([[], [5, 5]]);
});

test('the legend has every series that is drawn, in its style', () => {
  expect(legendOf(chart)).toEqual([
    { name: 'the law', of: 'line' },
    { name: 'measured', of: 0 },
    { name: 'the other law', of: 'dash' },
  ]);
  expect(labelOf(chart)).toBe('Chart of time of a step against batch: the law; measured; the other law.');
});

test('an axis of batches has a tick for each measured batch; others have round numbers', () => {
  expect(axesOf(chart).x).toMatchObject({ scale: 'log', ticks: [1, 2, 8] });
  expect(axesOf({ ...chart, x: { title: 'memory, GB', scale: 'linear' } }).x.ticks).toBeUndefined();
  const halves = chart.series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x / 2 })) }));
  expect(axesOf({ ...chart, series: halves }).x.ticks).toBeUndefined();
});

test('an axis without numbers has names', () => {
  const named: Chart = { ...chart, x: { title: '', scale: 'linear', names: ['weights', 'KV cache'] } };
  const { x } = axesOf(named);
  expect(x).toMatchObject({ ticks: [0, 1], bounds: [-0.5, 1.5] });
  expect([0, 1].map((i) => x.text?.(i))).toEqual(['weights', 'KV cache']);
  expect(labelOf(named)).toMatch(/^Chart of time of a step of weights, KV cache: /);
});

test('a point is told with its units and its interval', () => {
  const told = (of: Chart, x: number) => axesOf(of).told({ x, y: 12, figure: { value: 12, ci95: [11, 13] } });
  expect(told(chart, 2)).toBe('batch 2, time of a step 12.0 ms (11.0 – 13.0)');
  expect(told({ ...chart, x: { title: 'memory, GB', scale: 'log' } }, 1.5)).toMatch(/^memory 1\.50 GB, /);
});

test('the table has every point with its interval, and every corner of a line', () => {
  const { head, rows } = claimTable(chart);
  expect(head.map(headText)).toEqual(['series', 'batch', 'time of a step, ms']);
  expect(rows).toHaveLength(2 + 3 + 2);
  expect(rows[0]).toEqual(['the law', 1, 10]);
  expect(rows[3]).toEqual(['measured', 2, { value: 12, ci95: [0.9 * 12, 1.2 * 12] }]);
});

test.each(CLAIMS)('$id: the chart of a run without its steps shows nothing measured', (claim) => {
  const nothing = evidenceOf({ ...readRecord(committed), measurements: [] });
  expect(isMeasuredChart(claim.chart(nothing))).toBe(false);
  expect(isMeasuredChart(chart)).toBe(true);
});
