import { beforeEach, expect, test } from 'vitest';
import type { Compared, ShelfApi } from '../../shelf/api.ts';
import { type CompareState, createCompare } from './state.ts';

const compared = (missing: readonly string[] = []): Compared => ({
  comparison: { runs: [], differences: [], cases: [] },
  missing,
});

const never = () => Promise.reject(new Error('it was called'));

const shelf: ShelfApi = {
  ...{ facts: never, between: never, rename: never, remove: never, restore: never },
  add: async ({ name: key }) => ({ ok: true, run: runOf(key), isNew: true, trouble: null }),
  list: async () => ({ runs: ['a', 'b', 'c'].map(runOf), trouble: null, storage: null }),
  compare: async (keys) => compared(keys.filter((key) => key === 'gone')),
};

const runOf = (key: string) => ({
  ...{ key, origin: 'own' as const, name: '', created: '', profile: 'quick', models: [] },
  ...{ done: 1, cases: 1, file: '', kept: true },
});

let state: CompareState;
let address: readonly string[];

beforeEach(async () => {
  address = [];
  state = createCompare(shelf, ['a', 'gone'], (keys) => {
    address = keys;
  });
  await state.compare();
});

test('runs are added, removed and put first, and the address follows', async () => {
  expect(state.others.value.map(({ key }) => key)).toEqual(['b', 'c']);
  await state.add('b');
  expect(address).toEqual(['a', 'gone', 'b']);
  await state.putFirst('b');
  expect(address).toEqual(['b', 'a', 'gone']);
  await state.remove('a');
  expect(address).toEqual(['b', 'gone']);
});

test('runs that are not here are named, and can be dropped', async () => {
  expect(state.compared.value?.missing).toEqual(['gone']);
  await state.dropMissing();
  expect(address).toEqual(['a']);
  expect(state.compared.value?.missing).toEqual([]);
});

test('records out of files join, and there are at most five runs', async () => {
  await state.adding.take(['b', 'c', 'd', 'e'].map((name) => new File([], name)));
  expect(address).toEqual(['a', 'gone', 'b', 'c', 'd']);
  expect(state.isFull.value).toBe(true);
});

test('only the last of two comparisons counts', async () => {
  const answers: ((answer: Compared) => void)[] = [];
  const slow = { ...shelf, compare: () => new Promise<Compared>((resolve) => answers.push(resolve)) };
  const it = createCompare(slow, ['a', 'b'], () => {});
  const both = Promise.all([it.compare(), it.add('c')]);
  answers[1]?.(compared(['second']));
  answers[0]?.(compared(['first']));
  await both;
  expect(it.compared.value?.missing).toEqual(['second']);
});

test('a worker that is gone is said', async () => {
  const it = createCompare({ ...shelf, compare: () => Promise.reject(new Error('It stopped.')) }, ['a'], () => {});
  await it.compare();
  expect(it.broken.value?.lines).toEqual(['It stopped.']);
});
