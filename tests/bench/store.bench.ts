/**
 * `npx vitest run --project bench store`: how many runs a second each storage takes, by how many come at a time, with
 * how much CPU of this process, and how long the summary and a page of runs take, at 10,000 runs and at ten times as many. `HBMARK_RUNS=1000000` is another
 * number. Records are real ones of about 60 kB; what fills the tables has small ones.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from 'simple-statistics';
import { afterAll, beforeAll, test } from 'vitest';
import { openStore } from '../../src/collector/store/open.ts';
import type { Filter, NewRun, Store } from '../../src/collector/store/store.ts';
import { idOf, madeRun, recordWithId, STEP } from '../collector/made-runs.ts';
import { makeDatabase, makeServer, type PostgresPlace, removeServer, urlOf } from '../support/postgres.ts';

const MOST = Number(process.env.HBMARK_RUNS ?? 100_000);

/** Runs that are added at a time while the tables are filled. */
const AT_ONCE = 64;

const PARTS = 40;
const MODELS = 4;

let postgres: PostgresPlace;
let folder: string;
const stores: Store[] = [];
beforeAll(async () => {
  postgres = await makeServer();
  folder = mkdtempSync(join(tmpdir(), 'hbmark-bench-'));
});
afterAll(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
  await removeServer(postgres);
});

async function opened(storage: string): Promise<Store> {
  const where =
    storage === 'SQLite' ? mkdtempSync(join(folder, 'data-')) : urlOf(postgres, await makeDatabase(postgres));
  const store = await openStore(where);
  stores.push(store);
  return store;
}

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

test.each(['SQLite', 'Postgres'])('adding: %s', async (storage) => {
  let first = 0;
  for (const atOnce of [1, 8, 64]) {
    const store = await opened(storage);
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

test.each(['SQLite', 'Postgres'])('reading: %s', async (storage) => {
  const store = await opened(storage);
  let there = 0;
  for (const count of [MOST / 10, MOST]) {
    const offset = there;
    const began = performance.now();
    await each(count - offset, AT_ONCE, async (n) => {
      const run = variedRun(offset + n);
      await store.add(run);
      await store.judge(run.row.id, 'plausible', []);
    });
    there = count;
    const seconds = (performance.now() - began) / 1000;
    console.log(`${storage}, ${count} runs: ${Math.round((count - offset) / seconds)} runs/s added and judged`);
    for (const [what, filter] of SUMMARIES) {
      console.log(`  ${what}: ${spread(await each(200, 1, () => store.summary(filter)))}`);
    }
    for (const [what, filter] of PAGES) {
      console.log(`  ${what}: ${spread(await each(100, 1, () => store.list(filter, 50)))}`);
    }
  }
});
