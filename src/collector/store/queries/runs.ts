/** Adding runs, and reading them. */

import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Reason, Row, Status } from '../../../crowd/row.ts';
import { type Place, readCursor, writeCursor } from '../cursor.ts';
import { unpacked } from '../packing.ts';
import { type Added, type Filter, type KeptRun, MAX_PAGE, type PackedRun, type Page } from '../store.ts';
import { type RunsTable, searchable, type Tables } from '../tables.ts';
import { addFingerprints, removeFingerprint } from './alike.ts';
import { partsOf } from './parts.ts';
import { statusOf } from './status.ts';

/**
 * Adds runs, in the order of their ids: two transactions that add the same runs wait for each other in one direction.
 * Runs that share a transaction share its statements, since each statement takes longer than its rows.
 * @param attempt from 1. At a later one, a run that is there with its own token was added by the one before, whose
 *   answer was lost.
 */
export async function insertRuns(
  trx: Transaction<Tables>,
  runs: readonly PackedRun[],
  attempt: number,
): Promise<Added[]> {
  // A run that comes twice at once is added once.
  const byId = new Map([...runs].reverse().map((run) => [run.row.id, run]));
  const sorted = [...byId.values()].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
  const inserted = await trx
    .insertInto('runs')
    .values(sorted.map(columnsOf))
    .onConflict((on) => on.column('id').doNothing())
    .returning('id')
    .execute();
  const added = new Set(inserted.map(({ id }) => byId.get(id)));
  await insertRest(
    trx,
    sorted.filter((one) => added.has(one)),
  );
  const others = runs.filter((one) => !added.has(one));
  const tokens = await tokensOf(trx, new Set(others.map(({ row }) => row.id)));
  const again: Added = attempt > 1 ? 'added' : 'own';
  return runs.map((one) => {
    if (added.has(one)) return 'added';
    return tokens.get(one.row.id) === one.tokenHash ? again : 'known';
  });
}

function columnsOf({ row, tokenHash, consent, receivedMs, submitter, typedName }: PackedRun): RunsTable {
  return {
    id: row.id,
    received_ms: receivedMs,
    status: 'quarantined' satisfies Status,
    counted: 0,
    leased_until_ms: 0,
    part: searchable(row.part.name),
    program: searchable(row.program),
    system: searchable(row.system),
    software: row.software ? 1 : 0,
    consent,
    submitter,
    token_hash: tokenHash,
    reasons: '[]',
    row: JSON.stringify(row),
    typed_name: searchable(typedName),
  };
}

/** Adds what belongs to runs that were added to `runs`. */
async function insertRest(trx: Transaction<Tables>, added: readonly PackedRun[]): Promise<void> {
  if (added.length === 0) return;
  await trx
    .insertInto('records')
    .values(added.map(({ row, packed }) => ({ id: row.id, packed })))
    .execute();
  const models = added.flatMap(({ row, receivedMs }) =>
    [...modelsOf(row)].map((model) => ({
      model,
      part: searchable(row.part.name),
      received_ms: receivedMs,
      id: row.id,
    })),
  );
  for (const some of partsOf(models)) await trx.insertInto('run_models').values(some).execute();
  await addFingerprints(
    trx,
    added.map(({ row }) => row),
  );
}

/** The hashes of the tokens of those runs that are there. */
async function tokensOf(trx: Transaction<Tables>, ids: ReadonlySet<string>): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map();
  const found = await trx
    .selectFrom('runs')
    .select(['id', 'token_hash'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(found.map(({ id, token_hash }) => [id, token_hash]));
}

const modelsOf = ({ steps }: Row): Set<string> => new Set(steps.map(({ model }) => searchable(model)));

/** Removes what belongs to a run that was removed from `runs`. */
export async function removeRest(trx: Transaction<Tables>, { id, received_ms, row }: Removed): Promise<void> {
  await trx.deleteFrom('records').where('id', '=', id).execute();
  await removeFingerprint(trx, id);
  const parsed: Row = JSON.parse(row);
  for (const model of modelsOf(parsed)) {
    await trx
      .deleteFrom('run_models')
      .where('model', '=', model)
      .where('received_ms', '=', received_ms)
      .where('id', '=', id)
      .execute();
  }
}

export type Removed = Pick<Selectable<RunsTable>, 'id' | 'received_ms' | 'row' | 'counted'>;

/** The columns of a run as it is read. */
export const COLUMNS = [
  'runs.id',
  'runs.received_ms',
  'runs.status',
  'runs.consent',
  'runs.submitter',
  'runs.token_hash',
  'runs.reasons',
  'runs.row',
  'runs.typed_name',
] as const;

type ReadRun = Omit<Selectable<RunsTable>, 'counted' | 'leased_until_ms' | 'part' | 'program' | 'system' | 'software'>;

type Listed = Page['runs'][number];

function listed({ row, received_ms, status, reasons, consent, submitter, typed_name }: ReadRun): Listed {
  const parsed: { row: Row; status: Status; reasons: Reason[] } = {
    row: JSON.parse(row),
    status: statusOf(status),
    reasons: JSON.parse(reasons),
  };
  return { ...parsed, consent, receivedMs: received_ms, submitter, typedName: typed_name };
}

/** Runs with their records, in order, the token's hash included. */
export async function withRecords(db: Kysely<Tables>, runs: readonly ReadRun[]): Promise<KeptRun[]> {
  if (runs.length === 0) return [];
  const ids = runs.map(({ id }) => id);
  const found = await db.selectFrom('records').select(['id', 'packed']).where('id', 'in', ids).execute();
  const records = new Map(found.map(({ id, packed }) => [id, packed]));
  const kept = runs.map(async (run): Promise<KeptRun | undefined> => {
    const packed = records.get(run.id);
    // It was removed after the runs were read.
    if (packed === undefined) return undefined;
    return { ...listed(run), canonical: await unpacked(packed), tokenHash: run.token_hash };
  });
  return (await Promise.all(kept)).filter((run) => run !== undefined);
}

export async function findRun(db: Kysely<Tables>, id: string): Promise<KeptRun | undefined> {
  const runs = await db.selectFrom('runs').select(COLUMNS).where('id', '=', searchable(id)).execute();
  return (await withRecords(db, runs))[0];
}

/** A page of runs, the newest first. @throws BadCursor */
export async function listRuns(
  db: Kysely<Tables>,
  filter: Filter,
  { limit, cursor, nowMs }: { limit: number; cursor: string | undefined; nowMs: number },
): Promise<Page> {
  const after = cursor === undefined ? undefined : readCursor(filter, cursor, nowMs);
  const size = Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE);
  const found = await (filter.model === undefined
    ? pageOf(db, filter, after, size + 1)
    : pageOfModel(db, { ...filter, model: filter.model }, after, size + 1));
  const page = found.slice(0, size);
  const last = page.at(-1);
  const isMore = found.length > size && last !== undefined;
  return {
    runs: page.map(listed),
    next: isMore ? writeCursor(filter, { receivedMs: last.received_ms, id: last.id }, nowMs) : undefined,
  };
}

function pageOf(db: Kysely<Tables>, filter: Filter, after: Place | undefined, limit: number): Promise<ReadRun[]> {
  let query = matching(db, filter).select(COLUMNS);
  if (filter.sinceMs !== undefined) query = query.where('runs.received_ms', '>=', filter.sinceMs);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('runs.received_ms', 'runs.id'), '<', tuple(after.receivedMs, after.id)),
    );
  }
  return query.orderBy('runs.received_ms', 'desc').orderBy('runs.id', 'desc').limit(limit).execute();
}

/** The same by way of the table of models, in whose order the runs of one model are read. */
function pageOfModel(
  db: Kysely<Tables>,
  { model, part, sinceMs, ...filter }: Filter & { readonly model: string },
  after: Place | undefined,
  limit: number,
): Promise<ReadRun[]> {
  let query = matching(db, filter)
    .innerJoin('run_models', 'run_models.id', 'runs.id')
    .select(COLUMNS)
    .where('run_models.model', '=', searchable(model));
  if (part !== undefined) query = query.where('run_models.part', '=', searchable(part));
  if (sinceMs !== undefined) query = query.where('run_models.received_ms', '>=', sinceMs);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('run_models.received_ms', 'run_models.id'), '<', tuple(after.receivedMs, after.id)),
    );
  }
  return query.orderBy('run_models.received_ms', 'desc').orderBy('run_models.id', 'desc').limit(limit).execute();
}

function matching(db: Kysely<Tables>, { part, program, system, software, status }: Filter) {
  let query = db.selectFrom('runs');
  if (part !== undefined) query = query.where('runs.part', '=', searchable(part));
  if (program !== undefined) query = query.where('runs.program', '=', searchable(program));
  if (system !== undefined) query = query.where('runs.system', '=', searchable(system));
  if (software !== undefined) query = query.where('runs.software', '=', software ? 1 : 0);
  if (status !== undefined) query = query.where('runs.status', '=', status);
  return query;
}

/** Runs with their records after a place, the oldest first, and where they end; undefined if there are no more. */
export async function pageOfKept(
  db: Kysely<Tables>,
  after: Place | undefined,
  limit: number,
): Promise<{ runs: KeptRun[]; end: Place | undefined }> {
  let query = db.selectFrom('runs').select(COLUMNS);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('runs.received_ms', 'runs.id'), '>', tuple(after.receivedMs, after.id)),
    );
  }
  const found = await query.orderBy('runs.received_ms').orderBy('runs.id').limit(limit).execute();
  const last = found.at(-1);
  return { runs: await withRecords(db, found), end: last && { receivedMs: last.received_ms, id: last.id } };
}
