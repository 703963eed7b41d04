/** Any database that speaks Postgres's protocol, by its URL. */

import { Kysely, type MigrationLockOptions, PostgresAdapter, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { CannotOpen } from '../store.ts';
import type { Tables } from '../tables.ts';
import { causeOf, codeOf, type Storage, type Trouble } from './storage.ts';

/** Writing transactions under way at a time. More would hide more of the way to a database that is far away. */
const WRITERS = 4;

/** Connections: a writer each for runs, judgements and counters, and some for reading. */
const CONNECTIONS = 3 * WRITERS + 4;

/** The time for a connection, and for an answer, in ms. Beyond, the other side is taken for gone. */
const CONNECT_MS = 3000;
const ANSWER_MS = 10_000;

/** The name in `pg_stat_activity`. */
const APPLICATION = 'hbmark';

/**
 * Opens the database at a URL.
 * @param patient waits for an answer as long as it takes: for changes of tables with many runs
 * @throws CannotOpen
 */
export async function openPostgres(url: string, { patient = false } = {}): Promise<Storage> {
  const name = `the database at ${withoutPassword(url)}`;
  const pool = poolOf(url, name, patient);
  // Connections that are lost between two queries: without a listener, that would end the process. The query after it
  // fails, and is tried again on another.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const storage = storageOf(name, pool);
  try {
    await requireDurability(storage);
    return storage;
  } catch (cause) {
    await storage.close();
    await pool.end().catch(() => {});
    if (cause instanceof CannotOpen) throw cause;
    throw new CannotOpen(`${name} does not answer (${causeOf(cause)}): start it, or check DATABASE_URL`, { cause });
  }
}

function poolOf(url: string, name: string, patient: boolean): pg.Pool {
  try {
    return new pg.Pool({
      connectionString: url,
      application_name: APPLICATION,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      ...(patient ? {} : { query_timeout: ANSWER_MS }),
      keepAlive: true,
      // Whole numbers here stay below 2⁵³: counts, and ms since 1970.
      types: {
        getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
      },
    });
  } catch (cause) {
    throw new CannotOpen(`${name} has no address that can be read (${causeOf(cause)}): check DATABASE_URL`, { cause });
  }
}

/** A URL as it may be shown: host and database, where it is sure which part of it is no password. */
export const withoutPassword = (url: string): string =>
  /^\w+:\/\/(?:[^/?#@]*@)?([^/?#@]*\/[^?#@]*)(?:\?[^@]*)?$/.exec(url)?.[1] ?? 'the given URL';

/** What an acknowledged run needs, by the names of Postgres's settings. A database that has no such setting passes. */
const NEEDED: ReadonlyMap<string, { readonly value: RegExp; readonly why: string }> = new Map([
  ['fsync', { value: /^on$/, why: 'an acknowledged run could vanish with the power' }],
  ['synchronous_commit', { value: /^(?!off$)/, why: 'an acknowledged run could vanish with the power' }],
  ['server_encoding', { value: /^UTF-?8$/i, why: 'names of models can hold any character' }],
]);

async function requireDurability({ db, name }: Storage): Promise<void> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings where name in (${sql.join([...NEEDED.keys()])})`.execute(db);
  for (const { name: setting, setting: value } of rows) {
    const needed = NEEDED.get(setting);
    if (needed === undefined || needed.value.test(value)) continue;
    throw new CannotOpen(
      `${name} runs with ${setting} = ${value}, with which ${needed.why}: change that, or use another`,
    );
  }
}

function storageOf(name: string, pool: pg.Pool): Storage {
  const db = new Kysely<Tables>({ dialect: new PlainDialect({ pool }) });
  return {
    db,
    bytes: 'bytea',
    writers: WRITERS,
    name,
    troubleOf,
    // Its autovacuum does.
    tend: async () => {},
    close: () => db.destroy(),
  };
}

/** SQLSTATEs of serialisation failures and deadlocks. */
const CONFLICT = /^(40001|40P01)$/;

/**
 * SQLSTATEs of others that may be gone at the next try: connection exceptions, a server that stops or starts, too many
 * connections, and one that only reads because another has taken over.
 */
const PASSING = /^(08...|40003|57P0[123]|53300|25006)$/;

/** SQLSTATE codes of failures that last: no room on disk or in memory, a query that was stopped. */
const LASTING = /^(53...|57014|58030)$/;

/** Node's codes for a connection that cannot be had, or is lost. */
const LOST = /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|NOENT|AI_AGAIN)$/;

/** The same, as pg and kysely say it without a code. */
const SAID =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Postgres connection has been discarded|Transaction was rolled back instead)/;

function troubleOf(error: unknown): Trouble | undefined {
  const code = codeOf(error);
  if (CONFLICT.test(code)) return 'conflict';
  if (PASSING.test(code) || LOST.test(code)) return 'passing';
  if (LASTING.test(code)) return 'lasting';
  return error instanceof Error && SAID.test(error.message) ? 'passing' : undefined;
}

class PlainDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new PlainAdapter();
  }
}

/** Replicas that start together migrate one after another, by a row's lock: not every database has advisory locks. */
class PlainAdapter extends PostgresAdapter {
  override async acquireMigrationLock(
    db: Kysely<unknown>,
    { lockTable, lockRowId }: MigrationLockOptions,
  ): Promise<void> {
    await sql`update ${sql.table(lockTable)} set is_locked = is_locked where id = ${lockRowId}`.execute(db);
  }

  override async releaseMigrationLock(): Promise<void> {
    // It ends with the transaction.
  }
}
