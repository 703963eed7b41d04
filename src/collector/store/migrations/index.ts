/** The versions of the tables, the same for every database. */

import type { Migration } from 'kysely/migration';
import { runs } from './0001-runs.ts';
import { summary } from './0002-summary.ts';
import { fingerprints } from './0003-fingerprints.ts';
import { packedRecords } from './0004-packed.ts';

/** By name, in order. A version that was published is never changed: a new one follows it. */
export const migrations = (bytes: 'blob' | 'bytea'): Record<string, Migration> => ({
  '0001-runs': runs(bytes),
  '0002-summary': summary,
  '0003-fingerprints': fingerprints,
  '0004-packed': packedRecords,
});
