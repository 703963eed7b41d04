import { expect, test } from 'vitest';
import { crowdRows } from '../../../../tests/support/crowd/crowd-rows.ts';
import { summarise } from '../../../crowd/summary.ts';
import { createCollection } from './collection.ts';
import { DEFAULT_QUERY } from './query.ts';
import type { Source, Wanted } from './sources/source.ts';

const ROWS = crowdRows(300);
const ALL = { ...DEFAULT_QUERY, when: 'all' as const };

/** A source in memory, and what it was asked for. @param max as many runs as it gives at a time */
function source(id: Source['id'], rows = ROWS, max = Number.POSITIVE_INFINITY) {
  const asked: Wanted[] = [];
  const of: Source = {
    ...{ id, runs: rows.length, parquet: `https://bench.example/${id}`, summary: summarise(rows) },
    async rows(wanted) {
      asked.push(wanted);
      const found = rows.filter(
        ({ software, part, program }) =>
          software === wanted.software &&
          (wanted.part === undefined || part.name === wanted.part) &&
          (wanted.program === undefined || program === wanted.program),
      );
      return { rows: found.slice(0, max), areAll: found.length <= max };
    },
  };
  return { of, asked };
}

const NOW = () => Date.parse('2027-12-31T00:00:00Z');
const none = async () => undefined;

test('runs of both sources are joined, and read once', async () => {
  const [files, collector] = [source('files', ROWS.slice(0, 200)), source('collector', ROWS.slice(150))];
  const collection = createCollection({ files: async () => files.of, collector: async () => collector.of }, NOW);
  expect(await collection.view(ALL)).toMatchObject({ ok: true, view: { runs: 300, of: 'rows' } });
  expect(await collection.view({ ...ALL, program: 'node' })).toMatchObject({ ok: true });
  expect([files.asked, collector.asked]).toEqual([[{ software: false }], [{ software: false }]]);
  const lines = await collection.lines(ALL, 10, 15);
  expect(lines).toHaveLength(5);
  expect((await collection.sources()).sources.map(({ id }) => id)).toEqual(['collector', 'files']);
});

test('of a source that is too large, the filters are asked for, and its summary stands for all years', async () => {
  const collector = source('collector', ROWS, 50);
  const collection = createCollection({ files: none, collector: async () => collector.of }, NOW);
  expect(await collection.view(ALL)).toMatchObject({ ok: true, view: { of: 'summary' } });
  const part = ROWS[0]?.part.name ?? '';
  expect(await collection.view({ ...ALL, gpu: part })).toMatchObject({ ok: true, view: { of: 'rows' } });
  expect(await collection.view({ ...ALL, program: 'chrome' })).toMatchObject({
    ok: true,
    view: { of: 'newest', runs: 50 },
  });
  expect(collector.asked).toEqual([
    { software: false },
    { software: false, part },
    { software: false, program: 'chrome' },
  ]);
});

test('of one that gives no runs without a part, the summary stands, and what it cannot say is refused', async () => {
  const files = source('files');
  const of: Source = {
    ...files.of,
    rows: async (wanted) => (wanted.part === undefined ? undefined : files.of.rows(wanted)),
  };
  const collection = createCollection({ files: async () => of, collector: none }, NOW);
  expect(await collection.view(DEFAULT_QUERY)).toMatchObject({ ok: true, view: { of: 'summary' } });
  expect(await collection.view({ ...ALL, gpu: ROWS[0]?.part.name ?? '' })).toMatchObject({ view: { of: 'rows' } });
  expect(await collection.view({ ...ALL, program: 'node' })).toMatchObject({
    ...{ ok: false, why: expect.stringMatching(/^There are too many runs .* choose a GPU/) },
  });
});

test('what does not answer is said, beside what does, and asked again', async () => {
  let fails = true;
  const files = source('files');
  const opening = {
    files: async () => files.of,
    collector: async () => {
      if (fails) throw new Error('the collector of this site did not answer');
      return source('collector').of;
    },
  };
  let nowMs = NOW();
  const collection = createCollection(opening, () => nowMs);
  expect(await collection.view(ALL)).toMatchObject({ ok: true, view: { runs: 300 } });
  expect((await collection.sources()).problems).toEqual(['The collector of this site did not answer.']);
  fails = false;
  expect(await collection.sources()).toMatchObject({ sources: { length: 1 } });
  nowMs += 60_000;
  expect(await collection.sources()).toMatchObject({ sources: { length: 2 }, problems: [] });
});

test('the summary of one source does not wait for the other', async () => {
  const files = source('files');
  const never = () => new Promise<undefined>(() => {});
  const collection = createCollection({ files: async () => files.of, collector: never }, NOW);
  expect(await collection.quick(ALL)).toMatchObject({ of: 'summary', runs: expect.any(Number) });
  expect(files.asked).toEqual([]);
});

test('without any source there is a reason', async () => {
  const collection = createCollection({ files: () => Promise.reject(new Error('no dataset')), collector: none }, NOW);
  expect(await collection.view(ALL)).toEqual({ ok: false, why: 'No dataset.' });
  await expect(collection.runsOfPart('x')).rejects.toThrow('No dataset.');
});

test('what failed to be read is read again', async () => {
  const files = source('files');
  let fails = true;
  const of: Source = {
    ...files.of,
    rows: (wanted) => (fails ? Promise.reject(new Error('cut off')) : files.of.rows(wanted)),
  };
  const collection = createCollection({ files: async () => of, collector: none }, NOW);
  expect(await collection.view(ALL)).toEqual({ ok: false, why: 'cut off' });
  fails = false;
  expect(await collection.view(ALL)).toMatchObject({ ok: true });
});

test('a question that cannot be answered has neither lines nor a file of the one before', async () => {
  const { of } = source('collector');
  const refusing: Source = {
    ...of,
    rows: async (wanted) => (wanted.software ? Promise.reject(new Error('The host answered 500.')) : of.rows(wanted)),
  };
  const collection = createCollection({ files: none, collector: async () => refusing }, NOW);
  expect(await collection.view(ALL)).toMatchObject({ ok: true });
  const software = { ...ALL, adapters: 'software' as const };
  expect(await collection.view(software)).toEqual({ ok: false, why: 'The host answered 500.' });
  await expect(collection.file(software, 'csv')).rejects.toThrow('The host answered 500.');
  await expect(collection.lines(software, 0, 10)).rejects.toThrow('The host answered 500.');
  expect(await collection.lines(ALL, 0, 10)).toHaveLength(10);
});

test('files have every run that matches, as the dataset has it', async () => {
  const files = source('files');
  const collection = createCollection({ files: async () => files.of, collector: none }, NOW);
  const json: unknown = JSON.parse(await (await collection.file(ALL, 'json')).text());
  expect(json).toHaveLength(300);
  const { fingerprint: _, ...row } = ROWS[7] ?? {};
  expect(json).toContainEqual(row);
  const csv = (await (await collection.file({ ...ALL, program: 'node' }, 'csv')).text()).trim().split('\r\n');
  const rows = ROWS.filter(({ program }) => program === 'node');
  expect(csv).toHaveLength(1 + rows.reduce((n, { steps }) => n + 1 + steps.length, 0));
  expect(csv[0]?.split(',').slice(0, 3)).toEqual(['software', 'part', 'memory_gb']);
});
