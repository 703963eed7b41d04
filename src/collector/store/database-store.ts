/** The store on a database, whichever it is. */

import { sql } from 'kysely';
import type { KnownRun } from '../../crowd/checks/rule.ts';
import type { Reason, Row, Status } from '../../crowd/row.ts';
import type { Place } from './cursor.ts';
import { packed } from './packing.ts';
import { neighboursOf, runsOfPart } from './queries/alike.ts';
import { type Judgement, judgeRuns, removeRun, takeWaiting } from './queries/judging.ts';
import { type Action, countActions, pruneActions } from './queries/rates.ts';
import { findRun, insertRuns, listRuns, pageOfKept } from './queries/runs.ts';
import { countOfTyped, secretOf } from './queries/secrets.ts';
import { readSummary } from './queries/summary.ts';
import { SharedCommits } from './shared-commits.ts';
import { executeLoosely, persist, type Storage, transact, transactLoosely } from './storage/storage.ts';
import {
  type Added,
  type Filter,
  type JudgedRun,
  type KeptRun,
  type NewRun,
  type PackedRun,
  type Page,
  type Premise,
  type Store,
  type StoredRun,
  type SummaryRow,
  Unavailable,
} from './store.ts';
import { searchable } from './tables.ts';

/** Runs that `all` reads at a time: some megabytes of records. */
const PAGE = 50;

/** How often windows that ended are forgotten, and how often the database is tended, in ms. */
const PRUNE_MS = 60_000;
const TEND_MS = 3_600_000;

export class DatabaseStore implements Store {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #adding: SharedCommits<PackedRun, Added>;
  readonly #judging: SharedCommits<Judgement, void>;
  readonly #counting: SharedCommits<Action, number>;
  #prunedMs: number;
  #tendedMs: number;

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
    this.#prunedMs = Number.NEGATIVE_INFINITY;
    this.#tendedMs = now();
    const { writers } = storage;
    this.#adding = new SharedCommits({
      writers,
      commit: (runs) => transact(storage, (trx, attempt) => insertRuns(trx, runs, attempt)),
    });
    this.#judging = new SharedCommits({
      writers,
      commit: async (judgements) => {
        await transact(storage, (trx) => judgeRuns(trx, judgements));
        return judgements.map(() => undefined);
      },
    });
    this.#counting = new SharedCommits({
      writers,
      commit: (actions) => executeLoosely(storage, (db) => countActions(db, actions)),
    });
  }

  async add(run: NewRun | PackedRun): Promise<Added> {
    return this.#adding.add('packed' in run ? run : { ...run, packed: packed(run.canonical) });
  }

  async find(id: string): Promise<StoredRun | undefined> {
    const run = await persist(this.#storage, () => findRun(this.#storage.db, id));
    return run && withoutToken(run);
  }

  list(filter: Filter, limit: number, cursor?: string): Promise<Page> {
    return persist(this.#storage, () => listRuns(this.#storage.db, filter, { limit, cursor, nowMs: this.#now() }));
  }

  summary(filter: Pick<Filter, 'part' | 'model' | 'software'>): Promise<SummaryRow[]> {
    return persist(this.#storage, () => readSummary(this.#storage.db, filter));
  }

  async remove(id: string, tokenHash: string): Promise<'removed' | 'denied' | 'unknown'> {
    // A try that found the run may have removed it, and only its answer was lost.
    let isFound = false;
    return transact(this.#storage, async (trx) => {
      if (await removeRun(trx, id, tokenHash)) {
        isFound = true;
        return 'removed';
      }
      const other = await trx.selectFrom('runs').select('id').where('id', '=', searchable(id)).executeTakeFirst();
      if (other !== undefined) return 'denied';
      return isFound ? 'removed' : 'unknown';
    });
  }

  async expel(id: string): Promise<boolean> {
    let isFound = false;
    return transact(this.#storage, async (trx) => {
      isFound = (await removeRun(trx, id)) || isFound;
      return isFound;
    });
  }

  async takeQuarantined(limit: number): Promise<StoredRun[]> {
    const taken = await transactLoosely(this.#storage, (trx) => takeWaiting(trx, limit, this.#now()));
    return taken.map(withoutToken);
  }

  judge(id: string, status: Status, reasons: readonly Reason[], premise?: Premise): Promise<void> {
    return this.#judging.add({ id, status, reasons, premise });
  }

  neighbours(row: Row, limit: number): Promise<KnownRun[]> {
    return persist(this.#storage, () => neighboursOf(this.#storage.db, row, limit));
  }

  ofPart(row: Row, limit: number): Promise<JudgedRun[]> {
    return persist(this.#storage, () => runsOfPart(this.#storage.db, row, limit));
  }

  async admit(action: string, submitter: string, limit: number, windowMs: number): Promise<number> {
    const nowMs = this.#now();
    const waitMs = await this.#counting.add({ action, submitter, limit, windowMs, nowMs });
    await this.#keepHouse(nowMs);
    return waitMs;
  }

  typedBy(typedName: string): Promise<number> {
    return persist(this.#storage, () => countOfTyped(this.#storage.db, typedName));
  }

  secret(name: string, untilMs: number): Promise<string> {
    return transact(this.#storage, (trx) => secretOf(trx, { name, untilMs, nowMs: this.#now() }));
  }

  async *all(): AsyncIterable<StoredRun> {
    for await (const run of this.kept()) yield withoutToken(run);
  }

  async *kept(): AsyncIterable<KeptRun> {
    let after: Place | undefined;
    do {
      const page = await persist(this.#storage, () => pageOfKept(this.#storage.db, after, PAGE));
      yield* page.runs;
      after = page.end;
    } while (after !== undefined);
  }

  async ping(): Promise<void> {
    try {
      await sql`select 1`.execute(this.#storage.db);
    } catch (cause) {
      throw new Unavailable(`${this.#storage.name} does not answer`, { cause });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#adding.close(), this.#judging.close(), this.#counting.close()]);
    await this.#storage.close();
  }

  /** What is due from time to time. It fails silently: the next time is soon. */
  async #keepHouse(nowMs: number): Promise<void> {
    const prune = nowMs - this.#prunedMs >= PRUNE_MS;
    const tend = nowMs - this.#tendedMs >= TEND_MS;
    if (prune) this.#prunedMs = nowMs;
    if (tend) this.#tendedMs = nowMs;
    try {
      if (prune) await pruneActions(this.#storage.db, nowMs);
      if (tend) await this.#storage.tend();
    } catch {}
  }
}

function withoutToken({ tokenHash: _, ...run }: KeptRun): StoredRun {
  return run;
}
