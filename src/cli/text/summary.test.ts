import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecord } from '../../../results/record/check.ts';
import { modelById } from '../../model/models/predicted.ts';
import { runDocument } from './summary.ts';

test('a record with products has the decode step of each model by its weights alone', () => {
  const file = new URL('../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url);
  const models = [modelById('smollm2-135m'), modelById('llama-3.1-8b')];
  const { weightsOnlyDecode } = runDocument(readRecord(JSON.parse(readFileSync(file, 'utf8'))), models);
  expect(weightsOnlyDecode.map(({ model }) => model)).toEqual(models.map(({ id }) => id));
  const [small, large] = weightsOnlyDecode.map(({ tokensPerSecond }) => tokensPerSecond.value);
  expect(small).toBeGreaterThan(5 * (large ?? Number.NaN));
});
