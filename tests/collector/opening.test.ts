/** Where a store may be, and what is said where it cannot be opened: one line each, and nothing is changed. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openStore } from '../../src/collector/store/open.ts';
import { CannotOpen } from '../../src/collector/store/store.ts';
import { ask, askIn, makeDatabase, urlOf } from '../support/crowd/postgres.ts';
import { idOf, madeRun } from './made-runs.ts';
import { temporaryFolder } from './storages.ts';
import { buildWriter, removeWriter, startWriting } from './writing.ts';

const postgres = inject('postgres');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function expectRefused(where: string, line: string | RegExp): Promise<void> {
  const error: unknown = await openStore(where).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(CannotOpen);
  const message = error instanceof Error ? error.message : '';
  if (typeof line === 'string') expect(message).toBe(line);
  else expect(message).toMatch(line);
  expect(message).not.toContain('\n');
}

describe('a folder', () => {
  let writer: string;
  beforeAll(async () => {
    writer = await buildWriter();
  });
  afterAll(removeWriter);

  test('in use is refused to a second process, and to a second store, until the first ends', async () => {
    const writing = startWriting(writer, folder);
    await writing.reaches(1);
    const inUse = `${folder} is in use by another process: end that one, or name another folder`;
    await expectRefused(folder, inUse);
    await writing.kill();
    const store = await openStore(folder);
    await expectRefused(folder, inUse);
    await store.close();
    await (await openStore(folder)).close();
  });

  test('in use can be read beside', async () => {
    const store = await openStore(folder);
    await store.add(madeRun(1));
    const reader = await openStore(folder, { reading: true });
    expect(await reader.find(idOf(1))).toBeDefined();
    await reader.close();
    expect(await store.add(madeRun(2))).toBe('added');
    await store.close();
  });

  test('that is missing, is a file, or has a file of another kind is refused', async () => {
    const missing = join(folder, 'missing');
    await expectRefused(missing, `there is no folder ${missing}: make it, or name another`);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expectRefused(file, `${file} is a file, and the collection needs a folder: name another`);
    const junk = join(folder, 'junk');
    mkdirSync(junk);
    writeFileSync(join(junk, 'runs.db'), 'no database '.repeat(1000));
    await expectRefused(
      junk,
      `${join(junk, 'runs.db')} is no SQLite database: name another folder, or restore a backup`,
    );
    await expect(openStore(folder, { reading: true })).rejects.toThrow(`there is no collection in ${folder}`);
  });
});

describe('a database', () => {
  test('that does not answer is refused, without the password in the line', async () => {
    const line =
      /^the database at 127\.0\.0\.1:1\/runs does not answer \(.*ECONNREFUSED.*\): start it, or check DATABASE_URL$/;
    await expectRefused('postgres://user:secret@127.0.0.1:1/runs', line);
  });

  test('of another kind, or without an address, is refused', async () => {
    await expectRefused('mysql://host/runs', 'a database has a URL that begins with postgres://; got mysql://');
    await expectRefused('postgres://user:p%zz@[::1/runs', /cannot|no address|does not answer/);
  });

  test('that is not there is refused', async () => {
    await expectRefused(urlOf(postgres, 'nowhere'), /\/nowhere does not answer \(database "nowhere" does not exist\)/);
  });

  test('that may forget what it acknowledged is refused', async () => {
    const url = urlOf(postgres, await makeDatabase(postgres), '-c synchronous_commit=off');
    await expectRefused(url, /runs with synchronous_commit = off, with which an acknowledged run could vanish/);
  });

  test('whose encoding cannot hold every name is refused', async () => {
    const name = await makeDatabase(postgres, "encoding 'LATIN1' template template0");
    await expectRefused(urlOf(postgres, name), /runs with server_encoding = LATIN1/);
    await ask(postgres, `drop database ${name}`);
  });

  test('of a later version of HBMark is refused, and left as it is', async () => {
    const url = urlOf(postgres, await makeDatabase(postgres));
    await (await openStore(url)).close();
    await askIn(url, `insert into hbmark_migrations values ('9999-later', '2030-01-01T00:00:00Z')`);
    await expectRefused(url, /are of a later version of HBMark: run that one, or newer$/);
    await askIn(url, `delete from hbmark_migrations where name = '9999-later'`);
    await (await openStore(url)).close();
  });

  test('that is empty is taken by ten replicas that start together', async () => {
    const url = urlOf(postgres, await makeDatabase(postgres));
    const stores = await Promise.all(Array.from({ length: 10 }, () => openStore(url)));
    await stores[0]?.add(madeRun(1));
    expect(await stores[9]?.find(idOf(1))).toBeDefined();
    await Promise.all(stores.map((store) => store.close()));
  });
});
