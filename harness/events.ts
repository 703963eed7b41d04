/** Runs and tuning are streams of events: what the engine says, passed on by page and terminal as it comes. */

import type { Label } from '../results/labels.ts';
import type {
  AdapterInfo,
  ClockInfo,
  DecodeCase,
  DecodeMeasurement,
  HostInfo,
  Measurement,
  Plan,
  RunRecord,
} from '../results/schema.ts';
import type { Phase, Spent } from './stopwatch.ts';
import type { Tuned } from './tuning-store.ts';
import type { Winner } from './tunings.ts';

/** The last of a run is `done`, and everything measured until then is in its record. */
export type RunEvent =
  | { readonly type: 'adapter'; readonly adapter: AdapterInfo; readonly host: HostInfo }
  | { readonly type: 'clock'; readonly clock: ClockInfo }
  | {
      readonly type: 'plan';
      readonly plan: Plan;
      /** Decode steps that were asked for. */
      readonly decode: readonly DecodeCase[];
    }
  | {
      readonly type: 'progress';
      readonly phase: Phase;
      /** Share of the whole run that is done, 0 … 1. */
      readonly fraction: number;
      readonly etaMs: number;
      /** What is being done now, for a person. */
      readonly detail: string;
    }
  | {
      /** Case `index` of the plan as it stands now; the same case comes again as its samples grow. */
      readonly type: 'measurement';
      readonly index: number;
      readonly measurement: Measurement;
    }
  | {
      /** What became of decode step `index` of those asked for. */
      readonly type: 'decode';
      readonly index: number;
      readonly measurement: DecodeMeasurement;
    }
  | { readonly type: 'label'; readonly label: Label }
  | {
      readonly type: 'done';
      readonly record: RunRecord;
      /** Where the time of this session went; what an earlier one of a resumed run took is not in it. */
      readonly spent: readonly Spent[];
    };

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
