import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { decodeSteps, MACHINE } from '../../../tests/support/law-points.ts';
import { stepWork } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { stepTime } from '../theory/step-time.ts';
import { expectedOfRecord } from './expected.ts';
import { machinesOfRecord } from './machines.ts';
import { predict } from './predict.ts';

const record = readRecord(JSON.parse(readFileSync('results/data/2026-11-24-lavapipe-quick.json', 'utf8')));
const TIMED = ['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b'];
/** A record of decode steps alone. */
const ofSteps: RunRecord = { ...record, measurements: [], decode: decodeSteps(TIMED) };

const servedOf = (id: string, weights = 'f16') => {
  const model = modelById(id);
  return { model, weights, kv: 'f16', tensors: tensorsIn(model, allIn(weights)) };
};

function expectedOn(run: RunRecord, id: string, { batch = 1, context = 2048, weights = 'f16' } = {}) {
  const served = servedOf(id, weights);
  const machine = machinesOfRecord(run)(weights, { memoryGB: 80 });
  if (!machine) throw new Error('nothing was fitted');
  return expectedOfRecord('hbmark', machine, served, predict(served, machine, { batch, context }));
}

/** Half the width of an interval, as a share. */
const reach = ({ interval, tokensPerSecond }: ReturnType<typeof expectedOn>): number =>
  (interval?.[1] ?? 0) / (tokensPerSecond ?? 1) - 1;

describe('a record of decode steps', () => {
  test.each([1, 8])(
    'expects another model at batch %i within its interval of the truth, and says that it was not timed',
    (batch) => {
      const id = 'llama-3.1-8b';
      const context = 2048;
      const expected = expectedOn(ofSteps, id, { batch, context });
      const { model, tensors } = servedOf(id);
      // The steps have 100 dispatches each, whatever the model; so does the truth.
      const truth = batch / stepTime(stepWork(model, tensors, { batch, context, kv: 'f16' }), MACHINE, 100).seconds;
      const [low = 0, high = 0] = expected.interval ?? [];
      expect(truth).toBeGreaterThan(low);
      expect(truth).toBeLessThan(high);
      expect(expected).toMatchObject({ engine: 'hbmark', evidence: 'the law of the record’s 16 decode steps' });
      expect(expected.warnings).toContain('the run did not time llama-3.1-8b');
    },
  );

  test('is surer of a model that it timed, and less sure of longer contexts, batches and other formats', () => {
    const known = reach(expectedOn(ofSteps, 'llama-3.2-1b'));
    expect(expectedOn(ofSteps, 'llama-3.2-1b').warnings).toEqual([]);
    expect(known).toBeLessThan(0.05);
    for (const other of [
      expectedOn(ofSteps, 'llama-3.2-1b', { context: 131_072 }),
      expectedOn(ofSteps, 'llama-3.2-1b', { batch: 256 }),
      expectedOn(ofSteps, 'llama-3.2-1b', { weights: 'int8' }),
      expectedOn(ofSteps, 'llama-3.1-8b'),
    ]) {
      expect(other.warnings).not.toEqual([]);
      expect(reach(other)).toBeGreaterThan(1.5 * known);
    }
  });

  test('has no expectation of another engine, of the peak, and of what does not fit', () => {
    const served = servedOf('llama-3.2-1b');
    const machine = machinesOfRecord(ofSteps)('f16', { memoryGB: 80 });
    if (!machine) throw new Error('nothing was fitted');
    const at = (batch: number) => predict(served, machine, { batch, context: 2048 });
    expect(expectedOfRecord('llama.cpp', machine, served, at(1)).evidence).toMatch(/for llama\.cpp give --gpu NAME$/);
    expect(expectedOfRecord('peak', machine, served, at(1)).evidence).toMatch(/^the peak is a bound/);
    expect(expectedOfRecord('hbmark', machine, served, at(100_000))).toMatchObject({
      tokensPerSecond: null,
      evidence: 'no expectation: it does not fit',
    });
  });
});

test.each([
  [
    'without decode steps',
    record,
    /^no expectation: the record has no decode steps; time some .*hbmark run --model A --model B$/,
  ],
  [
    'of a machine that arithmetic limits',
    { ...record, decode: decodeSteps(['llama-3.2-1b']) },
    /^no expectation: arithmetic limits/,
  ],
] as [string, RunRecord, RegExp][])('a record %s says why there is no expectation', (_, run, evidence) => {
  expect(expectedOn(run, 'llama-3.2-1b')).toMatchObject({
    tokensPerSecond: null,
    interval: null,
    evidence: expect.stringMatching(evidence),
  });
});
