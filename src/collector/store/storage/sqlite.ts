/**
 * SQLite in a data folder, through libsql: `runs.db` and its write-ahead log. Each commit that somebody is told of is
 * fsynced. One process has the folder: it holds a lock on the file `lock`, which the system takes from it when it ends,
 * however it ends.
 */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import Database from 'libsql';
import { CannotOpen } from '../store.ts';
import type { Tables } from '../tables.ts';
import { causeOf, codeOf, type Storage, type Trouble } from './storage.ts';

/** How long a statement waits for another program that has the file, in ms: `sqlite3` on a terminal, say. */
const BUSY_MS = 5000;

/** The rows of each index that are looked at to learn which of them to use. It bounds what a start takes. */
const ANALYSED_ROWS = 1000;

/**
 * Opens the database of a folder.
 * @param reading only reads: beside a process that has the folder, and without its lock
 * @throws CannotOpen
 */
export function openSqlite(folder: string, { reading }: { reading: boolean }): Storage {
  requireFolder(folder, reading);
  const path = join(folder, 'runs.db');
  if (reading && !existsSync(path)) throw new CannotOpen(`there is no collection in ${folder}: it has no runs.db`);
  const unlock = reading ? () => {} : lock(folder);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: BUSY_MS });
    prepareDatabase(database);
    return storageOf(folder, database, unlock);
  } catch (cause) {
    database?.close();
    unlock();
    if (cause instanceof CannotOpen) throw cause;
    const what = codeOf(cause) === 'SQLITE_NOTADB' ? 'is no SQLite database' : `cannot be opened (${causeOf(cause)})`;
    throw new CannotOpen(`${path} ${what}: name another folder, or restore a backup`, { cause });
  }
}

function requireFolder(folder: string, reading: boolean): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new CannotOpen(`there is no folder ${folder}: make it, or name another`);
  if (!found.isDirectory())
    throw new CannotOpen(`${folder} is a file, and the collection needs a folder: name another`);
  const rights = reading ? constants.R_OK : constants.R_OK | constants.W_OK;
  try {
    accessSync(folder, rights | constants.X_OK);
    for (const name of ['lock', 'runs.db']) if (existsSync(join(folder, name))) accessSync(join(folder, name), rights);
  } catch (cause) {
    const act = reading ? 'read' : 'written';
    throw new CannotOpen(`${folder} cannot be ${act} (${codeOf(cause)}): change its rights, or name another`, {
      cause,
    });
  }
}

/** Takes the folder's lock. Returns what gives it back. */
function lock(folder: string): () => void {
  const path = join(folder, 'lock');
  try {
    const held = new Database(path, { timeout: 0 });
    held.exec('begin exclusive');
    return () => {
      // Closing alone would hold the lock until libsql's statements are collected.
      if (!held.open) return;
      held.exec('rollback');
      held.close();
    };
  } catch (cause) {
    const line = codeOf(cause).startsWith('SQLITE_BUSY')
      ? `${folder} is in use by another process: end that one, or name another folder`
      : `${path} cannot be locked (${causeOf(cause)}): name a folder on a disk of this machine`;
    throw new CannotOpen(line, { cause });
  }
}

function prepareDatabase(database: Database.Database): void {
  const [mode] = database.prepare('pragma journal_mode = wal').all([]);
  if (JSON.stringify(mode) !== '{"journal_mode":"wal"}') {
    throw new CannotOpen(
      `SQLite cannot keep a write-ahead log there (${JSON.stringify(mode)}): name a folder on a disk of this machine`,
    );
  }
  database.exec('pragma synchronous = full');
  // On macOS fsync leaves the data in the drive's cache.
  database.exec('pragma fullfsync = 1');
  // What was deleted is overwritten, so that a removed run is gone from the file, too.
  database.exec('pragma secure_delete = on');
}

function storageOf(folder: string, database: Database.Database, unlock: () => void): Storage {
  const db = new Kysely<Tables>({ dialect: new TransactionalDialect({ database: remembering(database) }) });
  return {
    db,
    bytes: 'blob',
    // There is one writer at a time.
    writers: 1,
    name: `the collection in ${folder}`,
    // In this mode a commit is written to the log, and the next commit's fsync takes it along.
    loosely: (work) =>
      db.connection().execute(async (connection) => {
        await sql`pragma synchronous = normal`.execute(connection);
        try {
          return await connection.transaction().execute(work);
        } finally {
          await sql`pragma synchronous = full`.execute(connection);
        }
      }),
    troubleOf,
    async tend() {
      await sql.raw(`pragma analysis_limit = ${ANALYSED_ROWS}`).execute(db);
      await sql.raw('analyze').execute(db);
    },
    async close() {
      await db.destroy();
      unlock();
    },
  };
}

function troubleOf(error: unknown): Trouble | undefined {
  const code = codeOf(error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'conflict';
  return /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOMEM)/.test(code) ? 'lasting' : undefined;
}

/** Statements are compiled once. There are as many as the store has queries, lists of every filter included. */
function remembering(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close() {
      statements.clear();
      database.close();
    },
    prepare(sql) {
      // A full disk has ended the transaction already; an error of the rollback would hide that of the disk.
      if (sql === 'rollback' && !database.inTransaction) return NOTHING;
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      // A statement for many rows hardly comes again.
      if (sql.length > MAX_SQL) return statement;
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
  };
}

const MAX_STATEMENTS = 500;

/** The longest statement that is kept, in characters. */
const MAX_SQL = 2000;

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

/** Kysely runs migrations outside transactions on SQLite, which could do with half of one. */
class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
