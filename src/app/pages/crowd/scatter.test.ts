import { describe, expect, test } from 'vitest';
import { crowdRows } from '../../../../tests/support/crowd/crowd-rows.ts';
import { plotLayout } from '../../charts/svg/plot-layout.ts';
import type { CrowdView } from '../../collection/crowd/api.ts';
import { loaded } from '../../collection/crowd/loaded.ts';
import { DEFAULT_QUERY } from '../../collection/crowd/query.ts';
import { standingOf } from '../../collection/crowd/views/standing.ts';
import { viewOf } from '../../collection/crowd/views/view.ts';
import { standingCharts } from '../result/tabs/standing-chart.ts';
import { scatterChart } from './scatter.ts';
import { sentenceOf, underSentence } from './sentence.ts';

const ALL = { ...DEFAULT_QUERY, when: 'all' as const };
const RUNS = crowdRows(800).map((row) => loaded(row, 'files'));
const view = (changes: Partial<typeof ALL> = {}): CrowdView => viewOf(RUNS, { ...ALL, ...changes }, 0);

/** The view with one part three times slower than its memory. */
function withOutlier(): CrowdView {
  const [slow] = RUNS;
  const runs = RUNS.map((run) =>
    run.part === slow?.part
      ? loaded(
          { ...run.row, steps: run.row.steps.map((s) => ({ ...s, tokensPerSecond: s.tokensPerSecond / 3 })) },
          'files',
        )
      : run,
  );
  return viewOf(runs, ALL, 0);
}

describe('the chart', () => {
  test('has a dot for each part within its frame, its law and its band', () => {
    const chart = scatterChart(view(), 'source');
    if (!chart) throw new Error('there is no chart');
    const [dots] = chart.series;
    expect(dots?.points).toHaveLength(view().parts.length);
    expect(chart.table.rows).toHaveLength(view().parts.length);
    for (const width of [280, 1100]) {
      const { series, band, names, frame } = plotLayout(chart, width);
      expect(names).toEqual([]);
      expect(band).toMatch(/^M[\d .L]+Z$/);
      for (const { left, top } of series.flatMap(({ points }) => points)) {
        expect(left).toBeGreaterThanOrEqual(frame.left);
        expect(left).toBeLessThanOrEqual(frame.right);
        expect(top).toBeGreaterThanOrEqual(frame.top);
        expect(top).toBeLessThanOrEqual(frame.bottom);
      }
    }
    for (const { text } of dots?.points ?? []) expect(text).toMatch(/GB\/s, .*tokens\/s, \d+ runs?$/);
    for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.head.length);
  });

  test('shows what is off the law hollow, with the reason', () => {
    const chart = scatterChart(withOutlier(), 'source');
    const off = chart?.series.find(({ name }) => name === 'off the law');
    expect(off?.points).toMatchObject([{ isHollow: true, label: RUNS[0]?.name }]);
    expect(off?.points[0]?.text).toContain('off the law: writes 0.3');
    expect(chart?.takeaway).toContain(`Hollow: ${RUNS[0]?.name}`);
  });

  test('is none without a step', () => {
    expect(scatterChart(view({ step: 'x,f16,f16,1,1' }), '')).toBeUndefined();
  });
});

describe('the sentence', () => {
  test('says how many runs of how many GPUs, and how near they follow the law', () => {
    const now = view();
    expect(sentenceOf(now, 'gpus', false)).toMatch(
      new RegExp(`^800 runs of ${now.parts.length} GPUs; tokens/s follow bandwidth to within [\\d.]+ %\\.$`),
    );
    expect(underSentence(now, false)).toMatch(/^Twice the bandwidth gives (1\.9|2\.0)\d× .* the tokens\/s;/);
    expect(underSentence(withOutlier(), false)).toContain('and 1 GPU far off it');
  });

  test('says so where nothing matches, and where it cannot tell', () => {
    expect(sentenceOf(view({ gpu: 'none' }), 'gpus', true)).toBe('No runs match.');
    expect(sentenceOf(view({ gpu: 'none' }), 'gpus', false)).toMatch(/^Nobody has added/);
    expect(sentenceOf(view({ gpu: RUNS[0]?.name ?? '' }), 'gpus', true)).toMatch(/ of 1 GPU: too few to say/);
    expect(sentenceOf(view({ step: 'x,f16,f16,1,1' }), 'gpus', true)).toMatch(/none of them timed a whole model/);
  });
});

test('a run has a strip of the others, with its own mark below, and the share that it beats', () => {
  const own = RUNS[0]?.row;
  if (!own) throw new Error('there is no run');
  const charts = standingCharts(standingOf(own, RUNS));
  expect(charts).toHaveLength(4);
  for (const chart of charts) {
    expect(chart.takeaway).toMatch(/^(Faster than [\d.]+ % of \d+ runs|One other run)/);
    const { series } = plotLayout(chart, 700);
    const [mine, others, half] = series;
    expect(mine?.points).toHaveLength(1);
    expect(others?.points.length).toBeGreaterThan(0);
    expect(half?.points[0]?.barLeft).toBeLessThanOrEqual(half?.points[0]?.left ?? 0);
  }
  expect(standingCharts(standingOf(own, []))).toEqual([]);
});

test('of very many runs a strip draws some, from the slowest to the fastest', () => {
  const own = RUNS[0]?.row;
  if (!own) throw new Error('there is no run');
  const many = Array.from({ length: 2000 }, (_, i) =>
    loaded({ ...own, id: `${i}`, status: 'plausible', gbps: 100 + i }, 'files'),
  );
  const [memory] = standingCharts(standingOf(own, many));
  const drawn = memory?.series[1]?.points.map(({ x }) => x) ?? [];
  expect([drawn.length, drawn[0], drawn.at(-1)]).toEqual([150, 100, 2099]);
});
