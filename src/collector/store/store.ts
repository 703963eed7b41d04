/**
 * Where submitted runs are kept. Each database has an implementation of its own dialect only: the queries are the same.
 * The service holds no state beside it, so that several replicas can share one database.
 */

import type { KnownRun } from '../../crowd/checks/rule.ts';
import type { Reason, Row, Status } from '../../crowd/row.ts';
import type { SummaryRow } from '../../crowd/summary.ts';

export type { SummaryRow };

export interface NewRun {
  readonly row: Row;
  /** The record's JSON in its canonical form (RFC 8785). */
  readonly canonical: string;
  /** SHA-256 of the token that deletes the run, in hex. The token itself is not kept. */
  readonly tokenHash: string;
  /** The version of the consent that the submitter gave. */
  readonly consent: string;
  /** The server's clock on receipt: ms since 1970. */
  readonly receivedMs: number;
  /** Stands for the submitter for a day (a salted HMAC), so that runs of one person do not count as several. */
  readonly submitter: string;
  /** The GPU's name as it was typed, in one spelling (`src/crowd/public-record.ts`); empty if none was. */
  readonly typedName: string;
}

/** The same with its record packed (`packing.ts`), as a worker makes it. */
export interface PackedRun extends Omit<NewRun, 'canonical'> {
  readonly packed: Uint8Array;
}

/** All that is kept of a run: what a backup holds. */
export interface KeptRun extends NewRun {
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

/** A run that another is judged beside, and what became of it. */
export interface JudgedRun extends KnownRun {
  readonly status: Status;
}

/**
 * What has to hold of a run when a judgement is written, so that none replaces what became of it meanwhile. `waiting`: it
 * was not judged yet. `found-plausible`: rules found it plausible, and no moderator did.
 */
export type Premise = 'waiting' | 'found-plausible';

/** The rule that a moderator's reason is shown under. */
export const MODERATOR = 'moderator';

export type StoredRun = Omit<KeptRun, 'tokenHash'>;

/** Which runs are asked for. All that are given have to hold. */
export interface Filter {
  readonly part?: string;
  readonly model?: string;
  readonly program?: string;
  readonly system?: string;
  readonly software?: boolean;
  readonly status?: Status;
  /** Received at or after: ms since 1970. */
  readonly sinceMs?: number;
}

export interface Page {
  readonly runs: readonly Omit<StoredRun, 'canonical'>[];
  /** Where the next page begins; undefined on the last. Opaque to everyone but the store. */
  readonly next: string | undefined;
}

/** What became of a run: it was there already, with the same token (`own`) or another (`known`). */
export type Added = 'added' | 'own' | 'known';

export interface Store {
  /**
   * Adds a run, and returns once it is on disk. Runs that come at the same time share a transaction.
   * Where the run is there already, nothing is changed.
   * @throws Unavailable if the database does not answer or is full: nothing is kept then
   */
  add(run: NewRun | PackedRun): Promise<Added>;
  find(id: string): Promise<StoredRun | undefined>;
  /**
   * Runs, the newest first, at most `limit` and `MAX_PAGE`. Runs that are added meanwhile move none from page to page.
   * @throws BadCursor if the cursor is none of this filter's, or older than a day
   */
  list(filter: Filter, limit: number, cursor?: string): Promise<Page>;
  /**
   * The summary of plausible and reproduced runs, kept up to date at write time; of more than `MAX_GROUPS` groups, those
   * with the most runs. A median or quartile is within 0.5 % of the exact one (`histogram.ts`).
   */
  summary(filter: Pick<Filter, 'part' | 'model' | 'software'>): Promise<SummaryRow[]>;
  /** @returns 'denied' if the token is not the run's */
  remove(id: string, tokenHash: string): Promise<'removed' | 'denied' | 'unknown'>;
  /** Removes a run whoever asks: for moderators. */
  expel(id: string): Promise<boolean>;
  /**
   * Runs that are quarantined and were not judged yet, the oldest first. A replica that took some has them to itself for
   * a minute.
   */
  takeQuarantined(limit: number): Promise<StoredRun[]>;
  /**
   * Moves a run to a status, and with it in or out of the summary. A run that is gone meanwhile stays gone, and one of which
   * `premise` does not hold stays as it is.
   */
  judge(id: string, status: Status, reasons: readonly Reason[], premise?: Premise): Promise<void>;
  /** Runs whose fingerprints share a hash with this row's, at most `limit`: they may be copies of each other. */
  neighbours(row: Row, limit: number): Promise<KnownRun[]>;
  /** Plausible and reproduced runs of the same part as this row, software apart, the latest first, at most `limit`. */
  ofPart(row: Row, limit: number): Promise<JudgedRun[]>;
  /** Counts an action of a submitter, for all replicas together. @returns the ms to wait; 0 if it is allowed */
  admit(action: string, submitter: string, limit: number, windowMs: number): Promise<number>;
  /** The number of submitters who typed this name, in the one spelling. Beyond ten, ten. */
  typedBy(typedName: string): Promise<number>;
  /**
   * A random secret by its name, 64 hex digits: made when it is first asked for, the same for all replicas, and forgotten
   * after `untilMs` (ms since 1970), so that nobody can compute again what was made with it.
   */
  secret(name: string, untilMs: number): Promise<string>;
  /** All runs, the oldest first, one page after another, without holding them in memory. */
  all(): AsyncIterable<StoredRun>;
  /** The same with what only a backup may hold: the hashes of the tokens. */
  kept(): AsyncIterable<KeptRun>;
  /** Whether the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The most runs of a page. */
export const MAX_PAGE = 1000;

/** The most groups of a summary: some hundred parts with a dozen steps each. */
export const MAX_GROUPS = 2000;

/** The database does not answer, is full, or is busy for longer than it was tried: try later. */
export class Unavailable extends Error {}

/** A cursor that the store cannot go on from. Its message says what is wrong with it, and what to do. */
export class BadCursor extends Error {}

/** The store cannot be opened. Its message is one line: what was read, the rule, what to do. */
export class CannotOpen extends Error {}
