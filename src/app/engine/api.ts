/** What the engine's worker offers the page. Nothing throws across the border: an outcome is data. */

import type { MemoryNeeds } from '../../../harness/memory-needs.ts';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import type { Coverage } from '../../../harness/tuning/session.ts';
import type { AdapterInfo, GivenSeed, HostInfo, RecordBody, RunRecord } from '../../../results/record/schema.ts';
import type { Model } from '../../model/models/model.ts';
import type { RunRequest, TuneRequest } from '../../session/requests.ts';
import type { PageError } from '../shell/errors/page-error.ts';
import type { Headline } from './kept/headlines.ts';
import type { RunSummary } from './kept/run-store.ts';
import type { OnStorage } from './kept/storage.ts';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PageError };

/** What can be known of a machine without measuring it. */
export interface Inspection {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
}

/** What is known of tunings on this machine. */
export interface TuningsKnown extends Coverage {
  /** The date of the newest tuning, ISO 8601 in UTC. Null if there is none, or if the driver gave the tunings. */
  readonly latest: string | null;
}

/** What the page knows, and its workers do not. */
export interface PageFacts {
  /** The number of fingers that the screen feels. An iPad calls itself a Mac, but a Mac feels none. */
  readonly maxTouchPoints: number;
  /** When a person last left a page of this browser, ISO 8601 in UTC. Null: not known. */
  readonly leftAt: string | null;
  /** The address of this site's collector. Null: it has none. */
  readonly collector: string | null;
}

/** A session that ended with its page while its memory grew. */
export interface Death {
  /** The beginning of the step, ISO 8601 in UTC. */
  readonly at: string;
  /** The bytes to which memory grew, and which were not survived. */
  readonly bytes: number;
  /** The bytes that had been survived by then. */
  readonly grownBytes: number;
  /** The bytes that later runs take, if a person names none. */
  readonly limitBytes: number;
}

/** The memory that a run is going to use. */
export interface MemoryView {
  readonly needs: MemoryNeeds;
  /** Whether it is less because an earlier run ended the page. */
  readonly isLearned: boolean;
}

export type OnEvent = (event: EngineEvent) => void;

/** Takes a run so far, each time that the browser keeps it. */
export type OnKept = (body: RecordBody) => void;

export interface EngineApi {
  inspect(): Promise<Outcome<Inspection>>;
  /** The session that ended with an earlier page while its memory grew, told once. Null: there is none. */
  death(): Promise<Outcome<Death | null>>;
  /** The memory that a run would use on this adapter. */
  memory(request: RunRequest, adapter: AdapterInfo): Promise<Outcome<MemoryView>>;
  /** Forgets the limit that an earlier run has taught. */
  forgetLimit(): Promise<Outcome<void>>;
  /** Checks winners that the driver gave. From now on they replace those that the browser keeps. */
  giveWinners(winners: unknown): Promise<Outcome<void>>;
  /** Checks models that the driver gave, and returns them. */
  checkModels(given: unknown): Promise<Outcome<readonly Model[]>>;
  /** A seed by this site's collector for a run. Null: it has none, or does not answer soon. */
  givenSeed(): Promise<Outcome<GivenSeed | null>>;
  /** What is known of tunings on this machine. */
  tunings(): Promise<Outcome<TuningsKnown>>;
  /** Forgets every tuning of this machine. */
  forgetTunings(): Promise<Outcome<void>>;
  /**
   * Resolves after the last event has arrived. Without `onKept`, no unfinished run is sent. `otherRun` is a run that the
   * driver has waited for, in words.
   */
  run(request: RunRequest, onEvent: OnEvent, onKept?: OnKept, otherRun?: string): Promise<Outcome<void>>;
  /** Keeps every winner as it is found. Resolves after the last event has arrived. */
  tune(request: TuneRequest, onEvent: OnEvent): Promise<Outcome<void>>;
  /** Ends the session in progress. What it has measured arrives as its last events. */
  cancel(): void;
  /** Says whether the page is hidden. A run pauses while it is. */
  setHidden(hidden: boolean): void;
  /** Pauses the session in progress, or lets it go on. */
  pause(paused: boolean): void;
  /** The runs that this browser keeps, the newest first. */
  runs(): Promise<Outcome<readonly RunSummary[]>>;
  /** The headlines of the kept runs that are whole, the newest first. */
  headlines(): Promise<Outcome<readonly Headline[]>>;
  /** Resumes a kept run. Resolves after the last event has arrived. */
  resume(key: string, onEvent: OnEvent): Promise<Outcome<void>>;
  /** Replays a kept run: sends its events, the last of them `done`, without measuring anything. */
  show(key: string, onEvent: OnEvent): Promise<Outcome<void>>;
  /** Deletes a kept run. */
  forgetRun(key: string): Promise<Outcome<void>>;
  /** Calls `onStorage` when the browser's storage does not take a run, and once no such run is held any more. */
  watchStorage(onStorage: OnStorage): void;
  /** Hands over the runs that storage did not take, each as far as it came. The engine holds them no more. */
  takeUnkept(): Promise<Outcome<readonly RunRecord[]>>;
}

/** What the engine's worker offers its client. */
export interface EngineWorkerApi extends EngineApi {
  /** Says what only the page knows, before anything else is asked. */
  setPage(facts: PageFacts): void;
}
