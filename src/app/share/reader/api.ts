/** What the reader's worker offers the page: it reads a result out of a link, a file or this browser, and checks it. */

import type { RunRecord } from '../../../../results/record/schema.ts';
import type { PublicRun } from '../../collection/crowd/public-run.ts';
import type { StorageTrouble } from '../../engine/kept/database.ts';
import type { Added } from '../../shelf/api.ts';
import type { Refusal } from '../../shelf/refusal.ts';
import type { Summary } from '../summary.ts';

/** `own`: measured in this browser. `imported`: out of a file. `shared`: out of a link. `crowd`: of the collection. */
export type Origin = 'own' | 'imported' | 'shared' | 'crowd';

export interface ReadRecord {
  readonly kind: 'record';
  readonly origin: Origin;
  /** What this browser calls the run. Undefined: it does not keep it. */
  readonly key?: string;
  /** The file that it came out of. Undefined: none, or it is not known any more. */
  readonly file?: string;
  /** What the collection says of it. Undefined: it is not of the collection. */
  readonly judged?: Pick<PublicRun, 'status' | 'reasons'>;
  /** The machine, in a few words. */
  readonly machine: string;
  /** The name that a person gave to the GPU after the run. Empty or undefined: none. */
  readonly gpu?: string;
  /** The record, for showing: of today's schema, with its own id, and with `gpu` as the GPU's name. */
  readonly record: RunRecord;
  /** The record's JSON as it was written, for passing on. */
  readonly text: string;
  /** What the page says first of it. Undefined: nobody has worked it out yet. */
  readonly answer?: Sentences;
}

/** What a result says in two sentences. */
export interface Sentences {
  readonly first: string;
  /** Empty: there is no more to say. */
  readonly second: string;
}

export type Read =
  | ReadRecord
  | { readonly kind: 'summary'; readonly summary: Summary }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

export interface ReaderApi {
  /** @param fragment what follows the `#` of an address */
  link(fragment: string): Promise<Read>;
  file(file: File): Promise<Read>;
  /** A run that this browser keeps, its own or one out of a file; or one of the collection, by its id. */
  kept(key: string): Promise<Read>;
  /** Keeps a record that was shown, so that it is among the runs of this browser. */
  keep(text: string, name: string): Promise<Added>;
  /** Names the GPU of a kept run, beside its record. Empty: takes the name away. Returns what kept the browser from it. */
  nameGpu(key: string, name: string): Promise<StorageTrouble | null>;
}
