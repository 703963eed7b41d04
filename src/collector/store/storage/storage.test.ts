import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../store.ts';
import { withoutPassword } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { causeOf, codeOf, persist, type Trouble, transactLoosely } from './storage.ts';

const storage = (trouble: Trouble | undefined) => ({ name: 'the database', troubleOf: () => trouble });

/** Fails so many times. */
function failing(times: number) {
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    attempts.push(attempt);
    if (attempts.length <= times) throw new Error('connection lost\nand more');
    return 'done';
  };
  return { attempts, work };
}

describe('persist', () => {
  test('tries again what may pass', async () => {
    const { attempts, work } = failing(2);
    expect(await persist(storage('passing'), work)).toBe('done');
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('gives up after a while, in one line', async () => {
    const { attempts, work } = failing(100);
    const failed = persist(storage('passing'), work, 200);
    await expect(failed).rejects.toThrow(Unavailable);
    await expect(failed).rejects.toThrow('the database cannot be used now (connection lost): try again later');
    expect(attempts.length).toBeGreaterThan(1);
  });

  test('tries a conflict some times, however long a try takes', async () => {
    const { attempts, work } = failing(7);
    expect(await persist(storage('conflict'), work, 0)).toBe('done');
    expect(attempts).toHaveLength(8);
    const { attempts: more, work: never } = failing(100);
    await expect(persist(storage('conflict'), never, 0)).rejects.toThrow(Unavailable);
    expect(more).toHaveLength(8);
  });

  test('does not try again what lasts', async () => {
    const { attempts, work } = failing(100);
    await expect(persist(storage('lasting'), work)).rejects.toThrow(Unavailable);
    expect(attempts).toEqual([1]);
  });

  test('passes on what is not the fault of the database', async () => {
    const { attempts, work } = failing(100);
    await expect(persist(storage(undefined), work)).rejects.not.toThrow(Unavailable);
    expect(attempts).toEqual([1]);
  });
});

test('an error without a message, as of a name with several addresses, is said by its code', () => {
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  const both = new AggregateError([refused, refused]);
  expect([codeOf(both), causeOf(both)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  expect([codeOf('text'), causeOf('text')]).toEqual(['', 'text']);
});

test.each([
  ['postgres://user:secret@db.example:5432/runs?sslmode=require', 'db.example:5432/runs'],
  ['postgresql://db.example/runs', 'db.example/runs'],
  ['postgres://user:p@ss:w/rd@db.example/runs', 'the given URL'],
  ['postgres://user:p?ss@db.example/runs', 'the given URL'],
  ['postgres://db.example/runs?password=p@ss', 'the given URL'],
  ['postgres:///runs?host=/run/postgresql&password=secret', '/runs'],
])('%s is shown as %s', (url, shown) => expect(withoutPassword(url)).toBe(shown));

test('after a loose transaction, also one that fails, the next commit is fsynced as before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-loose-'));
  const opened = openSqlite(folder, { reading: false });
  const mode = async (db = opened.db) => (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows;
  const [NORMAL, FULL] = [[{ synchronous: 1 }], [{ synchronous: 2 }]];
  expect(await mode()).toEqual(FULL);
  expect(await transactLoosely(opened, mode)).toEqual(NORMAL);
  expect(await mode()).toEqual(FULL);
  const failed = transactLoosely(opened, () => Promise.reject(new Error('not of the database')));
  await expect(failed).rejects.toThrow('not of the database');
  expect(await mode()).toEqual(FULL);
  await opened.close();
  rmSync(folder, { recursive: true });
});
