import { describe, expect, test } from 'vitest';
import { crowdRows } from '../../../../../tests/support/crowd/crowd-rows.ts';
import type { JudgedRow } from '../../../../crowd/dataset/line.ts';
import { summarise } from '../../../../crowd/summary.ts';
import { loaded, merged, stepParam } from '../loaded.ts';
import { type CrowdQuery, crowdQueryIn, DEFAULT_QUERY, searchOf } from '../query.ts';
import { standingOf } from './standing.ts';
import { summaryView } from './summary-view.ts';
import { inOrder, matching, viewOf } from './view.ts';

const ROWS = crowdRows(600);
const RUNS = ROWS.map((row) => loaded(row, 'files'));
/** After the last of them. */
const NOW = Date.parse('2028-01-01T00:00:00Z');
const ALL: CrowdQuery = { ...DEFAULT_QUERY, when: 'all' };

const isCounted = ({ status }: JudgedRow) => status === 'plausible';

describe('a view', () => {
  test('has a dot for each part, with the medians of the runs that count', () => {
    const view = viewOf(RUNS, ALL, NOW);
    expect([view.runs, view.counted]).toEqual([600, ROWS.filter(isCounted).length]);
    expect(view.counted).toBeLessThan(view.runs);
    const summary = summarise(ROWS.filter(isCounted));
    const key = view.step?.key ?? '';
    for (const { part, gbps, tokens } of view.parts) {
      const rows = summary.filter((row) => row.part.name === part.name);
      expect(gbps).toMatchObject({ median: rows.find(({ step }) => step === null)?.median });
      expect(tokens).toMatchObject({ median: rows.find(({ step }) => step && stepParam(step) === key)?.median });
    }
    expect(view.parts.length).toBe(new Set(ROWS.filter(isCounted).map(({ part }) => part.name)).size);
    expect(view.law?.exponent.value).toBeCloseTo(1, 1);
  });

  test('of rows says the same as that of their summary', () => {
    const counted = ROWS.filter(isCounted);
    const ofRows = viewOf(
      counted.map((row) => loaded(row, 'files')),
      ALL,
      NOW,
    );
    const ofSummary = summaryView(summarise(counted), ALL);
    expect(ofSummary).toMatchObject({ ...ofRows, gpus: expect.anything(), programs: [], systems: [], of: 'summary' });
  });

  test('of a summary says nothing of what that does not know', () => {
    const summary = summarise(ROWS);
    expect(summaryView(summary, { ...ALL, program: 'firefox' })).toBeUndefined();
    expect(summaryView(summary, { ...ALL, adapters: 'software' })).toBeUndefined();
    expect(summaryView(summary, { ...ALL, gpu: ROWS[0]?.part.name ?? '' })?.parts).toHaveLength(1);
  });

  test('is of the last twelve months, unless all are asked for', () => {
    const newest = Math.max(...RUNS.map(({ claimedMs }) => claimedMs));
    const { runs } = viewOf(RUNS, DEFAULT_QUERY, newest);
    expect(runs).toBeGreaterThan(0);
    expect(runs).toBeLessThan(RUNS.length);
    expect(viewOf(RUNS, DEFAULT_QUERY, NOW + 1e12).runs).toBe(0);
  });

  test('counts for each filter what would match if it alone were changed', () => {
    const query = { ...ALL, program: 'firefox' };
    const view = viewOf(RUNS, query, NOW);
    expect(view.runs).toBe(ROWS.filter(({ program }) => program === 'firefox').length);
    expect(view.programs.reduce((n, { runs }) => n + runs, 0)).toBe(RUNS.length);
    expect(view.systems).toEqual([{ value: 'linux', runs: view.runs }]);
    expect(viewOf(RUNS, { ...query, system: 'macos' }, NOW).runs).toBe(0);
  });

  test('takes the step that is asked for, and none if nothing has it', () => {
    const { steps } = viewOf(RUNS, ALL, NOW);
    const last = steps.at(-1);
    expect(viewOf(RUNS, { ...ALL, step: last?.key ?? '' }, NOW).step).toEqual(last);
    expect(viewOf(RUNS, { ...ALL, step: 'x,f16,f16,1,1' }, NOW)).toMatchObject({ step: null, law: null });
  });

  test('keeps software apart, each program by its name, and runs without a known GPU out of the dots', () => {
    const [row] = ROWS;
    if (!row) throw new Error('there is no row');
    const none = { name: '', memoryGB: null, count: 1 };
    const software = { ...row, id: 's', part: none, software: true, vendor: 'mesa', architecture: 'llvmpipe' };
    const unnamed = { ...row, id: 'u', part: none, status: 'plausible' as const };
    const runs = [...RUNS, loaded(software, 'collector'), loaded(unnamed, 'collector')];
    expect(viewOf(runs, ALL, NOW)).toMatchObject({ runs: 601, unnamed: 1 });
    const apart = viewOf(runs, { ...ALL, adapters: 'software' }, NOW);
    expect(apart.parts.map(({ name }) => name)).toEqual(['mesa llvmpipe']);
  });
});

test('runs come in the order that is asked for, those without the figure last', () => {
  const matched = matching(RUNS, { ...ALL, gpu: RUNS[0]?.name ?? '' }, NOW);
  const [first] = matched;
  if (!first) throw new Error('nothing matches');
  const blank = { ...first, row: { ...first.row, id: 'b', gbps: null } };
  const byMemory = inOrder([blank, ...matched], 'memory', '').map(({ row }) => row.gbps ?? 0);
  expect(byMemory).toEqual([...byMemory].sort((a, b) => b - a));
  const byDate = inOrder(matched, 'newest', '').map(({ claimedMs }) => claimedMs);
  expect(byDate).toEqual([...byDate].sort((a, b) => b - a));
});

test('a run of two sources is there once', () => {
  const both = merged([RUNS.slice(0, 3), RUNS.slice(2, 5)]);
  expect(both.map(({ row }) => row.id)).toEqual(RUNS.slice(0, 5).map(({ row }) => row.id));
});

test('a run stands among others of its part, without itself and those that do not count', () => {
  const own = ROWS.find(isCounted);
  if (!own) throw new Error('no run counts');
  const { of } = standingOf(own, RUNS);
  const others = ROWS.filter((row) => isCounted(row) && row.id !== own.id && row.part.name === own.part.name);
  expect(of).toHaveLength(1 + own.steps.length);
  expect(of[0]).toMatchObject({ step: null, others: { length: others.length } });
  const slower = others.filter(({ gbps }) => (gbps ?? 0) < (own.gbps ?? 0)).length;
  expect(of[0]?.faster).toBe(slower / others.length);
  const renamed = loaded({ ...own, id: 'of another name' }, 'collector');
  expect(standingOf(own, [...RUNS, renamed]).of[0]?.others).toHaveLength(others.length);
  expect(standingOf(own, []).of[0]).toMatchObject({ others: [], middle: null, faster: null });
});

test('a question is in the address, without what is usual', () => {
  const query: CrowdQuery = { ...DEFAULT_QUERY, gpu: 'NVIDIA H100', step: 'llama-3.1-8b,f16,f16,1024,1', when: 'all' };
  expect(crowdQueryIn(searchOf(query))).toEqual({ query, problems: [] });
  expect(searchOf(DEFAULT_QUERY)).toBe('');
  const { query: mended, problems } = crowdQueryIn('?when=never&colour=red');
  expect(mended).toEqual(DEFAULT_QUERY);
  expect(problems).toHaveLength(2);
});
