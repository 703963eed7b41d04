/** What becomes of runs that a moderator and the rules judge, on each storage alike. */

import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { Judge } from '../../src/collector/api/judge.ts';
import { Metrics } from '../../src/collector/api/metrics.ts';
import type { Pool } from '../../src/collector/checking/pool.ts';
import { MODERATOR, type Store } from '../../src/collector/store/store.ts';
import type { Status } from '../../src/crowd/row.ts';
import { FIRST_MS, idOf, madeRun, madeRuns } from './made-runs.ts';
import { storages } from './storages.ts';

const DAY = 24 * 3_600_000;
const SEEN = [{ rule: MODERATOR, text: 'A person looked at it.' }];

describe.each(storages(inject('postgres')))('judging on $name', ({ open, close, end }) => {
  let store: Store;

  beforeEach(async () => {
    store = await open(() => FIRST_MS + DAY);
  });
  afterEach(close);
  afterAll(end);

  /** Judges `runs` that wait by rules that find all plausible. @param meanwhile what happens while they work */
  async function judgeAll(runs: number, meanwhile = async (): Promise<void> => {}): Promise<void> {
    let begun = 0;
    const pool = {
      async run() {
        begun++;
        await meanwhile();
        return { status: 'plausible', reasons: [] };
      },
    } as unknown as Pool;
    const lines: string[] = [];
    const judge = new Judge({ store, pool, metrics: new Metrics(), log: (line) => void lines.push(line) });
    judge.wake();
    await expect.poll(() => begun).toBe(runs);
    await judge.end();
    expect(lines).toEqual([]);
  }

  const fateOf = async (n: number) => {
    const { status, reasons } = (await store.find(idOf(n))) ?? {};
    return { status, reasons };
  };

  test.each(['rejected', 'quarantined', 'plausible'] satisfies Status[])(
    'what a moderator finds %s while the rules look at it stays so',
    async (status) => {
      await store.add(madeRun(1));
      await judgeAll(1, () => store.judge(idOf(1), status, SEEN));
      expect(await fateOf(1)).toEqual({ status, reasons: SEEN });
    },
  );

  test('runs that others reproduce are so, and one that a moderator has judged keeps its reason', async () => {
    await Promise.all(madeRuns(4).map((run) => store.add(run)));
    await store.judge(idOf(0), 'plausible', SEEN);
    await judgeAll(3);
    expect(await fateOf(0)).toEqual({ status: 'plausible', reasons: SEEN });
    expect(await fateOf(1)).toEqual({ status: 'reproduced', reasons: [] });
  });

  test('a run that was judged already is not judged again by rules that took too long', async () => {
    await store.add(madeRun(1));
    await store.judge(idOf(1), 'rejected', [{ rule: 'a-rule', text: 'It says so.' }]);
    await store.judge(idOf(1), 'plausible', [], 'waiting');
    expect((await fateOf(1)).status).toBe('rejected');
  });

  test('a run that a moderator rejects before it is reproduced stays rejected', async () => {
    await store.add(madeRun(1));
    await store.judge(idOf(1), 'rejected', SEEN);
    await store.judge(idOf(1), 'reproduced', [], 'found-plausible');
    expect(await fateOf(1)).toEqual({ status: 'rejected', reasons: SEEN });
    expect(await store.summary({})).toEqual([]);
  });
});
