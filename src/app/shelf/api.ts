/**
 * What the shelf's worker offers the pages: the runs of this browser, its own and those out of files, with their names.
 * Nothing throws across the border: an outcome is data.
 */

import type { StorageTrouble } from '../engine/kept/database.ts';
import type { Comparison } from '../pages/compare/comparison.ts';
import type { BetweenLine } from '../pages/history/between/between-lines.ts';
import type { RunFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';

export interface ShelfRun {
  /** What an address calls the run. */
  readonly key: string;
  /** `own`: measured here. `imported`: out of a file. */
  readonly origin: 'own' | 'imported';
  /** The name that the person gave it. Empty: none. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly profile: string;
  /** Models whose decode steps the run times. */
  readonly models: readonly string[];
  /** The number of cases that are done, of `cases`. */
  readonly done: number;
  readonly cases: number;
  /** The file that it came out of. Empty: it was measured here. */
  readonly file: string;
  /** False where the browser has no storage: the run is gone with the page. */
  readonly kept: boolean;
}

export interface Shelf {
  /** The newest first. */
  readonly runs: readonly ShelfRun[];
  /** Why the browser keeps nothing. Null: it does. */
  readonly trouble: StorageTrouble | null;
  /** Bytes that this site takes, and may take. Null: the browser does not say. */
  readonly storage: { readonly usedBytes: number; readonly maxBytes: number } | null;
}

export type Added =
  | { readonly ok: true; readonly run: ShelfRun; readonly isNew: boolean; readonly trouble: StorageTrouble | null }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Compared {
  readonly comparison: Comparison;
  /** The keys of which there is no run here, nor in the collection of this site. */
  readonly missing: readonly string[];
}

export interface ShelfApi {
  list(): Promise<Shelf>;
  /** Undefined: there is no such run, or it cannot be read any more. */
  facts(key: string): Promise<RunFacts | undefined>;
  /** What the whole runs of this browser say together: those that are comparable, in a line. */
  between(): Promise<readonly BetweenLine[]>;
  /** Checks a file and, if it is a record, keeps it. */
  add(file: File): Promise<Added>;
  /** Names a run. Empty: takes its name away. Returns what kept the browser from it. */
  rename(key: string, name: string): Promise<StorageTrouble | null>;
  /** Deletes a run, which can be restored until the page is left. Returns what kept the browser from it. */
  remove(key: string): Promise<StorageTrouble | null>;
  /** Puts a run back that was deleted on this page. Returns what kept the browser from it. */
  restore(key: string): Promise<StorageTrouble | null>;
  /** Compares runs, the first with each of the others. */
  compare(keys: readonly string[]): Promise<Compared>;
}
