/** A run is a stream of events. The engine emits them; page and terminal pass them on as they come. */

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

/**
 * In order, but for `paused`, which can be at any time; tuning is a session of its own, before a run. A decode step is
 * planned (which layers fit) and built (its memory filled, its pipelines compiled) before it is measured.
 */
export type Phase = 'tune' | 'fill' | 'clock' | 'warm-up' | 'verify' | 'plan' | 'build' | 'measure' | 'paused';

export interface Spent {
  readonly phase: Phase;
  readonly wallMs: number;
  /** Of it, in regions that a clock times: from their submission until the host knows of their end. */
  readonly timedMs: number;
}

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
