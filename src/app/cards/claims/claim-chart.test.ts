import { expect, test } from 'vitest';
import { readRecord } from '../../../../results/check.ts';
import committed from '../../../../results/data/2026-11-24-swiftshader-quick.json';
import type { Chart } from '../../../model/claims/chart.ts';
import { evidenceOf } from '../../../model/claims/evidence.ts';
import { CLAIMS } from '../../../model/claims/index.ts';
import { axesOf, datasetsOf, isMeasuredChart, labelOf, legendOf } from './claim-chart.ts';

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
    { name: 'the law', swatch: 'line', series: undefined },
    { name: 'measured', swatch: 'circle', series: 1 },
    { name: 'the other law', swatch: 'dash', series: undefined },
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

test('a tooltip has the names, the units and the interval of a point', () => {
  const tip = (of: Chart, x: number) =>
    axesOf(of).tooltip('measured', { x, y: 12, figure: { value: 12, ci95: [11, 13] } });
  expect(tip(chart, 2)).toEqual(['measured', 'batch: 2', 'time of a step: 12.0 ms (11.0 – 13.0)']);
  expect(tip({ ...chart, x: { title: 'memory, GB', scale: 'log' } }, 1.5)[1]).toBe('memory: 1.50 GB');
});

test.each(CLAIMS)('$id: the chart of a run without its steps shows nothing measured', (claim) => {
  const nothing = evidenceOf({ ...readRecord(committed), measurements: [] });
  expect(isMeasuredChart(claim.chart(nothing))).toBe(false);
  expect(isMeasuredChart(chart)).toBe(true);
});
