/** Tests of the charts of a result, on committed records and on a GPU's. */

import { describe, expect, test } from 'vitest';
import kernels from '../../../../../results/data/2026-11-20-lavapipe-quick.json';
import swiftshader from '../../../../../results/data/2026-11-24-swiftshader-quick.json';
import steps from '../../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import one from '../../../../../results/data/2026-11-27-swiftshader-smollm2-360m-context-1024.json';
import { readRecord } from '../../../../../results/record/check.ts';
import type { RunRecord } from '../../../../../results/record/schema.ts';
import { lawOfRecord } from '../../../../model/law/of-record.ts';
import { DEFAULT_MODEL } from '../../../../model/models/index.ts';
import { resultView } from '../../../analysis/result-view.ts';
import { derivedMs } from '../../../analysis/step-parts.ts';
import { viewOf } from '../../../analysis/view.ts';
import { type ChartSpec, MAX_SERIES } from '../../../charts/svg/chart.ts';
import { plotLayout } from '../../../charts/svg/plot-layout.ts';
import { gpuRecord } from '../../../gallery/gpu-record.ts';
import { sentencesOf } from '../sentence.ts';
import { batchChart } from './batch-chart.ts';
import { cachesChart } from './caches-chart.ts';
import { countedText, statisticText, tableOf, trackOf } from './claim-words.ts';
import { fitCharts } from './fit-chart.ts';
import { formatsChart } from './formats-chart.ts';
import { frontierChart } from './frontier-chart.ts';
import { isMissing, type Missing } from './missing.ts';
import { stepsOf } from './steps.ts';
import { noParts, whyChart } from './why-chart.ts';

function shownOf(record: RunRecord) {
  const { clock, measurements, decode = [] } = record;
  const view = viewOf({ clock, measurements, decode, record }, DEFAULT_MODEL);
  const found = resultView(record, lawOfRecord(record), DEFAULT_MODEL);
  const all = stepsOf(record, view);
  const why = found.why ? whyChart(found.why, 'source') : noParts(record, all[0]?.case.model);
  const charts = {
    why,
    batch: batchChart(record, all, 'source'),
    formats: formatsChart(record, found.saved, 'source'),
    caches: cachesChart(record, view, 'source'),
    fit: fitCharts(record, view.series, 'source'),
    frontier: frontierChart(record, all, found.reach, 'source'),
  };
  return { view, found, charts };
}

const [GPU, STEPS, KERNELS] = [gpuRecord(), readRecord(steps), readRecord(kernels)].map(shownOf) as [
  ReturnType<typeof shownOf>,
  ReturnType<typeof shownOf>,
  ReturnType<typeof shownOf>,
];

const specsOf = ({ charts }: ReturnType<typeof shownOf>): ChartSpec[] =>
  Object.values(charts)
    .flat()
    .flatMap((shown: ChartSpec | Missing) => (isMissing(shown) ? [] : [shown]));

describe.each([
  ['a GPU', gpuRecord()],
  ['software with a model', readRecord(steps)],
  ['kernels alone', readRecord(kernels)],
  ['another program', readRecord(swiftshader)],
  ['one step', readRecord(one)],
  ['nothing', { ...readRecord(kernels), measurements: [], decode: [] }],
] satisfies [string, RunRecord][])('of %s', (_, record) => {
  const shown = shownOf(record);

  test('every chart can be drawn, with a table, and at most five series', () => {
    for (const spec of specsOf(shown)) {
      expect(spec.series.length, spec.id).toBeLessThanOrEqual(MAX_SERIES);
      expect(spec.table.rows.length, spec.id).toBeGreaterThan(0);
      for (const row of spec.table.rows) expect(row, spec.id).toHaveLength(spec.table.head.length);
      for (const width of [280, 800]) {
        const { series, xTicks, yTicks, frame } = plotLayout(spec, width);
        for (const { path } of series) expect(path).not.toMatch(/NaN|Infinity/);
        for (const { to } of series.flatMap(({ points }) => points.flatMap(({ whiskers }) => whiskers))) {
          expect(to[0]).toBeLessThanOrEqual(frame.right + 1);
        }
        expect(xTicks.length * yTicks.length, `${spec.id} at ${width}`).toBeGreaterThan(0);
      }
    }
  });

  test('no text has a broken value, and every missing one says what to do', () => {
    const text = JSON.stringify(shown.charts);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    for (const one of Object.values(shown.charts).flat()) {
      if (isMissing(one)) expect([one.why, one.todo].every((line) => line.length > 10)).toBe(true);
    }
  });
});

test('a run without anything has no chart', () => {
  expect(specsOf(shownOf({ ...readRecord(kernels), measurements: [], decode: [] }))).toEqual([]);
});

describe('why a step takes so long', () => {
  const why = GPU.found.why;
  if (!why) throw new Error('the GPU’s record has no parts');

  test('is said by parts that make up the measured time, nearly', () => {
    expect(why.by).toBe('steps');
    for (const step of why.steps) {
      expect(derivedMs(step) / (step.measuredMs?.value ?? Number.NaN)).toBeGreaterThan(0.9);
      expect(derivedMs(step) / (step.measuredMs?.value ?? Number.NaN)).toBeLessThan(1.1);
    }
  });

  test('gives memory its share, and twice the bandwidth what that share allows', () => {
    const [share, twice] = [why.memoryShare ?? 0, why.twiceBandwidth ?? 0];
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
    // Amdahl's law: the memory's share is halved, and the rest stays.
    expect(twice).toBeCloseTo(1 / (1 - share / 2), 1);
  });

  test('is in the sentence, of the same model as the figure', () => {
    const { first, second } = sentencesOf(gpuRecord(), GPU.view, 'here', why);
    expect(first.startsWith(why.of)).toBe(true);
    expect(second).toMatch(/takes \d+(\.\d+)?\u00a0% of each step; twice the bandwidth would give [\d.]+×\./);
  });

  test('without a whole model, is computed from the weights alone, and says so', () => {
    const { charts, found } = KERNELS;
    expect(found.why?.by).toBe('weights');
    expect(isMissing(charts.why) ? '' : charts.why.takeaway).toContain('No whole model was timed');
  });

  test('is not said of a model whose shape is not known', () => {
    const record = readRecord(steps);
    for (const m of record.decode ?? []) m.case.model = 'my-model.gguf';
    const shown = shownOf(record);
    expect(shown.found.why).toBeUndefined();
    expect(isMissing(shown.charts.why) ? shown.charts.why.why : '').toContain('my-model.gguf is none of the models');
  });
});

test('the batch chart has a line per context, and compares the ends of the first', () => {
  const { batch } = STEPS.charts;
  if (isMissing(batch)) throw new Error('there is no chart');
  expect(batch.series.map(({ name }) => name)).toEqual(['context 128', 'context 1,024', 'context 4,096']);
  expect(batch.x.ticks).toEqual([...(batch.x.ticks ?? [])].sort((a, b) => a - b));
  expect(batch.takeaway).toMatch(/^From 1 to \d+ readers at context 128, all of them together get [\d.]+ times/);
});

test('fewer bits are compared with the most, in time and in bytes', () => {
  const { saved } = STEPS.found;
  expect(saved?.widest).toBe('f16');
  expect(saved?.of).toContain('SmolLM2 135M');
  const [row] = saved?.rows ?? [];
  // Codes of 4 bits and a scale for each 32 of them.
  expect(row?.format).toBe('int4-g32');
  expect(row?.bytes).toBeGreaterThan(0.5);
  expect(row?.bytes).toBeLessThan(0.75);
});

test('the fit leaves what is measured over what it predicts', () => {
  const { fit } = GPU.charts;
  if ('todo' in fit) throw new Error('there is no fit');
  const [rates, residuals] = fit;
  const worst = Math.max(...(residuals?.series ?? []).flatMap(({ points }) => points.map(({ y }) => Math.abs(y))));
  expect(worst).toBeLessThan(5);
  expect(rates?.series.every(({ curve = [], points }) => curve.length > points.length)).toBe(true);
});

test('the frontier has measured points and a derived line', () => {
  const { frontier } = STEPS.charts;
  if (isMissing(frontier)) throw new Error('there is no chart');
  expect(frontier.series.at(-1)).toMatchObject({ line: 'solid', name: expect.stringMatching(/^derived/) });
  expect(frontier.series[0]).toMatchObject({ line: 'none', name: expect.stringMatching(/^measured/) });
});

describe('claims', () => {
  const { claims } = GPU.view;

  test('are counted', () => {
    expect(countedText([{ verdict: 'holds' }, { verdict: 'fails' }, { verdict: 'undecided' }])).toBe(
      'Of 3 claims on how GPUs decode, 1 holds on this machine, 1 fails, and 1 is undecided.',
    );
    expect(countedText(claims)).toContain(`Of ${claims.length} claims`);
  });

  test('say what was measured, what is needed, and where that cannot be told', () => {
    const share = {
      ...{ what: 'a product uses ? of the memory’s speed', min: 0.7, max: null },
      shownAs: 'percent' as const,
      figure: { value: 0.07, ci95: [0.069, 0.071] as const },
    };
    expect(statisticText({ ...share, verdict: 'fails' })).toBe(
      'A product uses 7.00 % (6.90 – 7.10 %) of the memory’s speed; the claim needs at least 70 %.',
    );
    expect(statisticText({ ...share, verdict: 'undecided' })).toMatch(/These measurements cannot tell it apart\.$/);
    expect(statisticText({ ...share, verdict: 'undecided', figure: null })).toMatch(/^Not measured here/);
  });

  test('have tracks whose parts lie between their ends, and a table', () => {
    const tracks = claims.flatMap(({ statistics }) => statistics.flatMap((statistic) => trackOf(statistic) ?? []));
    expect(tracks.length).toBeGreaterThan(5);
    for (const { at, needed, interval } of tracks) {
      for (const part of [at, ...needed, ...(interval ?? [])]) {
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(1);
      }
      expect(needed[0]).toBeLessThan(needed[1]);
    }
    const { head, rows } = tableOf(claims);
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });
});
