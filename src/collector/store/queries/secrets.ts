/** What all replicas have to agree on: secrets that are kept until they are of no more use, and names that several typed. */

import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { searchable, type Tables } from '../tables.ts';

/** Returns the secret of a name, made by whoever asks first. Those whose time has come are forgotten meanwhile. */
export async function secretOf(
  trx: Transaction<Tables>,
  { name, untilMs, nowMs }: { readonly name: string; readonly untilMs: number; readonly nowMs: number },
): Promise<string> {
  await trx.deleteFrom('secrets').where('until_ms', '<=', nowMs).execute();
  await trx
    .insertInto('secrets')
    .values({ name, secret: randomBytes(32).toString('hex'), until_ms: untilMs })
    .onConflict((on) => on.column('name').doNothing())
    .execute();
  const { secret } = await trx
    .selectFrom('secrets')
    .select('secret')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return secret;
}

/** The number of submitters who typed a name. */
export async function countOfTyped(db: Kysely<Tables>, typedName: string): Promise<number> {
  const found = await db
    .selectFrom('runs')
    .select('submitter')
    .distinct()
    .where('typed_name', '=', searchable(typedName))
    .limit(MAX_COUNTED)
    .execute();
  return found.length;
}

/** More than this many are not told apart. */
const MAX_COUNTED = 10;
