/** A store, by where it is: a data folder, or the URL of a database. */

import { DatabaseStore } from './database-store.ts';
import { openPostgres } from './engine/postgres.ts';
import { openSqlite } from './engine/sqlite.ts';
import { migrate, requireMigrated } from './migrate.ts';
import { CannotOpen, type Store } from './store.ts';

export interface StoreOptions {
  /** Only reads, beside a process that writes; for a backup. The tables must be of this version. */
  readonly reading?: boolean;
  /** The clock: ms since 1970. */
  readonly now?: () => number;
}

/**
 * Opens a store, and brings its tables to this version.
 * @param where a folder that exists, or `postgres://…`
 * @throws CannotOpen
 */
export async function openStore(where: string, { reading = false, now = Date.now }: StoreOptions = {}): Promise<Store> {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(where) ?? [];
  if (scheme !== undefined && !/^postgres(ql)?$/i.test(scheme)) {
    throw new CannotOpen(`a database has a URL that begins with postgres://; got ${scheme}://`);
  }
  const engine = scheme === undefined ? openSqlite(where, { reading }) : await openPostgres(where);
  try {
    await (reading ? requireMigrated(engine) : migrate(engine));
    if (!reading) await engine.tend();
    return new DatabaseStore(engine, now);
  } catch (error) {
    await engine.close();
    throw error;
  }
}
