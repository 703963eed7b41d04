/**
 * Where submitted runs are kept. Each database has an implementation of its own dialect only: the queries are the same.
 * The service holds no state beside it, so that several replicas can share one database.
 */

import type { Reason, Row, Status, SummaryRow } from '../../crowd/row.ts';

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
}

export interface StoredRun extends Omit<NewRun, 'tokenHash'> {
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

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

export interface Store {
  /**
   * Adds a run, and returns once it is on disk. Runs that come at the same time share a transaction.
   * @returns 'known' if the run is there already: nothing is changed then
   * @throws Unavailable if the database does not answer or is full: nothing is kept then
   */
  add(run: NewRun): Promise<'added' | 'known'>;
  find(id: string): Promise<StoredRun | undefined>;
  list(filter: Filter, limit: number, cursor?: string): Promise<Page>;
  /** The summary of plausible and reproduced runs, kept up to date at write time. */
  summary(filter: Pick<Filter, 'part' | 'model' | 'software'>): Promise<SummaryRow[]>;
  /** @returns 'denied' if the token is not the run's */
  remove(id: string, tokenHash: string): Promise<'removed' | 'denied' | 'unknown'>;
  /** Removes a run whoever asks: for moderators. */
  expel(id: string): Promise<boolean>;
  /**
   * Runs that nobody has judged yet, the oldest first: those that are quarantined without reasons. A replica that took
   * some has them to itself for a minute.
   */
  takeQuarantined(limit: number): Promise<StoredRun[]>;
  judge(id: string, status: Status, reasons: readonly Reason[]): Promise<void>;
  /** Counts an action of a submitter, for all replicas together. @returns the ms to wait; 0 if it is allowed */
  admit(action: string, submitter: string, limit: number, windowMs: number): Promise<number>;
  /** All runs, the oldest first, one page after another, without holding them in memory. */
  all(): AsyncIterable<StoredRun>;
  /** Whether the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database does not answer, is full, or is busy for longer than it was tried: try later. */
export class Unavailable extends Error {}
