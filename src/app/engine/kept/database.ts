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
  const outcome = await tryDatabase(open, work);
  return 'trouble' in outcome ? undefined : outcome.value;
}

/** What `work` returns, or what is wrong with the browser's storage. */
export async function tryDatabase<Schema, T>(
  open: () => Promise<IDBPDatabase<Schema>>,
  work: (db: IDBPDatabase<Schema>) => Promise<T>,
): Promise<{ readonly value: T } | { readonly trouble: StorageTrouble }> {
  try {
    const db = await open();
    try {
      return { value: await work(db) };
    } finally {
      db.close();
    }
  } catch (error) {
    if (isQuotaError(error)) return { trouble: 'full' };
    // A browser that refuses and a fault of ours look alike to a person, and only one is worth a line in the console.
    if (!isRefusal(error)) console.error(error);
    return { trouble: 'denied' };
  }
}

/** Puts back what was taken out of a database. Returns what kept the browser from it. */
export type PutBack = () => Promise<StorageTrouble | null>;

/** `full`: there is no room left. `denied`: the browser refuses storage, as some private windows do, or it fails. */
export type StorageTrouble = 'full' | 'denied';

/** Browsers end a transaction that finds no room with this error (https://w3c.github.io/IndexedDB/#commit-a-transaction). */
const isQuotaError = (error: unknown): boolean => error instanceof Error && error.name === 'QuotaExceededError';

/** What browsers say where storage is blocked, and where the disk fails. */
const REFUSALS: readonly string[] = ['SecurityError', 'UnknownError'];

const isRefusal = (error: unknown): boolean => error instanceof Error && REFUSALS.includes(error.name);
