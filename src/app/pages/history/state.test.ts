import { beforeEach, expect, test } from 'vitest';
import type { ShelfApi, ShelfRun } from '../../shelf/api.ts';
import { createHistory, type HistoryState } from './state.ts';

const run = (minute: number, name = ''): ShelfRun => ({
  ...{ key: `k${minute}`, origin: 'own', name, created: `2026-11-28T12:0${minute}:00.000Z`, profile: 'quick' },
  ...{ models: [], done: 19, cases: 19, file: '', kept: true },
});

/** A shelf in memory. @param trouble what every attempt to keep or delete something meets */
function shelfOf(runs: ShelfRun[], trouble: 'full' | null = null): ShelfApi {
  const gone = new Map<string, ShelfRun>();
  return {
    list: async () => ({ runs: [...runs], trouble: null, storage: null }),
    facts: async (key) => ({ gpu: `GPU of ${key}`, isSoftware: false, host: 'Chrome', gbps: null, tokens: null }),
    between: async () => [],
    add: async () => ({ ok: true, run: run(9), isNew: true, trouble: null }),
    async rename(key, name) {
      if (trouble === null)
        runs.splice(0, runs.length, ...runs.map((one) => (one.key === key ? { ...one, name } : one)));
      return trouble;
    },
    async remove(key) {
      if (trouble !== null) return trouble;
      const at = runs.findIndex((one) => one.key === key);
      for (const one of runs.splice(at, 1)) gone.set(key, one);
      return null;
    },
    async restore(key) {
      const one = gone.get(key);
      if (trouble === null && one) runs.push(one);
      return trouble;
    },
    compare: async () => ({ comparison: { runs: [], differences: [], cases: [] }, missing: [] }),
  };
}

let history: HistoryState;
const keys = () => history.rows.value.map(({ key }) => key);

beforeEach(async () => {
  history = createHistory(shelfOf([run(3), run(2), run(1)]));
  await history.read();
});

test('a deleted run stays in its place until it can no longer be put back', async () => {
  await history.remove(run(2));
  expect(history.listed.value?.runs.map(({ key }) => key)).toEqual(['k3', 'k1']);
  expect(keys()).toEqual(['k3', 'k2', 'k1']);
  expect(history.said.value).toBe('GPU of k2 was deleted.');
  history.forget(run(2));
  expect(keys()).toEqual(['k3', 'k1']);
});

test('a deleted run is put back', async () => {
  await history.remove(run(2));
  await history.restore(run(2));
  expect(history.deleted.value).toEqual([]);
  expect(keys()).toEqual(['k3', 'k2', 'k1']);
  expect(history.said.value).toBe('GPU of k2 is back.');
});

test('what storage does not take is said, and can be tried again', async () => {
  history = createHistory(shelfOf([run(1)], 'full'));
  await history.read();
  await history.rename(run(1), 'Night');
  expect(history.said.value).toBe('Not kept: the browser’s storage is full.');
  await history.remove(run(1));
  expect(history.said.value).toBe('Not deleted: the browser’s storage is full.');
  expect([history.deleted.value, keys()]).toEqual([[], ['k1']]);

  history = createHistory({ ...shelfOf([run(1)]), restore: async () => 'full' });
  await history.read();
  await history.remove(run(1));
  await history.restore(run(1));
  expect(history.said.value).toBe('Not kept: the browser’s storage is full.');
  expect(history.deleted.value).toHaveLength(1);
});

test.each(['rename', 'remove', 'restore'] as const)(
  'a worker that is gone is said where it was to %s',
  async (what) => {
    history = createHistory({ ...shelfOf([run(1)]), [what]: () => Promise.reject(new Error('It stopped.')) });
    await history.read();
    await history[what](run(1), 'Night');
    expect(history.broken.value).toMatchObject({ lines: ['It stopped.'] });
    expect(history.said.value).toBe('');
  },
);

test('a run is renamed, and goes by its GPU again without a name', async () => {
  await history.rename(run(1), '  Night ');
  expect(history.rows.value[2]?.name).toBe('Night');
  expect(history.said.value).toBe('The run is called Night now.');
  await history.rename(run(1, 'Night'), '');
  expect(history.said.value).toBe('The run goes by its GPU again.');
});

test('five runs can be chosen, and one that is deleted is chosen no more', async () => {
  for (const key of ['k1', 'k2', 'k3', 'x', 'y', 'z']) history.choose(key, true);
  expect(history.chosen.value).toEqual(['k1', 'k2', 'k3', 'x', 'y']);
  expect(history.canChoose.value).toBe(false);
  history.choose('k3', false);
  await history.remove(run(1));
  expect(history.chosen.value).toEqual(['k2']);
});

test('a worker that is gone is said', async () => {
  const gone = { ...shelfOf([]), list: () => Promise.reject(new Error('It stopped.')) };
  history = createHistory(gone);
  await history.read();
  expect(history.broken.value).toMatchObject({ lines: ['It stopped.'] });
});
