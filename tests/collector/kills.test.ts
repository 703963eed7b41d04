/**
 * Processes and servers that are killed while runs are added: every run that was acknowledged is there, and none twice.
 * `HBMARK_KILLS=100` kills as many times on each storage.
 */

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openStore } from '../../src/collector/store/open.ts';
import { killServer, makeDatabase, processesOf, startServer, urlOf } from '../support/crowd/postgres.ts';
import { idOf, madeRun, recordWithId } from './made-runs.ts';
import { collected, temporaryFolder } from './storages.ts';
import { buildWriter, removeWriter, startWriting } from './writing.ts';

const KILLS = Number(process.env.HBMARK_KILLS ?? 3);

/** A writer is killed within this many ms of its first acknowledgement. */
const KILLED_WITHIN_MS = 150;

const postgres = inject('postgres');

let writer: string;
beforeAll(async () => {
  writer = await buildWriter();
});
afterAll(removeWriter);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Checks that the store has each of these runs once, whole. Others, which nobody heard of, may be there, too. */
async function expectKept(where: string, acknowledged: readonly number[]): Promise<void> {
  const store = await openStore(where);
  try {
    const kept = await collected(store.all());
    const byId = new Map(kept.map((run) => [run.row.id, run]));
    expect(byId.size).toBe(kept.length);
    const broken = kept.filter(({ row, canonical }) => canonical !== recordWithId(row.id));
    expect(broken).toEqual([]);
    expect(acknowledged.filter((n) => !byId.has(idOf(n)))).toEqual([]);
  } finally {
    await store.close();
  }
}

test(`a process that is killed ${KILLS} times: SQLite`, async () => {
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const writing = startWriting(writer, folder, { first: kill * 100_000 });
    await writing.reaches(1);
    await delay(Math.random() * KILLED_WITHIN_MS);
    await writing.kill();
    acknowledged.push(...writing.acknowledged());
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
  await expectKept(folder, acknowledged);
});

test(`a process, or the server, that is killed ${KILLS} times: Postgres`, async () => {
  const url = urlOf(postgres, await makeDatabase(postgres));
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const writing = startWriting(writer, url, { first: kill * 100_000 });
    await writing.reaches(1);
    await delay(Math.random() * KILLED_WITHIN_MS);
    if (kill % 2 === 0) {
      await killServer(postgres);
      await startServer(postgres);
      // The writer goes on where it was.
      await writing.reaches(writing.acknowledged().length + 1);
    }
    await writing.kill();
    acknowledged.push(...writing.acknowledged());
  }
  await expectKept(url, acknowledged);
});

describe('a write-ahead log that was cut', () => {
  /** A folder as it was when so many bytes of its log had reached the disk. */
  async function cut(change: (log: string, before: number, after: number) => void): Promise<string> {
    const [source, copy] = [join(folder, 'source'), join(folder, 'copy')];
    for (const made of [source, copy]) mkdirSync(made);
    const store = await openStore(source);
    for (const n of [1, 2, 3]) await store.add(madeRun(n, {}, { canonical: recordWithId(idOf(n)) }));
    const log = join(source, 'runs.db-wal');
    const before = statSync(log).size;
    await store.add(madeRun(4, {}, { canonical: recordWithId(idOf(4)) }));
    const after = statSync(log).size;
    for (const name of ['runs.db', 'runs.db-wal']) cpSync(join(source, name), join(copy, name));
    await store.close();
    change(join(copy, 'runs.db-wal'), before, after);
    return copy;
  }

  test.each<[string, (log: string, before: number, after: number) => void]>([
    ['in the middle of the last run', (log, before, after) => truncateSync(log, Math.floor((before + after) / 2))],
    ['one byte before its end', (log, _, after) => truncateSync(log, after - 1)],
    [
      'with garbage in its place',
      (log, before, after) => {
        const bytes = readFileSync(log);
        writeFileSync(log, bytes.fill(0xa5, before + 100, after));
      },
    ],
  ])('%s: all runs before are there', async (_, change) => {
    const copy = await cut(change);
    await expectKept(copy, [1, 2, 3]);
    const store = await openStore(copy);
    expect(await store.find(idOf(4))).toBeUndefined();
    expect(await store.add(madeRun(4, {}, { canonical: recordWithId(idOf(4)) }))).toBe('added');
    await store.close();
    await expectKept(copy, [1, 2, 3, 4]);
  });
});

/** Attaches strace to processes. */
function startTracing(args: readonly string[]) {
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const attached = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text) => /attached/.test(String(text)) && resolve());
    void ended.then(() => reject(new Error('strace ended')));
  });
  return {
    attached,
    async end() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

const mayTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

describe.skipIf(!mayTrace)('what the system is asked for (needs strace)', () => {
  test('SQLite: no run is acknowledged while a write to the log is not synchronised', async () => {
    const trace = join(folder, 'trace');
    const calls = 'trace=write,pwrite64,pwritev,fsync,fdatasync';
    const writing = startWriting(writer, folder, {
      under: ['strace', '-I2', '-f', '-qq', '-y', '-s', '16', '-e', calls, '-o', trace],
    });
    await writing.reaches(40);
    await writing.kill();
    let unsynced = 0;
    const seen = { acknowledged: 0, synced: 0, early: 0 };
    for (const line of readFileSync(trace, 'utf8').split('\n')) {
      if (/pwrite(64|v)\(\d+<[^>]*runs\.db-wal>/.test(line)) unsynced++;
      else if (/f(data)?sync\(\d+<[^>]*runs\.db-wal>/.test(line)) {
        seen.synced++;
        unsynced = 0;
      } else if (/ write\(1</.test(line)) {
        seen.acknowledged++;
        if (unsynced > 0) seen.early++;
      }
    }
    expect(seen.acknowledged).toBeGreaterThanOrEqual(40);
    expect(seen.early).toBe(0);
    // Runs share transactions: there are fewer than runs, and there are some.
    expect(seen.synced).toBeGreaterThan(1);
    expect(seen.synced).toBeLessThan(seen.acknowledged);
  });

  test('Postgres: the log is synchronised at least once for each run that comes alone', async () => {
    const url = urlOf(postgres, await makeDatabase(postgres));
    await (await openStore(url)).close();
    const trace = join(folder, 'trace');
    const pids = processesOf(postgres).flatMap((pid) => ['-p', `${pid}`]);
    const tracer = startTracing(['-f', '-y', '-e', 'trace=fsync,fdatasync,pwrite64', '-o', trace, ...pids]);
    await tracer.attached;
    const writing = startWriting(writer, url, { atOnce: 1 });
    await writing.reaches(10);
    await writing.kill();
    await tracer.end();
    const synced = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /f(data)?sync\(\d+<[^>]*pg_wal/.test(line));
    expect(synced.length).toBeGreaterThanOrEqual(writing.acknowledged().length);
  });
});
