/** A place where runs are. */

import type { JudgedRow } from '../../../../crowd/dataset/line.ts';
import type { SummaryRow } from '../../../../crowd/summary.ts';
import type { SourceView } from '../api.ts';

/** Which runs are read. All that is given has to hold; a source may give more. */
export interface Wanted {
  readonly software: boolean;
  /** A part's name. */
  readonly part?: string;
  readonly program?: string;
  readonly system?: string;
  /** ISO 8601, UTC. */
  readonly since?: string;
}

export interface ReadRows {
  readonly rows: readonly JudgedRow[];
  /** Whether these are all that are wanted; else the newest. */
  readonly areAll: boolean;
}

export interface Source extends SourceView {
  readonly summary: readonly SummaryRow[];
  /** Rejects with an Error whose message is a sentence for a person. Undefined: there are too many to read. */
  rows(wanted: Wanted): Promise<ReadRows | undefined>;
}
