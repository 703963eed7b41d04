/** The contract of the rules by which the collection judges a run. */

import type { RunRecord } from '../../../results/record/schema.ts';
import type { Reason, Row, Status } from '../row.ts';

/**
 * How much a rule's objection weighs. `impossible`: no run of the engine leaves such a record, so the run is rejected.
 * `doubtful`: an honest run may look like this, though hardly ever, so the run stays in quarantine until a person has
 * looked at it. Either way the run is shown with the reason, and no statistic uses it.
 */
export type Severity = 'impossible' | 'doubtful';

/** A run that is in the collection already. */
export interface KnownRun {
  readonly row: Row;
  /** Stands for the submitter. Two submitters are two people, as far as a day's runs can tell. */
  readonly submitter: string;
}

/** What a collection knows beside the record. All of it may be missing: then the record is judged by itself. */
export interface Context {
  /** When the collection received the record, by its own clock: ms since 1970. */
  readonly receivedMs: number;
  /** Who submitted the record. */
  readonly submitter?: string | undefined;
  /** Runs whose fingerprints share a hash with this record's: they may be copies of each other. */
  readonly neighbours?: readonly KnownRun[] | undefined;
  /** Plausible runs of the same part, software apart from hardware. */
  readonly ofPart?: readonly KnownRun[] | undefined;
}

export interface Rule {
  /** Lower-case words with hyphens: part of addresses, and never changed once published. */
  readonly id: string;
  /** A few words. */
  readonly name: string;
  /** What an honest run keeps to, in a layman's words. */
  readonly statement: string;
  readonly severity: Severity;
  /** Returns what was found against the rule, in one or two sentences; undefined where the record keeps to it. */
  check(record: RunRecord, row: Row, context: Context): string | undefined;
}

/** What became of a run, and why. */
export interface Judgement {
  readonly status: Status;
  /** Empty for a run that keeps to all rules. */
  readonly reasons: readonly Reason[];
}
