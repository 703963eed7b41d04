import { describe, expect, test } from 'vitest';
import type { ChartSpec } from './chart.ts';
import { plotLayout } from './plot-layout.ts';
import { textPx } from './text-px.ts';

const points = [1, 10, 100].map((x) => ({ x, y: 2 * x, text: `${x}` }));
const spec: ChartSpec = {
  ...{ id: 'a', title: 'A', takeaway: '', source: '', table: { head: [], rows: [] } },
  x: { title: 'x, GB', scale: 'log' },
  y: { title: 'y, s', scale: 'log' },
  series: [
    { name: 'one', line: 'solid', points },
    { name: 'two', line: 'dashed', points: points.map((p) => ({ ...p, y: 2.02 * p.x })) },
  ],
};

describe.each([300, 390, 700, 1100])('a chart of %i px', (width) => {
  const layout = plotLayout(spec, width);

  test('has all points and ticks inside its frame', () => {
    const { left, right, top, bottom } = layout.frame;
    const all = layout.series.flatMap((one) => one.points);
    expect(all).toHaveLength(6);
    for (const point of all) {
      expect(point.left).toBeGreaterThanOrEqual(left);
      expect(point.left).toBeLessThanOrEqual(right);
      expect(point.top).toBeGreaterThanOrEqual(top);
      expect(point.top).toBeLessThanOrEqual(bottom);
    }
    expect(layout.xTicks.length).toBeGreaterThan(1);
    for (const tick of layout.xTicks) expect(tick.left).toBeLessThanOrEqual(right + 1);
    expect(right).toBeLessThan(width);
  });

  test('has names that do not lie over each other, or none', () => {
    const [one, two] = layout.names;
    expect(layout.names).toHaveLength(width < 560 ? 0 : 2);
    if (one && two) expect(Math.abs(two.top - one.top)).toBeGreaterThanOrEqual(16);
    for (const { top } of layout.names) expect(top).toBeLessThanOrEqual(layout.frame.bottom);
  });
});

test('what has no place on its scale is left out', () => {
  const broken = [...points, { x: 5, y: Number.POSITIVE_INFINITY, text: '' }, { x: 0, y: 5, text: '' }];
  const layout = plotLayout({ ...spec, series: [{ name: 'one', line: 'solid', points: broken }] }, 400);
  expect(layout.series[0]?.points).toHaveLength(3);
  expect(layout.series[0]?.path).not.toMatch(/NaN|Infinity/);
});

test('rows stand from the top down, each with its name', () => {
  const rows = ['first', 'second', 'third'];
  const layout = plotLayout(
    { ...spec, rows, series: [{ name: 'one', line: 'solid', points: points.map((p, i) => ({ ...p, y: i })) }] },
    700,
  );
  const tops = layout.yTicks.map(({ top }) => top);
  expect(layout.yTicks.map(({ text }) => text)).toEqual(rows);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
  expect(layout.series[0]?.points.map(({ top }) => top)).toEqual(tops);
});

test('the tint is a closed area', () => {
  expect(plotLayout({ ...spec, isTinted: true }, 700).tint).toMatch(/^M[\d .L]+Z$/);
  expect(plotLayout(spec, 700).tint).toBeUndefined();
});

test('an interval is drawn from end to end, and one without an end as far as the frame', () => {
  const bars = points.map((p) => ({ ...p, interval: [p.y / 2, Number.POSITIVE_INFINITY] as const }));
  const { series, frame } = plotLayout({ ...spec, series: [{ name: 'one', line: 'none', points: bars }] }, 700);
  for (const { whiskers, left, top } of series[0]?.points ?? []) {
    const [whisker] = whiskers;
    expect(whisker?.from).toEqual([left, expect.any(Number)]);
    expect(whisker?.from[1]).toBeGreaterThan(top);
    expect(whisker?.to).toEqual([left, frame.top]);
  }
});

test('bars of a row lie end to end, with their intervals along the row', () => {
  const row = (x: number, from: number) => [{ x, from, y: 0, text: '', interval: [x - 1, x + 1] as const }];
  const { series } = plotLayout(
    {
      ...{ ...spec, rows: ['step'], x: { title: 'ms', scale: 'linear' } },
      series: [
        { name: 'a', line: 'none', points: row(4, 0) },
        { name: 'b', line: 'none', points: row(9, 4) },
      ],
    },
    700,
  );
  const [a, b] = series.map((one) => one.points[0]);
  expect(b?.barLeft).toBe(a?.left);
  expect(a?.whiskers[0]?.from[1]).toBe(a?.whiskers[0]?.to[1]);
});

test('a curve is the line of points that lie beside it', () => {
  const curve = points.map(({ x }) => ({ x, y: 3 * x }));
  const { series } = plotLayout({ ...spec, series: [{ name: 'one', line: 'solid', points, curve }] }, 700);
  expect(series[0]?.points).toHaveLength(3);
  expect(series[0]?.path).not.toContain(
    `${series[0]?.points[0]?.left.toFixed(1)} ${series[0]?.points[0]?.top.toFixed(1)}`,
  );
});

test('ticks are those that are given, with their own text', () => {
  const text = (n: number): string => `${n} readers`;
  const { xTicks } = plotLayout({ ...spec, x: { ...spec.x, ticks: [1, 4, 16], text } }, 700);
  expect(xTicks.map((tick) => tick.text)).toEqual(['1 readers', '4 readers', '16 readers']);
});

test('a dot has an interval each way, and the band is a closed area within the scales', () => {
  const dots = points.map((p) => ({
    ...p,
    interval: [p.y / 2, p.y * 2] as const,
    across: [p.x / 2, p.x * 2] as const,
  }));
  const band = points.map(({ x, y }) => ({ x, low: y / 10, high: y * 10 }));
  const cloud = { ...spec, hasLegend: true, band, series: [{ name: 'dots', line: 'none' as const, points: dots }] };
  const layout = plotLayout(cloud, 700);
  expect(layout.names).toEqual([]);
  expect(layout.band).toMatch(/^M[\d .L]+Z$/);
  const { left, right, top, bottom } = layout.frame;
  for (const { whiskers, left: x, top: y } of layout.series[0]?.points ?? []) {
    const [up, across] = whiskers;
    expect([up?.from[0], across?.from[1]]).toEqual([x, y]);
    expect(across?.from[0]).toBeGreaterThanOrEqual(left);
    expect(across?.to[0]).toBeLessThanOrEqual(right);
    expect(up?.to[1]).toBeGreaterThanOrEqual(top);
    expect(up?.from[1]).toBeLessThanOrEqual(bottom);
  }
});

test.each([250, 300, 390, 700])('a chart of %i px has no more ticks than there is room for their texts', (width) => {
  const large = [1, 1.8e9].map((x) => ({ x, y: x, text: '' }));
  for (const scale of ['linear', 'log'] as const) {
    const { xTicks } = plotLayout(
      { ...spec, x: { title: 'GB', scale }, series: [{ name: 'one', line: 'solid', points: large }] },
      width,
    );
    const ends = xTicks.map(({ left, text }) => [left - textPx(text) / 2, left + textPx(text) / 2] as const);
    expect(ends.length).toBeGreaterThan(0);
    for (const [i, [from, to]] of ends.entries()) {
      expect(from).toBeGreaterThanOrEqual(ends[i - 1]?.[1] ?? 0);
      expect(to).toBeLessThanOrEqual(width);
    }
  }
});
