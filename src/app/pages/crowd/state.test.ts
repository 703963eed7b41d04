import { expect, test } from 'vitest';
import type { Crowd, CrowdView, RunLine, ViewAnswer } from '../../collection/crowd/api.ts';
import { type CrowdQuery, DEFAULT_QUERY } from '../../collection/crowd/query.ts';
import { createCrowdState } from './state.ts';

const view = (runs: number, of: CrowdView['of'] = 'rows'): CrowdView => ({
  ...{ runs, counted: runs, unnamed: 0, parts: [], step: null, steps: [], gpus: [], programs: [], systems: [] },
  ...{ law: null, of },
});

const line = (n: number): RunLine => ({
  ...{ id: `${n}`, name: 'RTX 4090', place: 'Chrome on Windows', gbps: null, tokens: null },
  ...{ claimed: '2026-11-28T12:00:00.000Z', status: 'plausible', reasons: [], source: 'files' },
});

function fake(changes: Partial<Crowd> = {}) {
  const queries: CrowdQuery[] = [];
  const asked: [number, number][] = [];
  const crowd: Crowd = {
    sources: async () => ({ sources: [], problems: [] }),
    quick: async () => view(1, 'summary'),
    view: async (): Promise<ViewAnswer> => ({ ok: true, view: view(250) }),
    async lines(_, from, to) {
      asked.push([from, to]);
      return Array.from({ length: Math.min(to, 250) - from }, (_, i) => line(from + i));
    },
    file: async () => new Blob(['x']),
    standing: async () => ({ ok: false, why: '', needsName: false }),
    ...changes,
  };
  const state = createCrowdState(crowd, DEFAULT_QUERY, (query) => void queries.push(query));
  return { state, queries, asked };
}

test('the summary is shown at once, and the runs once they are read', async () => {
  const shown: (number | undefined)[] = [];
  const { state } = fake({
    view: async () => {
      shown.push(state.view.value?.runs);
      return { ok: true, view: view(250) };
    },
  });
  await state.read();
  expect([...shown, state.view.value?.runs]).toEqual([1, 250]);
  expect([state.reading.value, state.hasLines.value]).toEqual([false, true]);
});

test('a filter is in the address, and can be taken away', async () => {
  const { state, queries } = fake();
  await state.read();
  await state.ask({ program: 'firefox', when: 'all' });
  expect(queries).toEqual([{ ...DEFAULT_QUERY, program: 'firefox', when: 'all' }]);
  expect(state.filters.value).toEqual(['program', 'when']);
  await state.ask(DEFAULT_QUERY);
  expect(state.filters.value).toEqual([]);
});

test('of two questions at once, the last one’s answer is shown', async () => {
  const answers: (() => void)[] = [];
  const { state } = fake({
    quick: async () => undefined,
    view: ({ gpu }) =>
      new Promise((resolve) => {
        answers.push(() => resolve({ ok: true, view: view(gpu === 'a' ? 1 : 2) }));
      }),
  });
  const both = [state.ask({ gpu: 'a' }), state.ask({ gpu: 'b' })];
  await expect.poll(() => answers.length).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve));
  for (const answer of answers.toReversed()) answer();
  await Promise.all(both);
  expect(state.view.value?.runs).toBe(2);
});

test('what cannot be read is said, and what was shown stays', async () => {
  const { state } = fake({ view: async () => ({ ok: false, why: 'The host answered 500.' }) });
  await state.read();
  expect([state.problem.value, state.view.value?.runs]).toEqual(['The host answered 500.', 1]);
});

test('lines are asked for as they are seen, each once', async () => {
  const { state, asked } = fake();
  await state.read();
  state.see(90, 130);
  state.see(90, 130);
  await expect.poll(() => state.line(120)?.id).toBe('120');
  expect(asked).toEqual([
    [0, 100],
    [100, 200],
  ]);
  expect(state.line(249)).toBeUndefined();
});

test('lines that could not be read are asked for again when they are seen again', async () => {
  let fails = true;
  const { state } = fake({
    lines: async (_, from) => {
      if (fails) throw new Error('it stopped');
      return [line(from)];
    },
  });
  await state.read();
  state.see(0, 10);
  await expect.poll(() => state.problem.value).toBe('it stopped');
  fails = false;
  state.see(0, 10);
  await expect.poll(() => state.line(0)?.id).toBe('0');
});

test('a question without an answer leaves the lines of the one before, and more of them can be read', async () => {
  const of: CrowdQuery[] = [];
  const { state } = fake({
    view: async ({ gpu }) =>
      gpu === '' ? { ok: true, view: view(250) } : { ok: false, why: 'The host answered 500.' },
    lines: async (query, from, to) => {
      of.push(query);
      return Array.from({ length: to - from }, (_, i) => line(from + i));
    },
  });
  await state.read();
  state.see(0, 10);
  await expect.poll(() => state.line(0)?.id).toBe('0');
  await state.ask({ gpu: 'a' });
  expect([state.problem.value, state.line(0)?.id]).toEqual(['The host answered 500.', '0']);
  state.see(100, 110);
  await expect.poll(() => state.line(100)?.id).toBe('100');
  expect(of).toEqual([DEFAULT_QUERY, DEFAULT_QUERY]);
});

test('a file that is not made says why', async () => {
  const { state } = fake({ file: () => Promise.reject(new Error('it stopped')) });
  expect(await state.file('csv')).toBeUndefined();
  expect(state.fileProblem.value).toBe('The file was not made: it stopped');
});
