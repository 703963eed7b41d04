import { expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-20-swiftshader-quick.json';
import { foreignAmong, recordAmong } from './record-file.ts';

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

test('JSON of something else is said to be that, and a model that is refused is not', async () => {
  expect(await foreignAmong([file({ name: 'x', version: '1' })])).toBe(
    'a.json is no model. It is JSON with the keys “name”, “version”. A model’s config.json has a key “model_type”.',
  );
  for (const other of [file({ model_type: 'martian' }), file([1]), file(null), new File(['{'], 'a.json')]) {
    expect(await foreignAmong([other])).toBeUndefined();
  }
  expect(await foreignAmong([file({}), file({})])).toBeUndefined();
});
