/** What a store does, on each storage alike. */

import { quantileSorted } from 'simple-statistics';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { BadCursor, type Filter, type NewRun, type Store, Unavailable } from '../../src/collector/store/store.ts';
import type { Row, Status } from '../../src/crowd/row.ts';
import { FIRST_MS, idOf, madeRun, madeRuns, recordWithId, STEP, tokenHashOf } from './made-runs.ts';
import { collected, storages } from './storages.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const REASON = { rule: 'a-rule', text: 'It says so.' };

describe.each(storages(inject('postgres')))('a store on $name', ({ open, close, end }) => {
  let nowMs: number;
  let store: Store;

  beforeEach(async () => {
    nowMs = FIRST_MS + DAY;
    store = await open(() => nowMs);
  });
  afterEach(close);
  afterAll(end);

  const addAll = (runs: readonly NewRun[]) => Promise.all(runs.map((run) => store.add(run)));
  const addPlausible = async (runs: readonly NewRun[]) => {
    await addAll(runs);
    await Promise.all(runs.map(({ row }) => store.judge(row.id, 'plausible', [])));
  };
  const idsOf = (runs: readonly { readonly row: Row }[]) => runs.map(({ row }) => row.id);

  describe('what a run is compared with', () => {
    test('runs that share a hash of its samples, the first that came first, and not the run itself', async () => {
      const copies = [madeRun(2, { fingerprint: ['a', 'b'] }), madeRun(1, { fingerprint: ['b', 'b'] })];
      await addAll([...copies, madeRun(3, { fingerprint: ['c'] }), madeRun(4)]);
      const { row } = madeRun(5, { fingerprint: ['a', 'b'] });
      const found = await store.neighbours(row, 10);
      expect(found.map(({ row: { id } }) => id)).toEqual([idOf(1), idOf(2)]);
      expect(found[0]?.submitter).toBe(madeRun(1).submitter);
      expect(await store.neighbours(row, 1)).toHaveLength(1);
      expect(await store.neighbours(madeRun(2, { fingerprint: ['a'] }).row, 10)).toEqual([]);
      expect(await store.neighbours(madeRun(6).row, 10)).toEqual([]);
      await store.expel(idOf(1));
      expect(idsOf(await store.neighbours(row, 10))).toEqual([idOf(2)]);
    });

    test('plausible runs of the same part, the latest first', async () => {
      const part = { name: 'RTX 4090', memoryGB: 24, count: 1 };
      await addPlausible([
        madeRun(1),
        madeRun(2),
        madeRun(3, { part: { ...part, count: 2 } }),
        madeRun(4, { software: true }),
      ]);
      await store.add(madeRun(5));
      expect(idsOf(await store.ofPart(madeRun(6).row, 10))).toEqual([idOf(2), idOf(1)]);
      expect(idsOf(await store.ofPart(madeRun(2).row, 10))).toEqual([idOf(1)]);
      const noPart = { name: '', memoryGB: null, count: 1 };
      await addPlausible([madeRun(7, { part: noPart })]);
      expect(await store.ofPart(madeRun(8, { part: noPart }).row, 10)).toEqual([]);
    });
  });

  describe('adding', () => {
    test('keeps a real record byte by byte, and all else that was given', async () => {
      const run = madeRun(1, {}, { canonical: recordWithId(idOf(1)), typedName: 'rtx 4090' });
      expect(await store.add(run)).toBe('added');
      const { tokenHash: _, ...rest } = run;
      expect(await store.find(idOf(1))).toEqual({ ...rest, status: 'quarantined', reasons: [] });
    });

    test('the same again changes nothing', async () => {
      await store.add(madeRun(1));
      await store.judge(idOf(1), 'rejected', [REASON]);
      expect(await store.add(madeRun(1, { gbps: 1 }, { consent: 'another', tokenHash: tokenHashOf(2) }))).toBe('known');
      expect(await store.find(idOf(1))).toMatchObject({ row: { gbps: 900 }, status: 'rejected', reasons: [REASON] });
      expect(await store.remove(idOf(1), tokenHashOf(2))).toBe('denied');
    });

    test('of many at the same time, each is added once', async () => {
      const runs = madeRuns(40);
      const again = runs.map((run, n) => ({ ...run, tokenHash: tokenHashOf(1000 + n) }));
      const answers = await addAll([...runs, ...again].sort((a, b) => (a.row.id < b.row.id ? 1 : -1)));
      expect(answers.filter((answer) => answer === 'added')).toHaveLength(40);
      expect((await store.list({}, 100)).runs).toHaveLength(40);
    });

    test('takes any text', async () => {
      const odd = ['\0', '\ud800', 'a'.repeat(1000), "'; drop table runs; --", '<b>', '🦆', ''];
      const runs = odd.map((text, n) =>
        madeRun(n, {
          vendor: text,
          program: text,
          system: text,
          part: { name: text, memoryGB: null, count: 1 },
          steps: [{ ...STEP, model: text }],
        }),
      );
      await addPlausible(runs);
      for (const [n, text] of odd.entries()) {
        expect((await store.find(idOf(n)))?.row).toEqual(runs[n]?.row);
        expect(idsOf((await store.list({ part: text, program: text, system: text, model: text }, 10)).runs)).toContain(
          idOf(n),
        );
        const groups = await store.summary({ part: text, model: text });
        expect(groups.map(({ part, step }) => [part.name, step?.model])).toContainEqual([text, text]);
      }
    });

    test('finds no run that is not there', async () => {
      expect(await store.find(idOf(1))).toBeUndefined();
      expect(await store.find('\0')).toBeUndefined();
      expect(await store.remove('\0', tokenHashOf(1))).toBe('unknown');
      expect(await store.remove('\0', tokenHashOf(1))).toBe('unknown');
    });
  });

  describe('listing', () => {
    const page = (filter: Filter, limit = 100) => store.list(filter, limit).then(({ runs }) => idsOf(runs));

    test('passes what all filters let through, the newest first', async () => {
      const other = { ...STEP, model: 'other' };
      await addAll([
        madeRun(0),
        madeRun(1, { program: 'firefox', steps: [] }),
        madeRun(2, { system: 'windows', steps: [other, STEP, other] }),
        madeRun(3, { software: true, part: { name: '', memoryGB: null, count: 1 } }),
      ]);
      await store.judge(idOf(0), 'plausible', []);
      const ids = (...numbers: number[]) => numbers.map(idOf);
      expect(await page({})).toEqual(ids(3, 2, 1, 0));
      expect(await page({ part: 'RTX 4090' })).toEqual(ids(2, 1, 0));
      expect(await page({ part: '' })).toEqual(ids(3));
      expect(await page({ model: STEP.model })).toEqual(ids(3, 2, 0));
      expect(await page({ model: 'other' })).toEqual(ids(2));
      expect(await page({ program: 'firefox' })).toEqual(ids(1));
      expect(await page({ system: 'linux', software: false })).toEqual(ids(1, 0));
      expect(await page({ status: 'quarantined', part: 'RTX 4090', model: STEP.model })).toEqual(ids(2));
      expect(await page({ sinceMs: FIRST_MS + 2000 })).toEqual(ids(3, 2));
      expect(await page({ sinceMs: FIRST_MS + 2000, model: STEP.model, software: false })).toEqual(ids(2));
      expect(await page({ part: 'RTX 4090', program: 'safari' })).toEqual([]);
    });

    test.each<[string, Filter]>([
      ['of all', {}],
      ['of a model', { model: STEP.model }],
      ['of a part, of one status', { part: 'RTX 4090', status: 'quarantined' }],
    ])('goes page by page %s, while runs are added', async (_, filter) => {
      // Some arrive in the same millisecond.
      await addAll(madeRuns(11).map((run, n) => ({ ...run, receivedMs: FIRST_MS + Math.floor(n / 4) })));
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const found = await store.list(filter, 3, next);
        seen.push(...idsOf(found.runs));
        next = found.next;
        await store.add(madeRun(100 + seen.length));
      } while (next !== undefined);
      expect([...seen].sort()).toEqual(
        madeRuns(11)
          .map(({ row }) => row.id)
          .sort(),
      );
    });

    test('has no next page after the last', async () => {
      await addAll(madeRuns(3));
      expect((await store.list({}, 3)).next).toBeUndefined();
      expect((await store.list({}, 2)).next).toBeDefined();
    });

    test('refuses a cursor of yesterday, of another query, and one that is none', async () => {
      await addAll(madeRuns(3));
      const { next } = await store.list({ system: 'linux' }, 1);
      expect((await store.list({ system: 'linux' }, 1, next)).runs).toHaveLength(1);
      await expect(store.list({}, 1, next)).rejects.toThrow(BadCursor);
      await expect(store.list({}, 1, 'x')).rejects.toThrow(BadCursor);
      nowMs += DAY + 1;
      await expect(store.list({ system: 'linux' }, 1, next)).rejects.toThrow(/a day/);
    });
  });

  describe('the summary', () => {
    const figures = (summary: Awaited<ReturnType<Store['summary']>>) =>
      summary.map(({ part, software, step, n, median }) => [part.name, software, step?.model ?? null, n, median]);

    test('counts runs as long as they are plausible or reproduced', async () => {
      await store.add(madeRun(1));
      const expectCount = async (n: number) =>
        expect((await store.summary({})).map((group) => group.n)).toEqual(n === 0 ? [] : [n, n]);
      await expectCount(0);
      for (const [status, n] of [
        ['plausible', 1],
        ['reproduced', 1],
        ['plausible', 1],
        ['rejected', 0],
        ['reproduced', 1],
        ['quarantined', 0],
        ['plausible', 1],
      ] satisfies [Status, number][]) {
        await store.judge(idOf(1), status, []);
        await expectCount(n);
      }
      await store.remove(idOf(1), tokenHashOf(1));
      await expectCount(0);
    });

    test('keeps parts apart by all that makes one, software from hardware, and steps by what they read', async () => {
      const part = { name: 'RTX 4090', memoryGB: 24, count: 1 };
      const rows: Partial<Row>[] = [
        {},
        { part: { ...part, memoryGB: 48 } },
        { part: { ...part, count: 2 } },
        { software: true },
        { steps: [{ ...STEP, bytes: 4e8 }] },
        { steps: [{ ...STEP, batch: 8 }] },
        { gbps: null, steps: [] },
      ];
      await addPlausible(rows.map((row, n) => madeRun(n, row)));
      const groups = await store.summary({});
      expect(
        groups
          .filter(({ step }) => step === null)
          .map(({ n }) => n)
          .sort(),
      ).toEqual([1, 1, 1, 3]);
      expect(groups.filter(({ step }) => step !== null).map(({ n }) => n)).toEqual([1, 1, 1, 1, 1, 1]);
    });

    test('is found by part, by model and by kind', async () => {
      await addPlausible([
        madeRun(1),
        madeRun(2, { part: { name: 'Another', memoryGB: 8, count: 1 }, gbps: 100, steps: [] }),
        madeRun(3, { software: true, gbps: 5, steps: [{ ...STEP, model: 'other', tokensPerSecond: 7 }] }),
      ]);
      expect(figures(await store.summary({ part: 'Another' }))).toEqual([['Another', false, null, 1, 100]]);
      expect(figures(await store.summary({ model: 'other' }))).toEqual([['RTX 4090', true, 'other', 1, 7]]);
      expect(figures(await store.summary({ software: true }))).toEqual([
        ['RTX 4090', true, null, 1, 5],
        ['RTX 4090', true, 'other', 1, 7],
      ]);
      expect(figures(await store.summary({ part: 'RTX 4090', software: false }))).toEqual([
        ['RTX 4090', false, null, 1, 900],
        ['RTX 4090', false, STEP.model, 1, 2000],
      ]);
    });

    test('is what the runs alone give, whatever came and went, and in whatever order', async () => {
      const runs = Array.from({ length: 60 }, (_, n) => madeRun(n, { gbps: 900 + ((n * 37) % 61), steps: [] }));
      await addPlausible(runs);
      const gone = runs.filter((_, n) => n % 3 === 0);
      await Promise.all(
        gone.map(({ row }, n) => (n % 2 === 0 ? store.expel(row.id) : store.judge(row.id, 'rejected', [REASON]))),
      );
      const left = runs.filter((_, n) => n % 3 !== 0).map(({ row }) => row.gbps ?? 0);
      const [group, ...others] = await store.summary({});
      expect(others).toEqual([]);
      expect(group?.n).toBe(left.length);
      const sorted = left.sort((a, b) => a - b);
      for (const [p, figure] of [
        [0.25, group?.quartiles[0]],
        [0.5, group?.median],
        [0.75, group?.quartiles[1]],
      ] as const) {
        expect(Math.abs((figure ?? 0) / quantileSorted(sorted, p) - 1)).toBeLessThan(0.0051);
      }
    });

    test('does not count a figure that is none', async () => {
      await addPlausible([madeRun(1, { gbps: 0, steps: [{ ...STEP, tokensPerSecond: Number.NaN }] })]);
      expect(await store.summary({})).toEqual([]);
    });
  });

  describe('quarantine', () => {
    const take = (limit: number) => store.takeQuarantined(limit).then(idsOf);

    test('gives each run to one, the oldest first, and again after a minute', async () => {
      await addAll(madeRuns(5));
      expect(await take(2)).toEqual([idOf(0), idOf(1)]);
      expect(await take(10)).toEqual([idOf(2), idOf(3), idOf(4)]);
      expect(await take(10)).toEqual([]);
      nowMs += MINUTE;
      expect(await take(10)).toHaveLength(5);
    });

    test('never gives one run to two', async () => {
      await addAll(madeRuns(24));
      const taken = (await Promise.all(Array.from({ length: 8 }, () => take(3)))).flat();
      expect(new Set(taken).size).toBe(taken.length);
      const rest = await take(100);
      expect(new Set([...taken, ...rest]).size).toBe(24);
    });

    test('does not give one that was judged, though it stays in quarantine', async () => {
      await addAll(madeRuns(3));
      await store.judge(idOf(0), 'quarantined', [REASON]);
      await store.judge(idOf(1), 'plausible', []);
      expect(await take(10)).toEqual([idOf(2)]);
    });

    test('gives the record with the run', async () => {
      await store.add(madeRun(1));
      const [run] = await store.takeQuarantined(1);
      expect(run?.canonical).toBe(madeRun(1).canonical);
      expect(run).not.toHaveProperty('tokenHash');
    });
  });

  test('of judgements at the same time, all are in the summary', async () => {
    const runs = madeRuns(60);
    await addAll(runs);
    const statuses: Status[] = ['plausible', 'reproduced', 'rejected'];
    await Promise.all(runs.map(({ row }, n) => store.judge(row.id, statuses[n % 3] ?? 'plausible', [])));
    expect((await store.summary({})).map(({ n }) => n)).toEqual([40, 40]);
    // A run that is gone is judged by nobody.
    await store.judge(idOf(1000), 'plausible', []);
    expect((await store.summary({})).map(({ n }) => n)).toEqual([40, 40]);
  });

  describe('removing', () => {
    test('needs the token of the run', async () => {
      await store.add(madeRun(1));
      expect(await store.remove(idOf(1), tokenHashOf(2))).toBe('denied');
      expect(await store.find(idOf(1))).toBeDefined();
      expect(await store.remove(idOf(1), tokenHashOf(1))).toBe('removed');
      expect(await store.remove(idOf(1), tokenHashOf(1))).toBe('unknown');
      expect(await store.find(idOf(1))).toBeUndefined();
      expect((await store.list({ model: STEP.model }, 10)).runs).toEqual([]);
      expect(await store.add(madeRun(1))).toBe('added');
    });

    test('of runs of one part at the same time, beside judgements of others, is done', async () => {
      const runs = madeRuns(24);
      await addAll(runs);
      await Promise.all(runs.map(({ row }) => store.judge(row.id, 'plausible', [])));
      const done = await Promise.all(
        runs.map(({ row, tokenHash }, n) =>
          n % 2 === 0
            ? store.remove(row.id, tokenHash)
            : store.judge(row.id, n % 3 === 0 ? 'rejected' : 'reproduced', []),
        ),
      );
      expect(done.filter((one) => one === 'removed')).toHaveLength(12);
      expect((await store.summary({})).map(({ n }) => n)).toEqual([8, 8]);
    });

    test('by a moderator needs none', async () => {
      await store.add(madeRun(1));
      expect(await store.expel(idOf(1))).toBe(true);
      expect(await store.expel(idOf(1))).toBe(false);
    });
  });

  describe('admitting', () => {
    test('lets as many through as the limit says, and then says how long to wait', async () => {
      const admit = (submitter = 'a', action = 'submit') => store.admit(action, submitter, 2, MINUTE);
      expect([await admit(), await admit()]).toEqual([0, 0]);
      nowMs += 20_000;
      expect([await admit(), await admit()]).toEqual([40_000, 40_000]);
      // Others, and other actions, have counters of their own.
      expect([await admit('b'), await admit('a', 'read')]).toEqual([0, 0]);
      nowMs += 40_000;
      expect([await admit(), await admit(), await admit()]).toEqual([0, 0, MINUTE]);
    });

    test('counts what comes at the same time', async () => {
      const waits = await Promise.all(Array.from({ length: 30 }, () => store.admit('submit', 'a', 7, MINUTE)));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(7);
    });
  });

  test('all runs come, the oldest first, and only a backup has the hashes of the tokens', async () => {
    await addAll(madeRuns(120));
    await store.judge(idOf(7), 'rejected', [REASON]);
    const all = await collected(store.all());
    expect(idsOf(all)).toEqual(madeRuns(120).map(({ row }) => row.id));
    expect(all[7]).toMatchObject({ status: 'rejected', reasons: [REASON], canonical: madeRun(7).canonical });
    expect(all[7]).not.toHaveProperty('tokenHash');
    expect((await collected(store.kept()))[7]).toMatchObject({ tokenHash: tokenHashOf(7) });
  });

  test('a secret is the same for all until its time is up', async () => {
    const [first, second] = await Promise.all([store.secret('day', nowMs + DAY), store.secret('day', nowMs + DAY)]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(await store.secret('other', nowMs + DAY)).not.toBe(first);
    nowMs += DAY;
    expect(await store.secret('day', nowMs + DAY)).not.toBe(first);
  });

  test('a name counts once for each submitter who typed it', async () => {
    const typed = (n: number, typedName: string, submitter: string) => madeRun(n, {}, { typedName, submitter });
    await addAll([typed(1, 'x', 'a'), typed(2, 'x', 'a'), typed(3, 'x', 'b'), typed(4, 'y', 'c')]);
    expect([await store.typedBy('x'), await store.typedBy('y'), await store.typedBy('z')]).toEqual([2, 1, 0]);
  });

  // The last one: the others share the store.
  test('answers, and once closed takes nothing', async () => {
    await store.ping();
    await store.close();
    await expect(store.add(madeRun(1))).rejects.toThrow(Unavailable);
    await expect(store.ping()).rejects.toThrow(Unavailable);
  });
});
