/** Version 4: records are packed by Brotli. Those that are there stay gzipped (`packing.ts` reads both). */

import type { Migration } from 'kysely/migration';

export const packedRecords: Migration = {
  async up(db) {
    await db.schema.alterTable('records').renameColumn('gzipped', 'packed').execute();
  },
};
