/**
 * The contract of labels. A rule looks at the record alone, so a record has the same labels wherever it is shown; but
 * for two things that only its reader knows, the date and which build the reader is.
 */

import type { RecordBody } from '../record/schema.ts';

/** Who reads a record. */
export interface Reader {
  /** The date, in ms since 1970. Default: the machine's. */
  readonly nowMs?: number;
  /** Whether the reader's own build made a record, so that it knows what was measured. Default: it did not. */
  readonly isOwn?: (record: RecordBody) => boolean;
}

export interface Label {
  readonly id: string;
  readonly title: string;
  /** What was found, and what follows for the reader. */
  readonly reason: string;
  /** What the person at the machine can do, in the order in which to try it; empty where there is nothing. */
  readonly steps: readonly string[];
}

export interface LabelRule {
  readonly id: string;
  readonly title: string;
  /** Returns the reason, or undefined where the rule does not apply. */
  applies(record: RecordBody, reader?: Reader): string | undefined;
}
