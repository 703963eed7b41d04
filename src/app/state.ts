/**
 * Everything the page knows, as signals. Events of a run come in through `receive`; views only read. No DOM, no
 * workers: see main.tsx for who feeds it.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Phase } from '../../harness/events.ts';
import type { EngineEvent } from '../../harness/tuning/events.ts';
import { isSoftware, type Label } from '../../results/labels.ts';
import type {
  AdapterInfo,
  Case,
  ClockInfo,
  DecodeCase,
  DecodeMeasurement,
  HostInfo,
  Measurement,
  Plan,
  RunRecord,
} from '../../results/schema.ts';
import { MODELS } from '../model/models/index.ts';
import type { Model } from '../model/models/model.ts';
import type { PageParams, RunParams } from '../session/params.ts';
import type { LawView } from './analysis/law-view.ts';
import { EMPTY_VIEW, type RunView } from './analysis/view.ts';
import type { Inspection, TuningsKnown } from './engine/api.ts';
import type { RunSummary } from './engine/run-store.ts';
import type { PageError } from './errors/page-error.ts';
import type { StepPlans } from './planner/api.ts';

/**
 * looking: the adapter has been asked for · ready: a run can start · unusable: none can, see `error` ·
 * running · cancelling: asked to stop, not yet stopped · finished: there is a record.
 */
export type Stage = 'looking' | 'ready' | 'unusable' | 'running' | 'cancelling' | 'finished';

export interface Progress {
  readonly phase: Phase;
  readonly fraction: number;
  readonly etaMs: number;
  readonly detail: string;
}

/** What the person chose; the URL's parameters to begin with. */
export type Options = RunParams;

/** A decode step that was asked for, and what is known of it by now. */
export interface StepRow {
  readonly index: number;
  readonly case: DecodeCase;
  readonly measurement: DecodeMeasurement | undefined;
}

/** Models whose decode steps a run is to time. */
export interface Chosen {
  readonly models: readonly Model[];
  /** For a person, where they come from a file: what of it is not as kernels read it; empty where nothing is. */
  readonly note: string;
}

/** A planned case, and what is known of it by now. */
export interface Row {
  readonly index: number;
  readonly case: Case;
  readonly measurement: Measurement | undefined;
}

export interface Store {
  readonly stage: Signal<Stage>;
  readonly options: Signal<Options>;
  /** Lines about the URL's parameters. */
  readonly problems: readonly string[];
  readonly error: Signal<PageError | undefined>;
  /** A line about the last run that is no error; empty where there is none. */
  readonly notice: Signal<string>;
  readonly host: Signal<HostInfo | undefined>;
  readonly adapter: Signal<AdapterInfo | undefined>;
  /** What is known of tunings on this machine. */
  readonly tunings: Signal<TuningsKnown | undefined>;
  /** Runs that this browser keeps, the newest first. */
  readonly runs: Signal<readonly RunSummary[]>;
  /** Undefined: a run times kernels alone. */
  readonly chosen: Signal<Chosen | undefined>;
  /** Why the last file is no model, in a line; empty where nothing is wrong. */
  readonly fileProblem: Signal<string>;
  /** What the steps that are asked for would take of memory; undefined while that is not known. */
  readonly stepPlans: Signal<StepPlans | undefined>;
  readonly clock: Signal<ClockInfo | undefined>;
  readonly plan: Signal<Plan | undefined>;
  readonly progress: Signal<Progress | undefined>;
  readonly measurements: Signal<readonly (Measurement | undefined)[]>;
  readonly stepRows: Signal<readonly StepRow[]>;
  readonly record: Signal<RunRecord | undefined>;
  readonly view: Signal<RunView>;
  /** Undefined while there is none. */
  readonly law: Signal<LawView | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** A run has begun since the page was opened: there is, or will be, something to show. */
  readonly begun: Signal<boolean>;
  readonly software: ReadonlySignal<boolean>;
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** Of the record where there is one, else those the run has given so far. */
  readonly labels: ReadonlySignal<readonly Label[]>;
  inspected(inspection: Inspection): void;
  /** A run is about to start: what the last one left is cleared. */
  begin(): void;
  receive(event: EngineEvent): void;
  /** Tuning has ended, and no run follows. */
  tuneEnded(): void;
  /** A run could not start, or broke. What was measured stays on the page. */
  fail(error: PageError): void;
}

export function createStore(params: PageParams, problems: readonly string[]): Store {
  const { autorun: _, ...chosen } = params;
  const stage = signal<Stage>('looking');
  const error = signal<PageError | undefined>(undefined);
  const notice = signal('');
  const host = signal<HostInfo | undefined>(undefined);
  const adapter = signal<AdapterInfo | undefined>(undefined);
  const tunings = signal<TuningsKnown | undefined>(undefined);
  const runs = signal<readonly RunSummary[]>([]);
  /** How many problems of this session are tuned, and how many are not. */
  const settled = { tuned: 0, untuned: 0 };
  const clock = signal<ClockInfo | undefined>(undefined);
  const plan = signal<Plan | undefined>(undefined);
  const progress = signal<Progress | undefined>(undefined);
  const measurements = signal<readonly (Measurement | undefined)[]>([]);
  const stepRows = signal<readonly StepRow[]>([]);
  const record = signal<RunRecord | undefined>(undefined);
  const view = signal<RunView>(EMPTY_VIEW);
  const law = signal<LawView | undefined>(undefined);
  const begun = signal(false);
  const given = signal<readonly Label[]>([]);

  function receive(event: EngineEvent): void {
    batch(() => {
      switch (event.type) {
        case 'adapter':
          adapter.value = event.adapter;
          host.value = event.host;
          break;
        case 'clock':
          clock.value = event.clock;
          break;
        case 'plan':
          plan.value = event.plan;
          stepRows.value = shownSteps(event.decode.map((c, index) => ({ index, case: c, measurement: undefined })));
          break;
        case 'decode':
          stepRows.value = stepRows.value.map((row) =>
            row.index === event.index ? stepRow(event.measurement, event.index) : row,
          );
          break;
        case 'progress':
          progress.value = event;
          break;
        case 'measurement':
          measurements.value = placed(measurements.value, event.index, event.measurement);
          break;
        case 'label':
          given.value = [...given.value.filter((l) => l.id !== event.label.id), event.label];
          break;
        case 'tuned':
        case 'untuned':
          settled[event.type]++;
          break;
        case 'done':
          record.value = event.record;
          clock.value = event.record.clock;
          plan.value = event.record.plan;
          measurements.value = event.record.measurements;
          stepRows.value = shownSteps((event.record.decode ?? []).map(stepRow));
          progress.value = undefined;
          stage.value = 'finished';
          break;
      }
    });
  }

  return {
    stage,
    options: signal<Options>(chosen),
    problems,
    error,
    notice,
    host,
    adapter,
    tunings,
    runs,
    chosen: signal<Chosen | undefined>(presetChosen(params.decode)),
    fileProblem: signal(''),
    stepPlans: signal<StepPlans | undefined>(undefined),
    clock,
    plan,
    progress,
    measurements,
    stepRows,
    record,
    view,
    law,
    busy: computed(() => stage.value === 'running' || stage.value === 'cancelling'),
    begun,
    software: computed(() => adapter.value !== undefined && isSoftware(adapter.value)),
    rows: computed(() => rowsOf(plan.value, measurements.value)),
    labels: computed(() => view.value.labels ?? given.value),
    inspected(inspection) {
      batch(() => {
        adapter.value = inspection.adapter;
        host.value = inspection.host;
        if (stage.value === 'looking') stage.value = 'ready';
      });
    },
    begin() {
      batch(() => {
        error.value = undefined;
        notice.value = '';
        clock.value = undefined;
        plan.value = undefined;
        progress.value = undefined;
        measurements.value = [];
        stepRows.value = [];
        record.value = undefined;
        view.value = EMPTY_VIEW;
        law.value = undefined;
        given.value = [];
        begun.value = true;
        Object.assign(settled, { tuned: 0, untuned: 0 });
        stage.value = 'running';
      });
    },
    receive,
    tuneEnded() {
      batch(() => {
        const left = settled.untuned > 0 ? ` ${settled.untuned} more need another session, or more time.` : '';
        notice.value = `Tuned ${settled.tuned} ${settled.tuned === 1 ? 'kernel shape' : 'kernel shapes'}.${left}`;
        progress.value = undefined;
        begun.value = false;
        stage.value = 'ready';
      });
    },
    fail(failure) {
      batch(() => {
        // Whoever cancels has not met an error.
        if (failure.code === 'cancelled') notice.value = failure.message;
        else error.value = failure;
        progress.value = undefined;
        begun.value = measurements.value.length > 0;
        stage.value = adapter.value ? 'ready' : 'unusable';
      });
    },
  };
}

function placed<T>(items: readonly T[], index: number, item: T): T[] {
  const out = [...items];
  out[index] = item;
  return out;
}

/** Undefined where there is no such preset. */
export function presetChosen(id: string): Chosen | undefined {
  const model = MODELS.find((one) => one.id === id);
  return model && { models: [model], note: '' };
}

/** But for those of which claims tell. */
const shownSteps = (rows: readonly StepRow[]): StepRow[] => rows.filter(({ case: { experiment } }) => !experiment);

const stepRow = (measurement: DecodeMeasurement, index: number): StepRow => ({
  index,
  case: measurement.case,
  measurement,
});

/** Every planned case in order, and whatever was measured beside the plan. */
function rowsOf(plan: Plan | undefined, measurements: readonly (Measurement | undefined)[]): Row[] {
  const cases = plan?.cases ?? [];
  return Array.from({ length: Math.max(cases.length, measurements.length) }, (_, index) => {
    const measurement = measurements[index];
    return { index, case: measurement?.case ?? cases[index], measurement };
  }).flatMap((row) => (row.case ? [{ ...row, case: row.case }] : []));
}
