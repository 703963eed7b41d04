/** Stores in the states that the page can be in, filled with committed records as a run would fill them. */

import type { RunEvent } from '../../../harness/events.ts';
import type { Place } from '../../../results/machine/place.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { DecodeMeasurement, Measurement, RunRecord } from '../../../results/record/schema.ts';
import { modelById } from '../../model/models/predicted.ts';
import { DEFAULT_PARAMS, type RunParams } from '../../session/params.ts';
import { runRequest } from '../../session/requests.ts';
import { needsOf } from '../../session/run-options.ts';
import { lawView } from '../analysis/law-view.ts';
import { type RunSoFar, viewOf } from '../analysis/view.ts';
import type { Inspection, MemoryView } from '../engine/api.ts';
import type { App } from '../pages/bench/app.ts';
import { createStore, type Progress, type Store } from '../state/state.ts';

const FILES = import.meta.glob<unknown>('../../../results/data/*.json', { eager: true, import: 'default' });

/** A copy of a committed record, to be changed at will. @param name its file's, without `.json` */
export function committed(name: string): RunRecord {
  const file = FILES[`../../../results/data/${name}.json`];
  if (file === undefined) throw new Error(`there is no record named ${name} in results/data`);
  return readRecord(structuredClone(file));
}

/** An app whose actions do nothing. */
export const appOf = (store: Store): App => ({
  store,
  start: async () => {},
  run: async () => {},
  cancel() {},
  forgetTunings: async () => {},
  forgetLimit: async () => {},
  chooseModel() {},
  chooseSteps() {},
  takeFiles: async () => {},
  resume: async () => {},
  show: async () => {},
  forgetRun: async () => {},
  saveUnkept: async () => {},
  pause() {},
  dismissOffer() {},
  setHidden() {},
});

/** A page that waits for its adapter. */
export const looking = (
  options: Partial<RunParams> = {},
  problems: readonly string[] = [],
  place: Place = { program: 'chrome', system: 'windows' },
): Store => createStore({ ...DEFAULT_PARAMS, ...options }, problems, place);

/** A page that could run on the machine of `record`. */
export function ready({ adapter, host }: RunRecord, options: Partial<RunParams> = {}): Store {
  const store = looking(options);
  store.inspected({ adapter, host });
  store.memory.value = memoryOf(store, { adapter, host });
  return store;
}

/** The memory that the chosen run would use on a machine. */
export function memoryOf({ options, chosen }: Store, { adapter, host }: Inspection): MemoryView {
  const request = runRequest(options.value, 0, chosen.value?.models ?? []);
  return { needs: needsOf(request, { info: host }, adapter, undefined), isLearned: false };
}

/** A page after the run of `record`. */
export function finished(record: RunRecord, options: Partial<RunParams> = {}): Store {
  const store = ready(record, options);
  store.begin();
  store.receive({ type: 'done', record, spent: [] });
  const { clock, measurements, decode = [] } = record;
  look(store, { clock, measurements, decode, record });
  return store;
}

interface SoFar {
  /** The number of the record's cases that have been measured. Default: 0. */
  readonly cases?: number;
  /** The number of the record's decode steps that have been measured. Default: 0. */
  readonly steps?: number;
  readonly progress: Partial<Progress>;
}

/** A page in the middle of the run of `record`. */
export function running(record: RunRecord, { cases = 0, steps = 0, progress }: SoFar): Store {
  const { clock, plan, decode = [] } = record;
  const measurements: Measurement[] = record.measurements.slice(0, cases);
  const stepsDone: DecodeMeasurement[] = decode.slice(0, steps);
  const events: RunEvent[] = [
    { type: 'clock', clock },
    { type: 'plan', plan, decode: decode.map((m) => m.case) },
    ...measurements.map((measurement, index) => ({ type: 'measurement' as const, index, measurement })),
    ...stepsDone.map((measurement, index) => ({ type: 'decode' as const, index, measurement })),
    { type: 'progress', ...{ phase: 'measure', fraction: 0, leftMs: [0, 0], detail: '' }, ...progress },
  ];
  const store = ready(record);
  store.begin();
  for (const event of events) store.receive(event);
  look(store, { clock, measurements, decode: stepsDone });
  return store;
}

/** Fills the store with what the analyst would find of a run. */
function look(store: Store, run: RunSoFar): void {
  store.view.value = viewOf(run, modelById(store.options.value.model));
  store.law.value = lawView(run);
}
