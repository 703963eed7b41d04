/** What the engine's worker offers the page. Nothing here throws across the border: an outcome is data. */

import type { RunEvent } from '../../../harness/events.ts';
import type { Profile } from '../../../harness/profiles.ts';
import type { AdapterInfo, HostInfo, Reported } from '../../../results/schema.ts';
import type { PageError } from '../errors/page-error.ts';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PageError };

/** What can be known of a machine without measuring it. */
export interface Inspection {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
}

export interface RunRequest {
  readonly profile: Profile['id'];
  readonly seed: number;
  readonly reported: Reported;
  /** Null: what the profile asks for. */
  readonly memoryBytes: number | null;
}

export interface EngineApi {
  inspect(): Promise<Outcome<Inspection>>;
  /** Resolves after the last event has arrived. */
  run(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<Outcome<null>>;
  /** Ends the run in progress; what it has comes as its `done` event. */
  cancel(): void;
}
