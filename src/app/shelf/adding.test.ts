import { expect, test } from 'vitest';
import { createAdding } from './adding.ts';
import type { Added, ShelfRun } from './api.ts';

const run = (key: string): ShelfRun => ({
  ...{ key, origin: 'imported', name: '', created: '2026-11-28T12:00:00.000Z', profile: 'quick' },
  ...{ models: [], done: 19, cases: 19, file: `${key}.json`, kept: true },
});

const refused: Added = { ok: false, refusal: { title: 'b.json is no record of HBMark', lines: [], steps: [] } };

const ANSWERS: Readonly<Record<string, Added>> = {
  'a.json': { ok: true, run: run('a'), isNew: true, trouble: null },
  'b.json': refused,
  'c.json': { ok: true, run: run('c'), isNew: false, trouble: null },
  'd.json': { ok: true, run: run('d'), isNew: true, trouble: 'denied' },
};

function adding() {
  const added: string[][] = [];
  const shelf = {
    add: async ({ name }: File): Promise<Added> => {
      const answer = ANSWERS[name];
      if (!answer) throw new Error('The worker that reads runs stopped.');
      return answer;
    },
  };
  const it = createAdding(shelf, async (runs) => void added.push(runs.map(({ key }) => key)));
  return { it, added, take: (...names: string[]) => it.take(names.map((name) => new File([], name))) };
}

test('each file has its answer, and one that is no record does not stop the others', async () => {
  const { it, added, take } = adding();
  await take('a.json', 'b.json', 'c.json', 'd.json');
  expect(added).toEqual([['a', 'c', 'd']]);
  expect(it.said.value).toBe(
    'a.json was added. c.json is here already. d.json was added until this page is closed: the browser has no storage for this page.',
  );
  expect(it.refusals.value).toEqual([refused.refusal]);
  expect(it.busy.value).toBe(0);
});

test('the same refusal is shown once, until it is closed', async () => {
  const { it, added, take } = adding();
  await take('b.json');
  await take('b.json');
  expect(it.refusals.value).toHaveLength(1);
  const [only] = it.refusals.value;
  if (only) it.close(only);
  expect(it.refusals.value).toEqual([]);
  expect(added).toEqual([]);
});

test('a worker that is gone is said, and files can be added again', async () => {
  const { it, take } = adding();
  await take('nothing.json');
  expect(it.refusals.value[0]?.lines).toEqual(['The worker that reads runs stopped.']);
  expect(it.busy.value).toBe(0);
});
