/**
 * The tables, as both databases have them. Texts, whole numbers, floating-point numbers and bytes are all that they
 * share: a boolean is 0 or 1, a time is ms since 1970, and what is never searched is JSON in a text.
 */

import type { ColumnType } from 'kysely';

export interface RunsTable {
  /** The record's hash. */
  id: string;
  received_ms: number;
  status: string;
  /** Whether the summary counts the run: 0 or 1. It is changed with the summary, in one transaction. */
  counted: number;
  /** A replica that took the run to judge it has it to itself until then. Once it is judged, that is for good. */
  leased_until_ms: number;
  /** What runs are searched by: texts of `searchable`. */
  part: string;
  program: string;
  system: string;
  software: number;
  consent: string;
  submitter: string;
  token_hash: string;
  /** JSON of `Reason[]`. */
  reasons: string;
  /** JSON of `Row`. */
  row: string;
  typed_name: string;
}

/** The records, apart from the rest, so that a run can be judged and listed without moving them. */
export interface RecordsTable {
  id: string;
  /** The canonical JSON in UTF-8, compressed (`packing.ts`). */
  packed: ColumnType<Uint8Array | ArrayBuffer, Uint8Array, Uint8Array>;
}

/** The models that a run measured, each once: what runs are searched by. */
export interface RunModelsTable {
  model: string;
  /** That of the run: people ask for a model on a part. */
  part: string;
  received_ms: number;
  id: string;
}

/** A group of the summary, as it is read. */
export interface SummaryGroupsTable {
  /** The SHA-256 of `about`, in hex. */
  id: string;
  part: string;
  /** Empty for a read ceiling. */
  model: string;
  software: number;
  /** JSON of `Group` (`summary.ts`). */
  about: string;
  n: number;
  lower: number;
  median: number;
  upper: number;
}

/** The runs of a group whose figures fall into one bucket (`histogram.ts`). */
export interface SummaryCountsTable {
  group_id: string;
  bucket: number;
  n: number;
  /** The sum of their figures. */
  total: number;
}

/** What a submitter did in a window of time. */
export interface RatesTable {
  action: string;
  submitter: string;
  ends_ms: number;
  n: number;
}

/** What replicas have to agree on. */
export interface SecretsTable {
  name: string;
  secret: string;
  until_ms: number;
}

/** A hash of samples, and a run that has it. */
export interface FingerprintsTable {
  hash: string;
  id: string;
}

export interface Tables {
  runs: RunsTable;
  records: RecordsTable;
  run_models: RunModelsTable;
  summary_groups: SummaryGroupsTable;
  summary_counts: SummaryCountsTable;
  rates: RatesTable;
  fingerprints: FingerprintsTable;
  secrets: SecretsTable;
}

/** The most characters of a text that an index holds. Postgres refuses more than 2,704 bytes in all. */
const MAX_SEARCHABLE = 200;

/** A text as an index can hold it. NUL and halves of a surrogate pair have no place in Postgres's UTF-8. */
export const searchable = (text: string): string =>
  text.slice(0, MAX_SEARCHABLE).replace(/\0|\p{Surrogate}/gu, '\ufffd');
