/** Version 1: runs, their records, what they are searched by, the counters of submitters, and secrets. */

import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What runs are searched by. Within each, they lie in the order of lists. */
const SEARCHED = ['status', 'part', 'program', 'system', 'software'] as const;

export const runs = (bytes: 'blob' | 'bytea'): Migration => ({
  async up(db) {
    await db.schema
      .createTable('runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('received_ms', 'bigint', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('leased_until_ms', 'bigint', (column) => column.notNull())
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('program', 'text', (column) => column.notNull())
      .addColumn('system', 'text', (column) => column.notNull())
      .addColumn('software', 'integer', (column) => column.notNull())
      .addColumn('consent', 'text', (column) => column.notNull())
      .addColumn('submitter', 'text', (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('reasons', 'text', (column) => column.notNull())
      .addColumn('row', 'text', (column) => column.notNull())
      .addColumn('typed_name', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('runs_by_time').on('runs').columns(['received_ms', 'id']).execute();
    for (const column of SEARCHED) {
      await db.schema.createIndex(`runs_by_${column}`).on('runs').columns([column, 'received_ms', 'id']).execute();
    }
    await db.schema.createIndex('runs_by_lease').on('runs').columns(['leased_until_ms', 'received_ms', 'id']).execute();
    await db.schema.createIndex('runs_by_typed_name').on('runs').columns(['typed_name', 'submitter']).execute();
    await db.schema
      .createTable('records')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('gzipped', sql.raw(bytes), (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('run_models')
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('received_ms', 'bigint', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_models_pkey', ['model', 'received_ms', 'id'])
      .execute();
    await db.schema
      .createIndex('run_models_by_part')
      .on('run_models')
      .columns(['part', 'model', 'received_ms', 'id'])
      .execute();
    await db.schema
      .createTable('rates')
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('submitter', 'text', (column) => column.notNull())
      .addColumn('ends_ms', 'bigint', (column) => column.notNull())
      .addColumn('n', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('rates_pkey', ['action', 'submitter'])
      .execute();
    await db.schema.createIndex('rates_by_end').on('rates').column('ends_ms').execute();
    await db.schema
      .createTable('secrets')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('until_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
});
