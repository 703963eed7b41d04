/** Version 3: the fingerprints of runs, by which copies are found. */

import type { Migration } from 'kysely/migration';

export const fingerprints: Migration = {
  async up(db) {
    await db.schema
      .createTable('fingerprints')
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('fingerprints_pkey', ['hash', 'id'])
      .execute();
    await db.schema.createIndex('fingerprints_by_run').on('fingerprints').column('id').execute();
  },
};
