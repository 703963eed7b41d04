import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dispatchMs } from '../../../results/derived/derive.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { decodeSteps, MACHINE, samplesOf } from '../../../tests/support/law-points.ts';
import { stepCostsOf } from './costs.ts';
import { lawOfRecord, productPoints, stepPoints, stepPrediction } from './of-record.ts';
import { boundOf } from './verdict.ts';

const recordIn = (name: string): RunRecord =>
  readRecord(JSON.parse(readFileSync(new URL(`../../../results/data/${name}.json`, import.meta.url), 'utf8')));

const lavapipe = recordIn('2026-11-24-lavapipe-quick');

const withSteps = (models: readonly string[]): RunRecord => ({
  ...lavapipe,
  measurements: [],
  decode: decodeSteps(models),
});

describe('a record', () => {
  test('with steps of several models gives their costs', () => {
    const found = lawOfRecord(withSteps(['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b']));
    expect(found?.basis).toBe('steps');
    const costs = found && stepCostsOf(found.law, 'f16');
    expect((costs?.weightBytesPerSecond ?? 0) / MACHINE.weightBytesPerSecond).toBeCloseTo(1, 6);
    expect((costs?.kvBytesPerSecond ?? 0) / MACHINE.kvBytesPerSecond).toBeCloseTo(1, 6);
    expect((costs?.sequenceSeconds ?? 0) / MACHINE.sequenceSeconds).toBeCloseTo(1, 6);
    expect(found && stepCostsOf(found.law, 'int4-g32')).toBeUndefined();
  });

  test('with steps of one model needs products to know the cost of weights', () => {
    const alone = withSteps(['llama-3.2-1b']);
    expect(lawOfRecord(alone)?.law.terms.find(({ id }) => id.startsWith('beta'))?.figure).toBeNull();
    const measurements = lavapipe.measurements.flatMap((m) =>
      m.status === 'measured' && m.case.kernel === 'gemv' && m.case.params.format === 'f16'
        ? { ...m, samples: samplesOf(0.003 + (m.work.bytesRead + m.work.bytesWritten) / 8e8) }
        : [],
    );
    const both = lawOfRecord({ ...alone, measurements });
    expect(both?.basis).toBe('steps and products');
    const costs = both && stepCostsOf(both.law, 'f16');
    expect((costs?.weightBytesPerSecond ?? 0) / 8e11).toBeCloseTo(1, 2);
  });

  test('without steps gives a fixed cost and a rate, from products', () => {
    const found = lawOfRecord(lavapipe);
    expect(found?.basis).toBe('products');
    const ids = found?.law.terms.filter(({ unidentified }) => unidentified?.startsWith('no point')).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('without steps and products gives no law', () => {
    expect(lawOfRecord({ ...lavapipe, measurements: [], decode: [] })).toBeUndefined();
  });
});

test('products of a format are those of one kernel variant', () => {
  const names = productPoints(lavapipe).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(3);
});

test('steps of an unknown model are left out', () => {
  const record = withSteps(['llama-3.2-1b']);
  expect(stepPoints(record).length).toBe(4);
  expect(stepPoints(record, [])).toEqual([]);
});

test('a step that was held out is predicted by a fit that has not seen it', () => {
  const record = withSteps(['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b']);
  const law = lawOfRecord(record)?.law;
  const predictions = (record.decode ?? []).map((m) => law && stepPrediction(law, m.case));
  expect(predictions.filter((one) => one?.heldOut).length).toBe(law?.heldOut.length);
  expect(law?.heldOut.length).toBe(4);
  for (const [i, m] of (record.decode ?? []).entries()) {
    const ms = m.status === 'measured' ? dispatchMs(m.samples, record.clock.trusted)?.value : undefined;
    expect((predictions[i]?.ms ?? 0) / (ms ?? 1)).toBeCloseTo(1, 3);
  }
  expect(law && stepPrediction(law, { model: 'x', weights: 'f16', kv: 'f16', batch: 1, context: 1 })).toBeUndefined();
});

describe('bound by bandwidth', () => {
  const models = ['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b'];
  /** A run whose products take `slower` times as long as at the ceiling. */
  const record = (slower: number, costs = MACHINE): RunRecord => ({
    ...lavapipe,
    decode: decodeSteps(models, costs),
    measurements: lavapipe.measurements.flatMap((m) =>
      m.status === 'measured' && (m.case.kernel === 'stream-read' || m.case.kernel === 'gemv')
        ? [{ ...m, samples: samplesOf((m.case.kernel === 'gemv' ? slower : 1) * (m.work.bytesRead / 8e8)) }]
        : [],
    ),
  });
  const verdictOf = (one: RunRecord) => boundOf(one, lawOfRecord(one));

  test('is a machine with products at the ceiling and steps that wait for memory', () => {
    expect(verdictOf(record(1))).toMatchObject({ verdict: 'bandwidth-bound' });
    expect(verdictOf(record(1)).evidence).toMatch(/\d+ of 16 decode steps wait the longest for memory/);
  });

  test('is not a machine with products far below the ceiling', () => {
    expect(verdictOf(record(5)).verdict).toBe('not bandwidth-bound');
  });

  test('is not a machine whose steps wait for fixed costs', () => {
    const idle = verdictOf(record(1, { ...MACHINE, dispatchSeconds: 1e-3 }));
    expect(idle.verdict).toBe('not bandwidth-bound');
    expect(idle.evidence).toMatch(/wait the longest for fixed costs/);
  });

  test('is undecided without a read ceiling', () => {
    expect(verdictOf({ ...lavapipe, measurements: [], decode: [] }).verdict).toBe('undecided');
  });
});

test('a run that timed a step does not say that it timed none', () => {
  const record = recordIn('2026-11-27-swiftshader-smollm2-360m-context-1024');
  const [step] = record.decode ?? [];
  // A model out of a file: its step has a time, and its shape is not in the record.
  const stranger = step && { ...step, case: { ...step.case, model: 'my-model.gguf' } };
  const found = lawOfRecord({ ...record, decode: stranger ? [stranger] : [] });
  const reasons = found?.law.terms.flatMap(({ unidentified }) => unidentified ?? []) ?? [];
  expect(found?.basis).toBe('products');
  expect(reasons).toContain('the decode steps that were timed are of a model whose shape is not known');
  expect(reasons.filter((reason) => reason.includes('whole decode step'))).toEqual([]);
});
