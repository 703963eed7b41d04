import { beforeEach, expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-24-swiftshader-quick.json';
import { readRecord } from '../../../results/record/check.ts';
import type {
  AdapterInfo,
  Case,
  DecodeMeasurement,
  HostInfo,
  Measurement,
  Plan,
  RunRecord,
} from '../../../results/record/schema.ts';
import { DEFAULT_PARAMS } from '../../session/params.ts';
import { createStore, type Store } from './state.ts';

const host: HostInfo = { kind: 'browser', brand: 'Chromium', majorVersion: 144, platform: 'Linux' };
const gpu: AdapterInfo = {
  vendor: 'nvidia',
  architecture: 'lovelace',
  device: '',
  description: '',
  renderer: null,
  isFallbackAdapter: false,
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  features: [],
  limits: {},
};
const swiftshader: AdapterInfo = { ...gpu, vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true };

const caseOf = (rows: number): Case => ({ kernel: 'gemv', variant: 'portable', params: { rows }, tuning: {} });
const plan: Plan = { ...readRecord(committed).plan, cases: [caseOf(1), caseOf(2), caseOf(3)] };
const skipped = (rows: number): Measurement => ({ status: 'skipped', case: caseOf(rows), reason: 'not here' });
const record: RunRecord = {
  ...readRecord(committed),
  ...{ adapter: gpu, plan, measurements: [skipped(1), skipped(2)] },
};

let store: Store;
beforeEach(() => {
  store = createStore(DEFAULT_PARAMS, [], { program: 'chrome', system: 'linux' });
});

test('the page is ready once its adapter is known', () => {
  expect(store.stage.value).toBe('looking');
  store.inspected({ adapter: gpu, host });
  expect([store.stage.value, store.software.value, store.busy.value]).toEqual(['ready', false, false]);
});

test('a software adapter is recognised before any run', () => {
  store.inspected({ adapter: swiftshader, host });
  expect(store.software.value).toBe(true);
});

test('rows are the planned cases, filled in as they are measured', () => {
  store.inspected({ adapter: gpu, host });
  store.begin();
  store.receive({ type: 'plan', plan, decode: [] });
  expect(store.rows.value.map((r) => r.measurement)).toEqual([undefined, undefined, undefined]);
  store.receive({ type: 'measurement', index: 2, measurement: skipped(3) });
  store.receive({ type: 'measurement', index: 2, measurement: skipped(30) });
  expect(store.rows.value.map((r) => r.case.params.rows)).toEqual([1, 2, 30]);
  expect(store.rows.value[0]?.measurement).toBeUndefined();
});

test('decode steps have rows from the plan on, then those of the record; steps of claims have none', () => {
  const step = { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8 };
  const skippedStep: DecodeMeasurement = { status: 'skipped', case: step, reason: 'too large' };
  store.begin();
  store.receive({ type: 'plan', plan, decode: [step, { ...step, batch: 8 }] });
  store.receive({ type: 'decode', index: 0, measurement: skippedStep });
  expect(store.stepRows.value.map((row) => [row.case.batch, row.measurement?.status])).toEqual([
    [1, 'skipped'],
    [8, undefined],
  ]);
  store.receive({ type: 'done', record: { ...record, decode: [skippedStep] }, spent: [] });
  expect(store.stepRows.value).toHaveLength(1);

  // The claims show what their own steps say.
  const experiment = { ...step, experiment: true as const };
  store.begin();
  store.receive({ type: 'plan', plan, decode: [experiment, step] });
  store.receive({ type: 'decode', index: 0, measurement: { ...skippedStep, case: experiment } });
  store.receive({ type: 'decode', index: 1, measurement: skippedStep });
  expect(store.stepRows.value.map((row) => [row.index, row.measurement?.status])).toEqual([[1, 'skipped']]);
  store.begin();
  expect(store.stepRows.value).toEqual([]);
});

test('a label that is given twice is shown once, with its latest reason', () => {
  store.begin();
  store.receive({ type: 'label', label: { id: 'x', title: 'X', reason: 'first', steps: [] } });
  store.receive({ type: 'label', label: { id: 'x', title: 'X', reason: 'second', steps: [] } });
  expect(store.labels.value.map((l) => l.reason)).toEqual(['second']);
});

test('a run ends with its record and its measurements', () => {
  store.begin();
  store.receive({ type: 'progress', phase: 'measure', fraction: 0.5, leftMs: [10, 20], detail: '' });
  store.receive({ type: 'done', record, spent: [] });
  expect([store.stage.value, store.progress.value, store.record.value]).toEqual(['finished', undefined, record]);
  expect(store.measurements.value).toEqual(record.measurements);
});

test('a new run clears the last one', () => {
  store.inspected({ adapter: gpu, host });
  store.begin();
  store.receive({ type: 'done', record, spent: [] });
  store.begin();
  expect([store.stage.value, store.record.value, store.rows.value]).toEqual(['running', undefined, []]);
});

test('a run that breaks keeps its measurements, and another can start', () => {
  store.inspected({ adapter: gpu, host });
  store.begin();
  store.receive({ type: 'plan', plan, decode: [] });
  store.receive({ type: 'measurement', index: 0, measurement: skipped(1) });
  store.fail({ code: 'unexpected', message: 'broke' });
  expect([store.stage.value, store.error.value?.message, store.begun.value]).toEqual(['ready', 'broke', true]);
  expect(store.rows.value[0]?.measurement).toEqual(skipped(1));
});

test('without an adapter no run can start', () => {
  store.fail({ code: 'no-adapter', message: 'none' });
  expect(store.stage.value).toBe('unusable');
});

test('cancelling before anything was measured is no error', () => {
  store.inspected({ adapter: gpu, host });
  store.begin();
  store.fail({ code: 'cancelled', message: 'Cancelled before anything was measured.' });
  expect([store.stage.value, store.error.value, store.begun.value]).toEqual(['ready', undefined, false]);
  expect(store.notice.value).toMatch(/^Cancelled/);
});
