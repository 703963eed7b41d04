/** What a database is to the store: kysely's queries, and what differs between the two kinds. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { Unavailable } from '../store.ts';
import type { Tables } from '../tables.ts';

/**
 * A failure that is not the query's: a `conflict` with another transaction; `passing`, another one that may be gone at the
 * next try (a lost connection); `lasting`, one that is not (a full disk).
 */
export type Trouble = 'conflict' | 'passing' | 'lasting';

export interface Storage {
  readonly db: Kysely<Tables>;
  /** Its type for bytes. */
  readonly bytes: 'blob' | 'bytea';
  /** Writing transactions that may be under way at a time. */
  readonly writers: number;
  /** What is said of it in an error: without password. */
  readonly name: string;
  /**
   * Does a transaction that nobody is told of: a loss of power may undo it, until another one is on disk. Left out where
   * such a transaction would take as long as any other.
   */
  loosely?<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** The failure behind an error; undefined if the query itself is at fault. */
  troubleOf(error: unknown): Trouble | undefined;
  /** What it needs from time to time. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

/** The time after which nothing is tried again, in ms. A Postgres that is restarted is away for a second or two. */
const TRYING_MS = 5000;

/** A conflict is tried this often at least: the database answers, and on a busy machine each try may take a second. */
const MIN_TRIES = 8;

/** The wait before the second try, in ms. It doubles with each, up to the longest. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/**
 * Tries until it succeeds, or until trying again is of no use.
 * @param work takes the number of the try, from 1. A try that failed may have been done all the same, where the
 *   connection was lost after it was committed.
 * @throws Unavailable; or what `work` throws if the database is not the cause
 */
export async function persist<T>(
  storage: Pick<Storage, 'name' | 'troubleOf'>,
  work: (attempt: number) => Promise<T>,
  tryingMs = TRYING_MS,
): Promise<T> {
  const began = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (cause) {
      const trouble = storage.troubleOf(cause);
      if (trouble === undefined) throw cause;
      const isLate = performance.now() - began > tryingMs && (trouble !== 'conflict' || attempt >= MIN_TRIES);
      if (trouble === 'lasting' || isLate) {
        throw new Unavailable(`${storage.name} cannot be used now (${causeOf(cause)}): try again later`, { cause });
      }
    }
    const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
    // Random by half: two that were in each other's way do not meet again.
    await delay(longest * (0.5 + Math.random() / 2));
  }
}

/** A transaction, tried as `persist` does. */
export const transact = <T>(
  storage: Storage,
  work: (trx: Transaction<Tables>, attempt: number) => Promise<T>,
): Promise<T> => persist(storage, (attempt) => storage.db.transaction().execute((trx) => work(trx, attempt)));

/** The same, where a loss of power may undo it: nobody is told of it. */
export function transactLoosely<T>(storage: Storage, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  const { loosely } = storage;
  return loosely ? persist(storage, () => loosely(work)) : transact(storage, work);
}

/** The same of one statement, which is a transaction by itself. */
export function executeLoosely<T>(storage: Storage, statement: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { loosely, db } = storage;
  return persist(storage, () => (loosely ? loosely(statement) : statement(db)));
}

/** The code of an error, as Node, SQLite and Postgres give it; empty if it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Node tries every address of a name, and then throws all that it met.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}

/** One short text of what went wrong. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ''] = error.message.split('\n');
  return line || codeOf(error) || error.name;
}
