/** The contract of a host that `--host` can name: everything about one is an object in one file. */

import type { RunEvent } from '../../../harness/events.ts';
import type { TuneEvent } from '../../../harness/tuning/events.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import type { Model } from '../../model/models/model.ts';
import type { SeededParams } from '../../session/params.ts';

/** A browser or page that has not started after this long has hung, in ms. Busy machines take their time. */
export const MAX_START_MS = 300_000;

/** The time between two writings of an unfinished record, in ms: a process that is killed loses no more than this. */
export const KEEP_EVERY_MS = 5000;

/** The options that a run and tuning share. */
export interface SessionOptions {
  readonly params: SeededParams;
  /** The adapter to use. Undefined: the host's choice. */
  readonly adapter: string | undefined;
  readonly signal: AbortSignal;
}

export interface RunSessionOptions extends SessionOptions {
  /** Models whose decode steps are timed. Empty: none. */
  readonly models: readonly Model[];
  /** A run that ended early, to be resumed. Only for hosts that resume. */
  readonly resume?: RunRecord | undefined;
  /** The run of another process that this one waited for, in words, for its record. Undefined: there was none. */
  readonly otherRun?: string | undefined;
  /** Keeps an unfinished run; called between visits. */
  readonly keep?: ((body: () => RecordBody) => unknown) | undefined;
}

/** A host that the terminal can run and tune on. */
export interface TerminalHost {
  /** The name that `--host` takes. */
  readonly id: string;
  /** The host in a few words, for `--help`. */
  readonly help: string;
  /** The names that `--adapter` may have: one of these, or, if null, a part of any adapter's name. */
  readonly adapters: readonly string[] | null;
  /** Whether it can resume a run from its record. */
  readonly resumes: boolean;
  /** Runs; the last event is `done`. @throws HarnessError if there is nothing to measure on */
  run(options: RunSessionOptions): AsyncIterable<RunEvent>;
  /**
   * Tunes for `params.tuneSeconds`. The caller keeps the winners.
   *
   * @throws HarnessError if there is nothing to measure on
   */
  tune(options: SessionOptions): AsyncIterable<TuneEvent>;
}
