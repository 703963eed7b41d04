/** What the engine's worker offers the page. Nothing here throws across the border: an outcome is data. */

import type { EngineEvent } from '../../../harness/tuning/events.ts';
import type { Coverage } from '../../../harness/tuning/session.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import type { Model } from '../../model/models/model.ts';
import type { RunRequest, TuneRequest } from '../../session/run-options.ts';
import type { PageError } from '../errors/page-error.ts';
import type { RunSummary } from './run-store.ts';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PageError };

/** What can be known of a machine without measuring it. */
export interface Inspection {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
}

/** What is known of tunings on this machine. */
export interface TuningsKnown extends Coverage {
  /** ISO 8601 in UTC, of the newest; null where there is none, or it was given from outside. */
  readonly latest: string | null;
}

export type OnEvent = (event: EngineEvent) => void;

export interface EngineApi {
  inspect(): Promise<Outcome<Inspection>>;
  /** From now on these winners stand, in place of those that the browser keeps. Checked here. */
  give(winners: unknown): Promise<Outcome<null>>;
  /** Models that were given from outside, checked. */
  models(given: unknown): Promise<Outcome<readonly Model[]>>;
  known(): Promise<Outcome<TuningsKnown>>;
  /** Forgets what has been tuned on this machine. */
  forget(): Promise<Outcome<null>>;
  /** Resolves after the last event has arrived. */
  run(request: RunRequest, onEvent: OnEvent): Promise<Outcome<null>>;
  /** Every winner is kept as it is found. Resolves after the last event has arrived. */
  tune(request: TuneRequest, onEvent: OnEvent): Promise<Outcome<null>>;
  /** Ends the session in progress; what it has comes as its last events. */
  cancel(): void;
  /** Is the page seen? A run pauses while it is not. */
  setHidden(hidden: boolean): void;
  /** The runs that this browser keeps, the newest first. */
  runs(): Promise<Outcome<readonly RunSummary[]>>;
  /** Goes on with a kept run, as `run`. */
  resume(key: string, onEvent: OnEvent): Promise<Outcome<null>>;
  /** Its events as they would come now, `done` the last of them: to be looked at. */
  show(key: string, onEvent: OnEvent): Promise<Outcome<null>>;
  forgetRun(key: string): Promise<Outcome<null>>;
}
