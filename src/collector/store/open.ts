/** A store, by where it is: a data folder, or the URL of a database. */

import { DatabaseStore } from './database-store.ts';
import { migrate, requireMigrated } from './migrate.ts';
import { openPostgres } from './storage/postgres.ts';
import { openSqlite } from './storage/sqlite.ts';
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
  const isFolder = scheme === undefined;
  if (!isFolder && !reading) await migrateDatabase(where);
  const storage = isFolder ? openSqlite(where, { reading }) : await openPostgres(where);
  try {
    if (reading) await requireMigrated(storage);
    else if (isFolder) await migrate(storage);
    if (!reading) await storage.tend();
    return new DatabaseStore(storage, now);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Apart from the store's own connections, which do not wait for as long as tables with many runs may take. */
async function migrateDatabase(url: string): Promise<void> {
  const storage = await openPostgres(url, { patient: true });
  try {
    await migrate(storage);
  } finally {
    await storage.close();
  }
}
