/** Brings the tables of a database to today's version, all in one transaction. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import { causeOf, codeOf, type Storage } from './storage/storage.ts';
import { CannotOpen } from './store.ts';
import type { Tables } from './tables.ts';

/** The most tries. Replicas that start together on an empty database get in each other's way. */
const MAX_TRIES = 8;

/** Brings the tables to today's version. @throws CannotOpen if that fails, or if they are of a later one */
export async function migrate(storage: Storage): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await migrateOnce(storage);
      return;
    } catch (cause) {
      if (cause instanceof CannotOpen) throw cause;
      const trouble = storage.troubleOf(cause);
      const mayPass = trouble === 'passing' || trouble === 'conflict' || MADE_MEANWHILE.test(codeOf(cause));
      if (!mayPass || attempt === MAX_TRIES) {
        const line = `the tables of ${storage.name} cannot be brought to this version (${causeOf(cause)})`;
        throw new CannotOpen(`${line}: nothing was changed; see docs/collector.md`, { cause });
      }
    }
    await delay(100 * Math.random() * attempt);
  }
}

/** SQLSTATEs of a table, or a row of one, that another replica has just made, and of what follows in the transaction. */
const MADE_MEANWHILE = /^(23505|42P07|42710|25P02)$/;

async function migrateOnce(storage: Storage): Promise<void> {
  await storage.db.transaction().execute(async (trx) => {
    const { error } = await migratorOf(storage, trx).migrateToLatest();
    if (error !== undefined) throw laterVersion(storage, error) ?? error;
  });
}

/** Its tables have names of their own: another program in the database may use kysely, too. */
export const migratorOf = ({ bytes }: Pick<Storage, 'bytes'>, db: Kysely<Tables>): Migrator =>
  new Migrator({
    db,
    provider: { getMigrations: async () => migrations(bytes) },
    migrationTableName: 'hbmark_migrations',
    migrationLockTableName: 'hbmark_migration_lock',
  });

/** Checks that the tables are of today's version, and changes nothing. @throws CannotOpen if they are not */
export async function requireMigrated(storage: Storage): Promise<void> {
  const found = await migratorOf(storage, storage.db).getMigrations();
  if (found.some(({ executedAt }) => executedAt === undefined)) {
    throw new CannotOpen(`the tables of ${storage.name} are of an earlier version: start the collector on it first`);
  }
}

const laterVersion = (storage: Storage, error: unknown): CannotOpen | undefined =>
  error instanceof Error && error.message.startsWith('corrupted migrations')
    ? new CannotOpen(`the tables of ${storage.name} are of a later version of HBMark: run that one, or newer`)
    : undefined;
