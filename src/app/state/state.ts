/**
 * Everything the page knows, as signals. A run's events come in through `receive`; views only read. No DOM and no
 * workers: app.ts feeds it.
 */

import { batch, computed, signal } from '@preact/signals';
import type { Phase } from '../../../harness/events.ts';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import type { Label } from '../../../results/labels/label.ts';
import { isSoftware } from '../../../results/machine/identity.ts';
import type { Place } from '../../../results/machine/place.ts';
import type { AdapterInfo, ClockInfo, HostInfo, Measurement, Plan, RunRecord } from '../../../results/record/schema.ts';
import { MODELS } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import type { PageParams, RunParams } from '../../session/params.ts';
import { EMPTY_VIEW } from '../analysis/empty-view.ts';
import type { LawView } from '../analysis/law-view.ts';
import type { Death, Inspection, MemoryView, TuningsKnown } from '../engine/api.ts';
import type { StorageTrouble } from '../engine/kept/database.ts';
import type { Headline } from '../engine/kept/headlines.ts';
import type { RunSummary } from '../engine/kept/run-store.ts';
import type { StepPlans } from '../planner/api.ts';
import type { PageError } from '../shell/errors/page-error.ts';
import { measuredSteps, plannedSteps, rowsOf, type StepRow, stepRow } from './rows.ts';

/**
 * - `looking`: the page has asked for the adapter, and has no answer yet
 * - `ready`: a run can start
 * - `unusable`: no run can start; `error` says why
 * - `running`: a run or tuning is in progress
 * - `cancelling`: the run was asked to stop, and has not stopped yet
 * - `finished`: there is a record
 */
export type Stage = 'looking' | 'ready' | 'unusable' | 'running' | 'cancelling' | 'finished';

export interface Progress {
  readonly phase: Phase;
  /** The share of the run that is done, 0 … 1. */
  readonly fraction: number;
  /** The time left lies between these, in ms. */
  readonly leftMs: readonly [low: number, high: number];
  /** What the run does now, in words. */
  readonly detail: string;
}

/** The models whose decode steps a run is to time. */
export interface Chosen {
  readonly models: readonly Model[];
  /** A line on how the file's formats differ from those of the kernels. Empty: they do not, or there is no file. */
  readonly note: string;
}

export type Store = ReturnType<typeof createStore>;

/**
 * @param problems lines about parameters of the address that cannot be used
 * @param place the browser that the page is open in
 */
export function createStore({ autorun: _, ...options }: PageParams, problems: readonly string[], place: Place) {
  const signals = {
    stage: signal<Stage>('looking'),
    /** The person's choices. They begin as the address's parameters. */
    options: signal<RunParams>(options),
    error: signal<PageError | undefined>(undefined),
    /** Whether the person has paused the session in progress. */
    paused: signal(false),
    /** The part of the page that could not be loaded, in words that begin a sentence. Null: all that was needed was. */
    missing: signal<string | null>(null),
    /** A line about the last run that is not an error. Empty: there is none. */
    notice: signal(''),
    /** Whether a run has begun since the page was opened: there is, or will be, something to show. */
    begun: signal(false),

    host: signal<HostInfo | undefined>(undefined),
    adapter: signal<AdapterInfo | undefined>(undefined),
    /** What is known of tunings on this machine. */
    tunings: signal<TuningsKnown | undefined>(undefined),
    /** The memory that a run would use, or uses. Undefined: not known yet. */
    memory: signal<MemoryView | undefined>(undefined),
    /** The run that ended with an earlier page while its memory grew. Undefined: there is none. */
    death: signal<Death | undefined>(undefined),
    /** Why the browser's storage did not take a run that is on this page alone. Null: there is no such run. */
    storage: signal<StorageTrouble | null>(null),
    /** The runs that this browser keeps, the newest first. */
    runs: signal<readonly RunSummary[]>([]),
    /** The run that the page offers to continue. Undefined: there is none, or the person does not want it now. */
    offer: signal<RunSummary | undefined>(undefined),
    /** The headlines of those runs that are whole, the newest first. */
    headlines: signal<readonly Headline[]>([]),

    /** The models whose decode steps a run is to time. Undefined: a run times kernels alone. */
    chosen: signal(presetChosen(options.decode)),
    /** Why the last file was not used, in a line. Empty: nothing is wrong. */
    fileProblem: signal(''),
    /** The memory that the chosen steps would take. Undefined: not planned yet. */
    stepPlans: signal<StepPlans | undefined>(undefined),

    clock: signal<ClockInfo | undefined>(undefined),
    plan: signal<Plan | undefined>(undefined),
    progress: signal<Progress | undefined>(undefined),
    /** Measurements, indexed like the cases of the plan. Undefined: not measured yet. */
    measurements: signal<readonly (Measurement | undefined)[]>([]),
    stepRows: signal<readonly StepRow[]>([]),
    record: signal<RunRecord | undefined>(undefined),
    view: signal(EMPTY_VIEW),
    /** The law that the run's times follow. Undefined: the run has none, or none yet. */
    law: signal<LawView | undefined>(undefined),
  };
  const { stage, error, notice, begun, host, adapter, clock, plan, progress, measurements, stepRows, record } = signals;

  /** Labels that the run has given so far. */
  const given = signal<readonly Label[]>([]);
  /** The numbers of kernel shapes that this session has tuned, and has given up. */
  const tuning = { tuned: 0, untuned: 0 };

  return {
    ...signals,
    problems,
    place,
    busy: computed(() => stage.value === 'running' || stage.value === 'cancelling'),
    software: computed(() => adapter.value !== undefined && isSoftware(adapter.value)),
    rows: computed(() => rowsOf(plan.value, measurements.value)),
    /** The labels of the record; before there is one, those that the run has given so far. */
    labels: computed(() => signals.view.value.labels ?? given.value),

    /** Takes the adapter that the engine has found. */
    inspected(inspection: Inspection): void {
      batch(() => {
        adapter.value = inspection.adapter;
        host.value = inspection.host;
        if (stage.value === 'looking') stage.value = 'ready';
      });
    },

    /** Begins a run or tuning: clears what the last one left. */
    begin(): void {
      batch(() => {
        error.value = undefined;
        notice.value = '';
        signals.fileProblem.value = '';
        clock.value = undefined;
        plan.value = undefined;
        progress.value = undefined;
        measurements.value = [];
        stepRows.value = [];
        record.value = undefined;
        signals.view.value = EMPTY_VIEW;
        signals.law.value = undefined;
        given.value = [];
        begun.value = true;
        signals.paused.value = false;
        Object.assign(tuning, { tuned: 0, untuned: 0 });
        stage.value = 'running';
      });
    },

    receive(event: EngineEvent): void {
      batch(() => {
        switch (event.type) {
          case 'adapter':
            adapter.value = event.adapter;
            host.value = event.host;
            break;
          case 'memory':
            signals.memory.value = { needs: event.needs, isLearned: signals.memory.value?.isLearned ?? false };
            break;
          case 'clock':
            clock.value = event.clock;
            break;
          case 'plan':
            plan.value = event.plan;
            stepRows.value = plannedSteps(event.decode);
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
            measurements.value = withItem(measurements.value, event.index, event.measurement);
            break;
          case 'label':
            given.value = [...given.value.filter((l) => l.id !== event.label.id), event.label];
            break;
          case 'tuned':
          case 'untuned':
            tuning[event.type]++;
            break;
          case 'done':
            record.value = event.record;
            clock.value = event.record.clock;
            plan.value = event.record.plan;
            measurements.value = event.record.measurements;
            stepRows.value = measuredSteps(event.record.decode ?? []);
            progress.value = undefined;
            stage.value = 'finished';
            break;
        }
      });
    },

    /** Ends tuning that no run follows. */
    tuneEnded(): void {
      batch(() => {
        const left = tuning.untuned > 0 ? ` ${tuning.untuned} more need another session, or more time.` : '';
        notice.value = `Tuned ${tuning.tuned} ${tuning.tuned === 1 ? 'kernel shape' : 'kernel shapes'}.${left}`;
        progress.value = undefined;
        begun.value = false;
        stage.value = 'ready';
      });
    },

    /** Ends a run or tuning that could not start, or broke. What was measured stays on the page. */
    fail(failure: PageError): void {
      batch(() => {
        // A person who cancels has not met an error.
        if (failure.code === 'cancelled') notice.value = failure.message;
        else error.value = failure;
        progress.value = undefined;
        begun.value = measurements.value.length > 0;
        stage.value = adapter.value ? 'ready' : 'unusable';
      });
    },
  };
}

/** The preset with this id, as a choice. Undefined: there is no such preset. */
export function presetChosen(id: string): Chosen | undefined {
  const model = MODELS.find((one) => one.id === id);
  return model && { models: [model], note: '' };
}

function withItem<T>(items: readonly T[], index: number, item: T): T[] {
  const out = [...items];
  out[index] = item;
  return out;
}
