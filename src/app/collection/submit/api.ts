/**
 * What the worker of submissions offers the pages: it makes what would be sent, sends it on a person's word, and keeps
 * what is needed to delete it again. Nothing throws across the border: an outcome is data.
 */

import type { StorageTrouble } from '../../engine/kept/database.ts';

/** What would be sent of a run, made before anything is. */
export interface Prepared {
  /** The id of the record as it would be sent: without a note, and with the GPU's name that was typed. */
  readonly id: string;
  /** The JSON of the submission, exactly as it would be sent. */
  readonly json: string;
  /** The same with a line for each value, for reading. */
  readonly readable: string;
  readonly bytes: number;
  /** Its bytes once they are compressed. Null: this browser does not compress what it sends. */
  readonly packedBytes: number | null;
  readonly created: string;
  /** The machine in a few words. */
  readonly machine: string;
}

export type Preparing =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false; readonly why: string };

/**
 * `there`: it answers. `none`: this site has none, as on a static host. `silent`: nothing answers, or only to say that
 * it cannot just now.
 */
export type CollectorState = 'there' | 'none' | 'silent';

/** A run that a person has submitted from this browser. */
export interface Submission {
  /** The id of the record that was sent. */
  readonly id: string;
  /** What this browser calls the run. */
  readonly key: string;
  readonly machine: string;
  /** When the run began: ISO 8601 in UTC. */
  readonly created: string;
  /** When the person pressed *Submit*, the last time: ISO 8601 in UTC. */
  readonly at: string;
  /**
   * `waiting`: no collector has answered. `refused`: one has, and did not take it. `added`: it is in the collection.
   * `known`: it was there before, and somebody else has its token.
   */
  readonly state: 'waiting' | 'refused' | 'added' | 'known';
  /** Why it is not in the collection. Empty: it is. */
  readonly reason: string;
  /** The token that deletes it from the collection, made before it was first sent. Empty: there is none. */
  readonly token: string;
}

export interface Submitted {
  readonly submission: Submission;
  /** What kept the browser from keeping it, and with it the token. Null: nothing. */
  readonly trouble: StorageTrouble | null;
}

export interface Removed {
  /** Whether the run is not in the collection any more. */
  readonly ok: boolean;
  /** What became of it, in a sentence. */
  readonly said: string;
}

/** What the worker does, whichever site it is on. */
export interface Submissions {
  /**
   * @param record the record's JSON
   * @param gpu the GPU's name as it is to be sent. Empty: none
   */
  prepare(record: string, gpu: string): Promise<Preparing>;
  /** Names of GPUs that a run may have been measured on, the likeliest first. */
  suggestions(record: string): Promise<readonly string[]>;
  collector(): Promise<CollectorState>;
  /** Sends a run. Only for a person who has pressed a button that says so. @param key what this browser calls the run */
  submit(prepared: Prepared, key: string): Promise<Submitted>;
  /** All that were submitted, the newest first. */
  list(): Promise<readonly Submission[]>;
  /** Sends one again that is not in the collection. Undefined: it is not kept here. */
  sendAgain(id: string): Promise<Submitted | undefined>;
  /** Deletes a run from the collection. */
  remove(id: string): Promise<Removed>;
  /** Forgets a submission, and what would be sent. It stays where it is in the collection. */
  forget(id: string): Promise<void>;
}
