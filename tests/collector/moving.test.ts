/** What outlives a database: versions of its tables, and backups, from one kind of database to the other. */

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { BadBackup, restoreBackup, writeBackup } from '../../src/collector/store/backup.ts';
import { migratorOf } from '../../src/collector/store/migrate.ts';
import { openStore } from '../../src/collector/store/open.ts';
import { openPostgres } from '../../src/collector/store/storage/postgres.ts';
import { openSqlite } from '../../src/collector/store/storage/sqlite.ts';
import type { Storage } from '../../src/collector/store/storage/storage.ts';
import { CannotOpen, type Store } from '../../src/collector/store/store.ts';
import type { Status } from '../../src/crowd/row.ts';
import { makeDatabase, urlOf } from '../support/crowd/postgres.ts';
import { idOf, madeRun, recordWithId, tokenHashOf } from './made-runs.ts';
import { collected, temporaryFolder } from './storages.ts';

const postgres = inject('postgres');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const aDatabase = async () => urlOf(postgres, await makeDatabase(postgres));
const aFolder = async () => {
  const made = join(folder, `data-${++folders}`);
  mkdirSync(made);
  return made;
};
let folders = 0;

const STATUSES: readonly Status[] = ['quarantined', 'plausible', 'reproduced', 'rejected'];
const statusOf = (n: number): Status => STATUSES[n % STATUSES.length] ?? 'quarantined';
const run = (n: number) => madeRun(n, { gbps: 900 + n }, { canonical: recordWithId(idOf(n)) });

/** All that a store says. */
const contents = async (store: Store) => ({
  kept: await collected(store.kept()),
  summary: await store.summary({}),
});

async function fill(store: Store, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await store.add(run(n));
    if (statusOf(n) !== 'quarantined') await store.judge(idOf(n), statusOf(n), [{ rule: 'r', text: `${n}` }]);
  }
}

describe('tables of version 1, with runs in them,', () => {
  /** Makes the tables as version 1 had them, and adds runs as it did. */
  async function fillVersion1(storage: Storage, count: number): Promise<void> {
    const { error } = await migratorOf(storage, storage.db).migrateTo('0001-runs');
    expect(error).toBeUndefined();
    for (let n = 0; n < count; n++) {
      const { row, canonical, consent, receivedMs, submitter, tokenHash } = run(n);
      // Version 1 had no column "counted".
      await sql`insert into runs (id, received_ms, status, leased_until_ms, part, program, system, software, consent,
          submitter, token_hash, reasons, "row", typed_name)
        values (${row.id}, ${receivedMs}, ${statusOf(n)}, ${statusOf(n) === 'quarantined' ? 0 : Number.MAX_SAFE_INTEGER}, ${row.part.name}, ${row.program}, ${row.system}, 0, ${consent},
          ${submitter}, ${tokenHash}, '[]', ${JSON.stringify(row)}, '')`.execute(storage.db);
      await sql`insert into records (id, gzipped) values (${row.id}, ${gzipSync(canonical)})`.execute(storage.db);
    }
  }

  test.each<[string, () => Promise<string>, (where: string) => Promise<Storage>]>([
    ['SQLite', aFolder, async (where) => openSqlite(where, { reading: false })],
    ['Postgres', aDatabase, openPostgres],
  ])('are brought to today’s: %s', async (_, place, openStorage) => {
    const where = await place();
    const storage = await openStorage(where);
    await fillVersion1(storage, 12);
    await storage.close();
    await expect(openStore(where, { reading: true })).rejects.toThrow(CannotOpen);

    const store = await openStore(where);
    const kept = await collected(store.kept());
    expect(kept.map(({ row, status, tokenHash }) => [row.id, status, tokenHash])).toEqual(
      kept.map((_, n) => [idOf(n), statusOf(n), tokenHashOf(n)]),
    );
    expect(kept).toHaveLength(12);
    for (const { row, canonical } of kept) expect(canonical).toBe(recordWithId(row.id));
    // Plausible and reproduced: half of them.
    expect((await store.summary({})).map(({ n }) => n)).toEqual([6, 6]);
    await store.judge(idOf(1), 'rejected', []);
    expect((await store.summary({})).map(({ n }) => n)).toEqual([5, 5]);
    expect((await store.takeQuarantined(100)).map(({ row }) => row.id)).toEqual([0, 4, 8].map(idOf));
    await store.close();
    await (await openStore(where)).close();
  });
});

describe('a backup', () => {
  const file = () => join(folder, 'backup.jsonl.gz');

  test.each<[string, () => Promise<string>, () => Promise<string>]>([
    ['SQLite to SQLite', aFolder, aFolder],
    ['SQLite to Postgres', aFolder, aDatabase],
    ['Postgres to SQLite', aDatabase, aFolder],
    ['Postgres to Postgres', aDatabase, aDatabase],
  ])('is restored whole: %s', async (_, from, to) => {
    const source = await from();
    const store = await openStore(source);
    await fill(store, 9);
    // Beside the service, which goes on.
    const reader = await openStore(source, { reading: true });
    expect(await writeBackup(reader, file())).toBe(9);
    await reader.close();
    const before = await contents(store);
    await store.add(run(100));
    await store.close();

    const restored = await openStore(await to());
    expect(await restoreBackup(restored, file())).toEqual({ added: 9, known: 0 });
    expect(await contents(restored)).toEqual(before);
    expect(await restored.remove(idOf(1), tokenHashOf(1))).toBe('removed');
    // Once more adds what is missing, and changes nothing else.
    await restored.judge(idOf(2), 'rejected', []);
    expect(await restoreBackup(restored, file())).toMatchObject({ added: 1 });
    expect(await restored.find(idOf(2))).toMatchObject({ status: 'rejected' });
    await restored.close();
  });

  test('that was broken off while it was restored is begun again', async () => {
    const [one, other] = [await openStore(await aFolder()), await openStore(await aFolder())];
    await fill(one, 8);
    await writeBackup(one, file());
    // As far as it came: added, and not judged yet.
    await other.add(run(2));
    expect(await restoreBackup(other, file())).toEqual({ added: 7, known: 1 });
    expect(await contents(other)).toEqual(await contents(one));
    await one.close();
    await other.close();
  });

  test('that was cut or changed, or is none, is refused, and nothing of it is kept', async () => {
    const store = await openStore(await aFolder());
    const other = await openStore(await aFolder());
    await fill(store, 3);
    await writeBackup(store, file());
    const bytes = readFileSync(file());
    const text = gunzipSync(bytes).toString();
    const lines = text.trimEnd().split('\n');
    const spoilt: Buffer[] = [
      bytes.subarray(0, bytes.length / 2),
      gzipSync(`${lines.slice(0, -1).join('\n')}\n`),
      gzipSync(text.replace('"chrome"', '"chrome "')),
      gzipSync([lines[0], lines[1], ...lines.slice(3)].join('\n')),
      gzipSync('{}\n'),
      Buffer.from('text'),
      Buffer.alloc(0),
    ];
    for (const [index, content] of spoilt.entries()) {
      writeFileSync(file(), content);
      const refused: unknown = await restoreBackup(other, file()).catch((error: unknown) => error);
      expect([index, refused]).toEqual([index, expect.any(BadBackup)]);
    }
    await expect(restoreBackup(other, join(folder, 'missing'))).rejects.toThrow(BadBackup);
    expect(await collected(other.all())).toEqual([]);
    await store.close();
    await other.close();
  });

  test('that cannot be written leaves the one before', async () => {
    const store = await openStore(await aFolder());
    await fill(store, 1);
    await writeBackup(store, file());
    const size = statSync(file()).size;
    const failing = {
      async *kept() {
        yield* store.kept();
        throw new Error('away');
      },
    };
    await expect(writeBackup(failing, file())).rejects.toThrow('away');
    expect(statSync(file()).size).toBe(size);
    await store.close();
  });
});
