import { expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-20-swiftshader-quick.json';
import { recordAmong } from './record-file.ts';

const file = (content: unknown, indent?: number) => new File([JSON.stringify(content, null, indent)], 'a.json');

test('a record is told from a model, indented or not, of any version', async () => {
  for (const record of [file(committed), file(committed, 2), file({ ...committed, schema: 99 }, 2)]) {
    expect(await recordAmong([file({ model_type: 'llama' }), record])).toMatch(/^a\.json is a record of HBMark/);
  }
});

test('anything else is left to those who read models', async () => {
  expect(await recordAmong([file({ model_type: 'llama' }), new File(['GGUF'], 'a.gguf'), file([1])])).toBeUndefined();
  expect(await recordAmong([])).toBeUndefined();
});
