/** Disks that fill up and databases that go away: nothing is acknowledged that is not kept, and nothing kept is lost. */

import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openStore } from '../../src/collector/store/open.ts';
import { type Store, Unavailable } from '../../src/collector/store/store.ts';
import { ask, makeDatabase, processesOf, startServer, stopServer, urlOf } from '../support/crowd/postgres.ts';
import { openLine } from './line.ts';
import { idOf, madeRun, recordWithId } from './made-runs.ts';
import { collected, temporaryFolder } from './storages.ts';

const postgres = inject('postgres');

const run = (n: number) => madeRun(n, {}, { canonical: recordWithId(idOf(n)) });

/** More runs than any disk here holds. */
const MOST = 1000;

/** Adds runs until the store refuses one. @returns the numbers of those that it acknowledged */
async function fill(store: Store): Promise<number[]> {
  const acknowledged: number[] = [];
  for (let n = 0; n < MOST; n++) {
    try {
      await store.add(run(n));
      acknowledged.push(n);
    } catch (error) {
      expect(error).toBeInstanceOf(Unavailable);
      return acknowledged;
    }
  }
  throw new Error(`the disk holds ${MOST} runs, and is not full`);
}

/** Checks that the store has these runs, and no others. */
async function expectExactly(store: Store, numbers: readonly number[]): Promise<void> {
  const kept = await collected(store.all());
  expect(kept.map(({ row }) => row.id).sort()).toEqual(numbers.map(idOf).sort());
  for (const { row, canonical } of kept) expect(canonical).toBe(recordWithId(row.id));
}

function mayMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'hbmark-mount-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', at]).status !== 0) return false;
    execFileSync('umount', [at]);
    return true;
  } finally {
    rmSync(at, { recursive: true });
  }
}

describe.skipIf(!mayMount())('a disk that fills up (needs the right to mount)', () => {
  let folder: string;
  let disk: string;
  beforeEach(() => {
    folder = temporaryFolder();
    disk = join(folder, 'disk');
    mkdirSync(disk);
  });
  afterEach(() => {
    // Lazily: libsql keeps its files open until its statements are collected.
    spawnSync('umount', ['-l', disk]);
    rmSync(folder, { recursive: true });
  });
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);

  test('SQLite: refuses, keeps all before, and goes on once there is room', async () => {
    mount('size=2m');
    const store = await openStore(disk);
    const acknowledged = await fill(store);
    expect(acknowledged.length).toBeGreaterThan(5);
    // Of several at once, none is acknowledged, and reading goes on.
    const refused = await Promise.allSettled([MOST, MOST + 1, MOST + 2].map((n) => store.add(run(n))));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expectExactly(store, acknowledged);
    execFileSync('mount', ['-o', 'remount,size=8m', disk]);
    expect(await store.add(run(MOST))).toBe('added');
    await store.close();
    const again = await openStore(disk);
    await expectExactly(again, [...acknowledged, MOST]);
    await again.close();
  });

  test('SQLite: a folder that takes no writing is refused in one line', async () => {
    mount('ro');
    await expect(openStore(disk)).rejects.toThrow(
      `${disk} cannot be written (EROFS): change its rights, or name another`,
    );
  });

  test('Postgres: refuses, keeps all before, and goes on once there is room', async () => {
    const name = `small_${process.pid}`;
    // A new database takes 8 MB.
    mount('size=12m,mode=0755');
    if (postgres.user) {
      chownSync(disk, postgres.user.uid, postgres.user.gid);
      execFileSync('chmod', ['755', folder]);
    }
    await ask(postgres, `create tablespace ${name} location '${disk}'`);
    const database = await makeDatabase(postgres, `tablespace ${name}`);
    const store = await openStore(urlOf(postgres, database));
    const acknowledged = await fill(store);
    expect(acknowledged.length).toBeGreaterThan(5);
    await expectExactly(store, acknowledged);
    execFileSync('mount', ['-o', 'remount,size=40m', disk]);
    expect(await store.add(run(MOST))).toBe('added');
    await expectExactly(store, [...acknowledged, MOST]);
    await store.close();
    await ask(postgres, `drop database ${database}`, `drop tablespace ${name}`);
  });
});

describe('a database that goes away', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(urlOf(postgres, await makeDatabase(postgres)));
    await store.add(run(1));
  });
  afterEach(async () => {
    if (processesOf(postgres).length === 0) await startServer(postgres);
    await store.close();
  });

  test('and stays away: each request is refused in one line, and nothing is acknowledged', async () => {
    await stopServer(postgres);
    await Promise.all([
      expect(store.add(run(2))).rejects.toThrow(Unavailable),
      expect(store.judge(idOf(1), 'plausible', [])).rejects.toThrow(Unavailable),
      expect(store.ping()).rejects.toThrow(Unavailable),
      expect(store.find(idOf(1))).rejects.toThrow(
        /^the database at 127\.0\.0\.1:\d+\/\w+ cannot be used now \(.*ECONNREFUSED.*\): try again later$/,
      ),
    ]);
    await startServer(postgres);
    await store.ping();
    await expectExactly(store, [1]);
    expect(await store.add(run(2))).toBe('added');
  });
});

test('a connection that is lost in the middle, and can be had again a moment later: whoever waited is served', async () => {
  const line = await openLine(postgres.port);
  const url = urlOf({ ...postgres, port: line.port }, await makeDatabase(postgres));
  const store = await openStore(url);
  const numbers = Array.from({ length: 60 }, (_, n) => n);
  const added = Promise.all(numbers.map((n) => store.add(run(n))));
  for (let cuts = 0; cuts < 4; cuts++) {
    await delay(20);
    await line.cut();
    await delay(20);
    await line.mend();
  }
  // A commit whose answer was lost is found out, too: no run is said to be known before.
  expect(await added).toEqual(numbers.map(() => 'added'));
  await expectExactly(store, numbers);
  await store.close();
  await line.cut();
});
