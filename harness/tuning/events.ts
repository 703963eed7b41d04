/** Tuning is a stream of events, as a run is. */

import type { RunEvent } from '../events.ts';
import type { Tuned } from './store.ts';
import type { Winner } from './winners.ts';

export type TuneEvent =
  | Extract<RunEvent, { type: 'adapter' | 'clock' | 'progress' }>
  | { readonly type: 'tuned'; readonly tuned: Tuned }
  /** Nothing is known of this problem, and why. */
  | (Omit<Winner, 'tuning'> & {
      readonly type: 'untuned';
      readonly reason: string;
      /** False where there was only no time. */
      readonly fault: boolean;
    });

export type EngineEvent = RunEvent | TuneEvent;

/** Runs and tuning watched from outside: their events, and a last word where a session ends without a record. */
export type EngineReport =
  | EngineEvent
  | { readonly type: 'tune-end' }
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } };
