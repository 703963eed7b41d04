import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecord } from '../../../results/record/check.ts';
import { modelById } from '../../model/models/predicted.ts';
import { runDocument, runText } from './summary.ts';

test('a record with products has the decode step of each model by its weights alone', () => {
  const file = new URL('../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url);
  const models = [modelById('smollm2-135m'), modelById('llama-3.1-8b')];
  const { weightsOnlyDecode } = runDocument(readRecord(JSON.parse(readFileSync(file, 'utf8'))), models);
  expect(weightsOnlyDecode.map(({ model }) => model)).toEqual(models.map(({ id }) => id));
  const [small, large] = weightsOnlyDecode.map(({ tokensPerSecond }) => tokensPerSecond.value);
  expect(small).toBeGreaterThan(5 * (large ?? Number.NaN));
});

test('a model that there are no kernels for has a bound of its weights, and a line that says what is missing', () => {
  const file = new URL('../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url);
  const record = readRecord(JSON.parse(readFileSync(file, 'utf8')));
  const models = [modelById('qwen3.6-35b-a3b'), modelById('smollm2-135m')];
  const { untimed, weightsOnlyDecode } = runDocument(record, models);
  expect(weightsOnlyDecode.map(({ model }) => model)).toEqual(models.map(({ id }) => id));
  expect(untimed).toEqual([
    { model: 'qwen3.6-35b-a3b', without: expect.stringMatching(/^recurrent states \(30 of 40 layers\), /) },
  ]);
  expect(runText(record, models)).toMatch(
    /\nuntimed {2}qwen3\.6-35b-a3b: no step of it is timed, since no kernel does yet: recurrent states [^\n]* a bound, not its speed;/,
  );
});
