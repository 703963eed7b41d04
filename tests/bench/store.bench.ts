/**
 * `npx vitest run --project bench store`: how many runs a second each storage takes, by how many come at a time, and the
 * CPU of this process for each; and how long the summary and a page of runs take, at ten times as many runs as before.
 * Records are real ones of about 60 kB. Tables are filled with copies of runs that were added and judged.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { quantile } from 'simple-statistics';
import { afterAll, beforeAll, test } from 'vitest';
import { openStore } from '../../src/collector/store/open.ts';
import { openPostgres } from '../../src/collector/store/storage/postgres.ts';
import { openSqlite } from '../../src/collector/store/storage/sqlite.ts';
import type { Filter, NewRun, Store } from '../../src/collector/store/store.ts';
import { idOf, madeRun, recordWithId, STEP } from '../collector/made-runs.ts';
import { makeDatabase, makeServer, type PostgresPlace, removeServer, urlOf } from '../support/crowd/postgres.ts';

/** The most runs that are read from, by storage: what each is for. */
const MOST = { SQLite: 100_000, Postgres: 1_000_000 } as const;

type Kind = keyof typeof MOST;
const KINDS: readonly Kind[] = ['SQLite', 'Postgres'];

/** Runs that are added at a time while the tables are filled. */
const AT_ONCE = 64;

const PARTS = 40;
const MODELS = 4;

let postgres: PostgresPlace;
let folder: string;
beforeAll(async () => {
  postgres = await makeServer();
  folder = mkdtempSync(join(tmpdir(), 'hbmark-bench-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await removeServer(postgres);
});

const place = async (storage: Kind): Promise<string> =>
  storage === 'SQLite' ? mkdtempSync(join(folder, 'data-')) : urlOf(postgres, await makeDatabase(postgres));

/** Does work for each number below a count, so many at a time. @returns the ms of each */
async function each(count: number, atOnce: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      const began = performance.now();
      await work(n);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const spread = (times: readonly number[]): string =>
  `median ${ms(quantile([...times], 0.5))} ms, p99 ${ms(quantile([...times], 0.99))} ms`;

test.each(KINDS)('adding: %s', async (storage) => {
  let first = 0;
  for (const atOnce of [1, 8, 64]) {
    const store = await openStore(await place(storage));
    const count = atOnce === 1 ? 200 : 1000;
    const offset = first;
    first += count;
    const runs = Array.from({ length: count }, (_, n) =>
      madeRun(offset + n, {}, { canonical: recordWithId(idOf(offset + n)) }),
    );
    const [began, usedBefore] = [performance.now(), process.cpuUsage()];
    const times = await each(count, atOnce, (n) => store.add(runs[n] ?? madeRun(n)));
    const [seconds, used] = [(performance.now() - began) / 1000, process.cpuUsage(usedBefore)];
    const cpuMs = (used.user + used.system) / 1000 / count;
    const rate = `${Math.round(count / seconds)} runs/s, ${spread(times)}`;
    console.log(`${storage}, ${atOnce} at a time: ${rate}; ${ms(cpuMs)} ms of CPU here for each`);
    await store.close();
  }
});

/** Runs of 40 parts, each with a read ceiling and two steps, whose figures vary by 10 %. */
function variedRun(n: number): NewRun {
  const factor = 1 + ((n * 7919) % 1000) / 10_000;
  const part = { name: `Part ${n % PARTS}`, memoryGB: 24, count: 1 };
  const steps = [0, 1].map((one) => ({
    ...STEP,
    model: `model-${(n + one) % MODELS}`,
    tokensPerSecond: 1000 * factor,
  }));
  return madeRun(n, { part, gbps: 900 * factor, steps });
}

const SUMMARIES: readonly [string, Parameters<Store['summary']>[0]][] = [
  ['the whole summary', {}],
  ['the summary of a part', { part: 'Part 7' }],
];

const PAGES: readonly [string, Filter][] = [
  ['a page of all', {}],
  ['a page of a part and a model', { part: 'Part 7', model: 'model-3' }],
  ['a page of plausible runs of a part', { part: 'Part 7', status: 'plausible' }],
];

/** The columns that copies of a run share. */
const SHARED = sql.raw(
  'status, counted, leased_until_ms, part, program, "system", software, consent, submitter, token_hash, reasons, "row", typed_name',
);

/** Adds so many copies of every run, and has the summary count them: as much as if each had been added and judged. */
async function multiply(where: string, copies: number): Promise<void> {
  const storage = isUrl(where) ? await openPostgres(where, { patient: true }) : openSqlite(where, { reading: false });
  const numbers = sql`with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${sql.lit(copies)})`;
  const [id, received] = [sql`id || ${sql.lit(`-${copies}-`)} || i`, sql`received_ms - cast(i as bigint) * 4000000`];
  const factor = sql.lit(copies + 1);
  await storage.db.transaction().execute(async (trx) => {
    await sql`insert into runs (id, received_ms, ${SHARED}) ${numbers} select ${id}, ${received}, ${SHARED} from runs, numbers`.execute(
      trx,
    );
    await sql`insert into run_models (model, part, id, received_ms) ${numbers} select model, part, ${id}, ${received} from run_models, numbers`.execute(
      trx,
    );
    await sql`update summary_counts set n = n * ${factor}, total = total * ${factor}`.execute(trx);
    await sql`update summary_groups set n = n * ${factor}`.execute(trx);
  });
  await sql`analyze`.execute(storage.db);
  await storage.close();
}

const isUrl = (where: string): boolean => where.startsWith('postgres:');

const ADDED = 2000;

test.each(KINDS)('reading: %s', async (storage) => {
  const where = await place(storage);
  const filled = await openStore(where);
  const began = performance.now();
  await each(ADDED, AT_ONCE, async (n) => {
    const run = variedRun(n);
    await filled.add(run);
    await filled.judge(run.row.id, 'plausible', []);
  });
  const seconds = (performance.now() - began) / 1000;
  console.log(`${storage}: ${Math.round(ADDED / seconds)} runs/s added and judged`);
  await filled.close();
  let there = ADDED;
  for (const count of [MOST[storage] / 10, MOST[storage]]) {
    await multiply(where, Math.round(count / there) - 1);
    there = count;
    const store = await openStore(where);
    console.log(`${storage}, ${count} runs:`);
    for (const [what, filter] of SUMMARIES) {
      console.log(`  ${what}: ${spread(await each(300, 1, () => store.summary(filter)))}`);
    }
    for (const [what, filter] of PAGES) {
      console.log(`  ${what}: ${spread(await each(100, 1, () => store.list(filter, 50)))}`);
    }
    await store.close();
  }
});
