/** A run is a stream of events. The engine emits them, and page and terminal show them as they come. */

import type { Label } from '../results/labels/label.ts';
import type {
  AdapterInfo,
  ClockInfo,
  DecodeCase,
  DecodeMeasurement,
  HostInfo,
  Measurement,
  Plan,
  RunRecord,
} from '../results/record/schema.ts';
import type { MemoryNeeds } from './memory-needs.ts';

/**
 * The phases of a run, in their order; only `paused` can come at any time. Tuning is a session of its own before a run.
 * A decode step is planned (which layers fit) and built (its memory filled, its pipelines compiled) before it is
 * measured.
 */
export type Phase = 'tune' | 'fill' | 'clock' | 'warm-up' | 'verify' | 'plan' | 'build' | 'measure' | 'paused';

/** The time that a session spent in one phase. */
export interface Spent {
  readonly phase: Phase;
  readonly wallMs: number;
  /** The time in timed regions, in ms: from the submission of each until the host learns of its end. */
  readonly timedMs: number;
}

/** The last event of a run is `done`. Its record holds everything that was measured. */
export type RunEvent =
  | { readonly type: 'adapter'; readonly adapter: AdapterInfo; readonly host: HostInfo }
  | {
      /** The memory that is going to be used, before any is allocated. It comes again with each new device. */
      readonly type: 'memory';
      readonly needs: MemoryNeeds;
    }
  | { readonly type: 'clock'; readonly clock: ClockInfo }
  | {
      readonly type: 'plan';
      readonly plan: Plan;
      /** The decode steps that were asked for. */
      readonly decode: readonly DecodeCase[];
    }
  | {
      readonly type: 'progress';
      readonly phase: Phase;
      /** The share of the whole run that is done, 0 … 1. */
      readonly fraction: number;
      /** The time left lies between these, by what this machine has shown, in ms. */
      readonly leftMs: readonly [low: number, high: number];
      /** The work under way, in words for a person. */
      readonly detail: string;
    }
  | {
      /**
       * A case of the plan was measured, by its index in the plan. The event comes again as the case's samples grow.
       */
      readonly type: 'measurement';
      readonly index: number;
      readonly measurement: Measurement;
    }
  | {
      /** A decode step was measured, by its index among those asked for. */
      readonly type: 'decode';
      readonly index: number;
      readonly measurement: DecodeMeasurement;
    }
  | { readonly type: 'label'; readonly label: Label }
  | {
      readonly type: 'done';
      readonly record: RunRecord;
      /** The time that this session spent. A resumed run's earlier sessions are not in it. */
      readonly spent: readonly Spent[];
    };
