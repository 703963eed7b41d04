/** The contract of labels. A rule looks at the record alone, so a record has the same labels wherever it is shown. */

import type { RecordBody } from '../schema.ts';

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
  applies(record: RecordBody): string | undefined;
}
