/** Short-lived connections to this browser's IndexedDB. */

import { type DBSchema, type IDBPDatabase, openDB, type StoreNames } from 'idb';

/**
 * Opens a database with these stores. A database of another version loses its content, which can be measured again.
 */
export const openOf = <Schema extends DBSchema>(
  name: string,
  version: number,
  stores: readonly StoreNames<Schema>[],
): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>(name, version, {
    upgrade(db) {
      for (const old of [...db.objectStoreNames]) db.deleteObjectStore(old);
      for (const store of stores) db.createObjectStore(store);
    },
    // A newer version of the page, in another tab, cannot open its database before this one is closed.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });

/** What `work` returns. Undefined: the browser has no storage for the page. */
export async function withDatabase<Schema, T>(
  open: () => Promise<IDBPDatabase<Schema>>,
  work: (db: IDBPDatabase<Schema>) => Promise<T>,
): Promise<T | undefined> {
  try {
    const db = await open();
    try {
      return await work(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
