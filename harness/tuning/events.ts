/** Tuning is a stream of events, as a run is. */

import type { RunEvent } from '../events.ts';
import type { Tuned } from './store.ts';
import type { Winner } from './winners.ts';

export type TuneEvent =
  | Extract<RunEvent, { type: 'adapter' | 'memory' | 'clock' | 'progress' }>
  | { readonly type: 'tuned'; readonly tuned: Tuned }
  /** Tuning learned nothing about this problem. */
  | (Omit<Winner, 'tuning'> & {
      readonly type: 'untuned';
      readonly reason: string;
      /** Whether something is wrong; false if there was no time, or the machine is too slow. */
      readonly fault: boolean;
    });

export type EngineEvent = RunEvent | TuneEvent;

/** A report of a session to a program that drives it: an event, or how the session ended if it left no record. */
export type EngineReport =
  | EngineEvent
  | { readonly type: 'tune-end' }
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } };
