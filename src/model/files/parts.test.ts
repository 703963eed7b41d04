import { expect, test } from 'vitest';
import { filesOf } from '../../../tests/support/models/model-files.ts';
import { partsOf } from './parts.ts';
import { ModelFileError } from './source.ts';

const folder = (...names: readonly string[]) => filesOf(Object.fromEntries(names.map((name) => [name, 'x'])));

test.each<[string, readonly string[]]>([
  ['from one', ['m-00001-of-00003.gguf', 'm-00002-of-00003.gguf', 'm-00003-of-00003.gguf']],
  ['from zero', ['m-00000-of-00002.gguf', 'm-00001-of-00002.gguf']],
  ['from zero, with one more than they say', ['m-0-of-2.gguf', 'm-1-of-2.gguf', 'm-2-of-2.gguf']],
  ['in two widths', ['m-00001-of-000002.safetensors', 'm-00002-of-000002.safetensors']],
  ['without zeros before them', Array.from({ length: 12 }, (_, i) => `m_${i + 1}_of_12.safetensors`)],
  ['from zero, below the dash', ['model_0_of_2.safetensors', 'model_1_of_2.safetensors']],
  ['in words', ['m.part1of2.gguf', 'm.part2of2.gguf']],
  ['alone', ['model-00001-of-00001.safetensors']],
  ['alone, from zero', ['model-00000-of-00001.safetensors']],
  ['in capitals', ['M-00001-OF-00002.GGUF', 'M-00002-OF-00002.GGUF']],
])('numbers %s: any part leads to all', async (_, names) => {
  for (const name of names) expect(await partsOf(folder(...names), name)).toEqual({ names, count: names.length });
});

test('a part that is not there is named', async () => {
  const files = folder('m-00002-of-00003.gguf', 'm-00003-of-00003.gguf');
  expect(await partsOf(files, 'm-00003-of-00003.gguf')).toEqual({
    ...{ names: ['m-00002-of-00003.gguf', 'm-00003-of-00003.gguf'], count: 3 },
    missing: 'm-00001-of-00003.gguf',
  });
});

test('a name that is none of its own parts is alone; one of too many is refused', async () => {
  expect(await partsOf(folder(), 'm-7-of-3.gguf')).toEqual({ names: ['m-7-of-3.gguf'], count: 1 });
  expect(await partsOf(folder(), 'm-1-of-0.gguf')).toEqual({ names: ['m-1-of-0.gguf'], count: 1 });
  expect(await partsOf(folder(), 'llama-8b.gguf')).toEqual({ names: ['llama-8b.gguf'], count: 1 });
  await expect(partsOf(folder(), 'm-1-of-1001.gguf')).rejects.toThrow(ModelFileError);
});
