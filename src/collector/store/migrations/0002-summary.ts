/**
 * Version 2: the summary, kept up to date at write time. Runs that are there already are counted by today's code: a
 * version that changes how runs are counted has to count anew.
 */

import type { Migration } from 'kysely/migration';
import { recount } from '../recount.ts';

export const summary: Migration = {
  async up(db) {
    await db.schema
      .createTable('summary_groups')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('software', 'integer', (column) => column.notNull())
      .addColumn('about', 'text', (column) => column.notNull())
      .addColumn('n', 'bigint', (column) => column.notNull())
      .addColumn('lower', 'double precision', (column) => column.notNull())
      .addColumn('median', 'double precision', (column) => column.notNull())
      .addColumn('upper', 'double precision', (column) => column.notNull())
      .execute();
    for (const column of ['part', 'model'] as const) {
      await db.schema.createIndex(`summary_groups_by_${column}`).on('summary_groups').column(column).execute();
    }
    await db.schema
      .createTable('summary_counts')
      .addColumn('group_id', 'text', (column) => column.notNull())
      .addColumn('bucket', 'integer', (column) => column.notNull())
      .addColumn('n', 'bigint', (column) => column.notNull())
      .addColumn('total', 'double precision', (column) => column.notNull())
      .addPrimaryKeyConstraint('summary_counts_pkey', ['group_id', 'bucket'])
      .execute();
    await db.schema
      .alterTable('runs')
      .addColumn('counted', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await recount(db);
  },
};
