/** Tuning is a stream of events, as a run is. */

import type { RunEvent } from '../events.ts';
import type { Tuned } from './store.ts';
import type { Winner } from './winners.ts';

export type TuneEvent =
  | Extract<RunEvent, { type: 'adapter' | 'clock' | 'progress' }>
  | { readonly type: 'tuned'; readonly tuned: Tuned }
  /** Tuning learned nothing of this problem. */
  | (Omit<Winner, 'tuning'> & {
      readonly type: 'untuned';
      readonly reason: string;
      /** Whether something is wrong; false if there was no time, or the machine is too slow. */
      readonly fault: boolean;
    });

export type EngineEvent = RunEvent | TuneEvent;

/** What a session reports to a driver outside: its events, and how it ended if not with a record. */
export type EngineReport =
  | EngineEvent
  | { readonly type: 'tune-end' }
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } };
