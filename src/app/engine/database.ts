/** A database of this browser for as long as something is done with it. */

import { type DBSchema, type IDBPDatabase, openDB, type StoreNames } from 'idb';

/** Opens a database of these stores. Of another version nothing is kept: what is in it can be made again, or done without. */
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
    // A page of another version waits for this one.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });

/** Undefined where the browser has no storage for us. */
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
