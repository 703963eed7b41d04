/** A run is a stream of these; the last is `done`, and everything measured until then is in its record. */

import type { Label } from '../results/labels.ts';
import type { AdapterInfo, ClockInfo, HostInfo, Measurement, Plan, RunRecord } from '../results/schema.ts';

/** In order. */
export const PHASES = ['fill', 'clock', 'warm-up', 'verify', 'measure'] as const;
export type Phase = (typeof PHASES)[number];

export type RunEvent =
  | { readonly type: 'adapter'; readonly adapter: AdapterInfo; readonly host: HostInfo }
  | { readonly type: 'clock'; readonly clock: ClockInfo }
  | { readonly type: 'plan'; readonly plan: Plan }
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
  | { readonly type: 'label'; readonly label: Label }
  | { readonly type: 'done'; readonly record: RunRecord };

/** A run watched from outside: its events, or a last word where it could not start or broke. */
export type RunReport =
  | RunEvent
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } };
