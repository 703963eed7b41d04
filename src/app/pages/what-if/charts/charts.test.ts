import { describe, expect, test } from 'vitest';
import withSteps from '../../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { readRecord } from '../../../../../results/record/check.ts';
import { type ChartSpec, MAX_SERIES } from '../../../charts/svg/chart.ts';
import { plotLayout } from '../../../charts/svg/plot-layout.ts';
import { answerTo } from '../answer.ts';
import { ownMachine } from '../own-runs/own-machine.ts';
import { DEFAULT_QUESTION, type Question } from '../question.ts';
import { frontierChart } from './frontier.ts';
import { growthChart, racksChart } from './generations.ts';
import { lawsChart } from './laws.ts';
import { servedChart } from './served.ts';

const asked = (changes: Partial<Question> = {}) => answerTo({ ...DEFAULT_QUESTION, ...changes });
const series = (spec: ChartSpec, name: string) => spec.series.find((one) => one.name === name)?.points ?? [];

describe('the frontier', () => {
  const spec = frontierChart(asked());
  const [now, door, cabin] = ['now', 'door ×2', 'cabin ×2'].map((name) => series(spec, name));

  test('goes from one reader to a full memory', () => {
    expect(now?.[0]?.text).toBe('one reader, 190 tokens/s');
    expect(now?.at(-1)?.text).toMatch(/^19 readers, .* each, 778 for all$/);
  });

  test('moves with the door, and is longer with the cabin', () => {
    for (const [i, point] of (now ?? []).entries()) {
      expect((door?.[i]?.x ?? 0) / point.x).toBeCloseTo(2, 9);
      expect((door?.[i]?.y ?? 0) / point.y).toBeCloseTo(2, 9);
    }
    expect(cabin?.[0]?.x).toBe(now?.[0]?.x);
    expect((cabin?.at(-1)?.y ?? 0) / (now?.at(-1)?.y ?? 1)).toBeCloseTo(1.11, 2);
  });

  test('marks what is asked, if it fits', () => {
    expect(frontierChart(asked({ batch: 4 })).mark?.text).toMatch(/^Asked: 4 readers, /);
    expect(frontierChart(asked({ batch: 400 })).mark).toBeUndefined();
  });

  test('has what others have published of the GPU, the model and its weights', () => {
    const published = { gpu: 'NVIDIA GB10', model: 'gpt-oss-20b', weights: 'MXFP4_MOE' };
    const { series, source } = frontierChart(asked(published));
    expect(series.at(-1)).toMatchObject({ name: 'published', line: 'none' });
    expect(series.at(-1)?.points).toHaveLength(18);
    expect(source).toMatch(/Published steps: llama\.cpp/);
    expect(frontierChart(asked({ ...published, weights: 'Q8_0' })).series.map(({ name }) => name)).not.toContain(
      'published',
    );
  });

  test('has no line where not even one reader fits', () => {
    const none = frontierChart(asked({ model: 'llama-3.1-70b' }));
    expect(series(none, 'now')).toEqual([]);
    expect(series(none, 'cabin ×2').length).toBeGreaterThan(0);
  });
});

test('the product law touches the derived one, and else promises more', () => {
  const spec = lawsChart(asked());
  const [derived, product] = [series(spec, 'derived'), series(spec, 'product')];
  // A row of the embedding is less than all of it: a little less is read than held.
  for (const [i, { y }] of derived.entries()) expect(product[i]?.y ?? 0).toBeGreaterThanOrEqual(0.93 * y);
  expect(derived[0]?.y).toBe(0);
  expect((product.at(-1)?.y ?? 0) / (derived.at(-1)?.y ?? 1)).toBeGreaterThan(1.2);
  expect(spec.mark?.x).toBe(25.75);
});

describe('generations', () => {
  test('grow with bandwidth by the derived law, and by far more as a product', () => {
    const spec = growthChart(asked());
    expect(spec.takeaway).toBe(
      'Up to Rubin Ultra NVL576 (announced), bandwidth grows ×15.7. The product law promises ×183; the derived law gives ×15.8 with this model.',
    );
    expect(spec.rows?.[0]).toBe('DGX A100');
  });

  test('are hollow where they are only announced', () => {
    const hollow = series(growthChart(asked()), 'derived law').filter(({ isHollow }) => isHollow);
    expect(hollow.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Rubin NVL72 \(announced\), /),
      expect.stringMatching(/^Rubin Ultra NVL576 \(announced\), /),
    ]);
  });

  test('have the essay’s point on the line of the Rubin NVL72', () => {
    const spec = racksChart();
    const line = series(spec, 'Rubin NVL72');
    const [near] = [...line].sort((a, b) => Math.abs(a.x - 100) - Math.abs(b.x - 100));
    expect((near?.y ?? 0) / (spec.mark?.y ?? 1)).toBeCloseTo(1, 0.5);
    expect(spec.table.rows.find(([name]) => String(name).startsWith('Rubin NVL72'))?.[4]).toBe('bandwidth');
  });
});

describe('a run that this browser keeps', () => {
  const measured = ownMachine('k', readRecord(withSteps));
  if (!measured) throw new Error('the record has no machine');
  const question = { model: 'smollm2-135m', weights: 'f16', gpu: 'own', gbps: measured.gbps, memoryGB: 16, run: 'k' };

  test('has its measured steps on the frontier, with bars, where they are of what is asked', () => {
    const spec = frontierChart(asked(question), measured);
    const points = series(spec, 'measured');
    expect(points).toHaveLength(
      measured.steps.filter(({ of }) => of.model === question.model && of.weights === 'f16' && of.kv === 'f16').length,
    );
    expect(points.some(({ interval }) => interval)).toBe(true);
    expect(spec.table.rows.some(([name]) => String(name).startsWith('measured'))).toBe(true);
  });

  test('says what it timed instead, where nothing was asked that it timed', () => {
    const spec = frontierChart(asked(), measured);
    expect(series(spec, 'measured')).toEqual([]);
    expect(spec.takeaway).toContain('timed SmolLM2 135M in f16');
  });

  test('has a row among the generations, by its measured bandwidth alone', () => {
    const spec = growthChart(asked(question), measured);
    expect(spec.rows?.at(-1)).toBe(measured.name);
    expect(series(spec, 'measured bandwidth')).toHaveLength(1);
    expect(spec.table.rows.at(-1)?.[0]).toBe(`${measured.name} (measured)`);
    expect(growthChart(asked()).rows).not.toContain(measured.name);
  });
});

test('servers have their published points beside the line that was predicted', () => {
  const spec = servedChart();
  expect(spec.series.map(({ name }) => name)).toContain('H200, fp8');
  for (const { points, curve } of spec.series) {
    expect(points.map(({ x }) => x).sort((a, b) => a - b)).toEqual([5, 25]);
    expect(curve?.length).toBeGreaterThan(5);
  }
  // A test without a speed has no place on the chart, and a row in its table.
  expect(spec.table.rows.filter(([, , speed]) => speed === null)).toHaveLength(spec.series.length);
});

test.each<Partial<Question>>([
  {},
  { model: 'deepseek-v3' },
  { model: 'smollm2-135m', context: 1 },
  { memoryGB: 1e7, gbps: 1e8 },
  { memoryGB: 0.01, gbps: 0.1, context: 1e8 },
  { gpu: 'NVIDIA GB300', model: 'qwen3-235b-a22b', tflops: 2500, fixedMs: 1 },
])('all charts can be drawn, with a table and at most five series: %j', (changes) => {
  const answer = asked(changes);
  for (const spec of [frontierChart(answer), lawsChart(answer), growthChart(answer), servedChart(), racksChart()]) {
    expect(spec.series.length).toBeLessThanOrEqual(MAX_SERIES);
    for (const row of spec.table.rows) expect(row).toHaveLength(spec.table.head.length);
    for (const width of [280, 800]) {
      const { series: drawn, xTicks, yTicks } = plotLayout(spec, width);
      for (const { path } of drawn) expect(path).not.toMatch(/NaN|Infinity/);
      expect(xTicks.length * yTicks.length).toBeGreaterThan(0);
    }
  }
});
