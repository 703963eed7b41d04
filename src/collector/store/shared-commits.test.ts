import { describe, expect, test } from 'vitest';
import { SharedCommits } from './shared-commits.ts';
import { Unavailable } from './store.ts';

/** SharedCommits that are committed when the test says so. */
function held(writers = 1) {
  const commits: { items: readonly number[]; end(): void }[] = [];
  const shared = new SharedCommits<number, string>({
    writers,
    commit: (items) =>
      new Promise((resolve) => commits.push({ items, end: () => resolve(items.map((item) => `done ${item}`)) })),
  });
  return { shared, commits };
}

/** Lets all that is ready happen, and what follows from it. */
async function nextTurn(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}

describe('what comes together', () => {
  test('shares a commit, and each hears of its own', async () => {
    const { shared, commits } = held();
    const results = [1, 2, 3].map((item) => shared.add(item));
    await nextTurn();
    expect(commits.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    commits[0]?.end();
    expect(await Promise.all(results)).toEqual(['done 1', 'done 2', 'done 3']);
  });

  test('waits while a commit is under way, and then shares the next', async () => {
    const { shared, commits } = held();
    const first = shared.add(1);
    await nextTurn();
    const others = [2, 3].map((item) => shared.add(item));
    await nextTurn();
    expect(commits).toHaveLength(1);
    commits[0]?.end();
    await first;
    await nextTurn();
    expect(commits.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    commits[1]?.end();
    expect(await Promise.all(others)).toEqual(['done 2', 'done 3']);
  });

  test('does not wait where it is much, and there is another writer', async () => {
    const { shared, commits } = held(2);
    const results = [shared.add(0)];
    await nextTurn();
    const sizes = () => commits.map(({ items }) => items.length);
    for (let item = 1; item < 16; item++) results.push(shared.add(item));
    await nextTurn();
    expect(sizes()).toEqual([1]);
    results.push(shared.add(16));
    await nextTurn();
    expect(sizes()).toEqual([1, 16]);
    // There is no third.
    for (let item = 17; item < 40; item++) results.push(shared.add(item));
    await nextTurn();
    expect(sizes()).toEqual([1, 16]);
    commits[0]?.end();
    await nextTurn();
    expect(sizes()).toEqual([1, 16, 23]);
    for (const { end } of commits) end();
    expect(await Promise.all(results)).toEqual(Array.from({ length: 40 }, (_, item) => `done ${item}`));
  });
});

test('one that cannot be committed takes no other along', async () => {
  const shared = new SharedCommits<number, number>({
    writers: 1,
    commit: async (items) => {
      if (items.includes(2)) throw new RangeError('no 2');
      return items.map((item) => item * 10);
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((item) => shared.add(item)));
  expect(results).toEqual([
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: new RangeError('no 2') },
    { status: 'fulfilled', value: 30 },
  ]);
});

test('where the database is away, nobody tries one by one', async () => {
  let commits = 0;
  const shared = new SharedCommits<number, number>({
    writers: 1,
    commit: async () => {
      commits++;
      throw new Unavailable('away');
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((item) => shared.add(item)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(commits).toBe(1);
});

test('of too many that wait, the latest are refused at once', async () => {
  const { shared, commits } = held();
  const results = Array.from({ length: 1001 }, (_, item) => shared.add(item));
  await expect(results.at(-1)).rejects.toThrow(Unavailable);
  const rest = Promise.all(results.slice(0, -1));
  for (let ended = 0; ended < 16; ended++) {
    await nextTurn();
    commits[ended]?.end();
  }
  expect(await rest).toHaveLength(1000);
});

test('closing ends what was taken, and takes no more', async () => {
  const { shared, commits } = held();
  const result = shared.add(1);
  const closed = shared.close();
  await expect(shared.add(2)).rejects.toThrow(Unavailable);
  await nextTurn();
  commits[0]?.end();
  await closed;
  expect(await result).toBe('done 1');
});
