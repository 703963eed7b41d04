import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ggufBytes, safetensorsBytes, TINY_CONFIG, TINY_LLAMA } from '../../../tests/support/models/model-files.ts';
import { llama31_8b } from '../../model/models/presets/llama-3.1-8b.ts';
import { UsageError } from '../errors.ts';
import { modelFileNamed } from './model-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  writeFileSync(file('tiny.gguf'), ggufBytes(TINY_LLAMA));
  writeFileSync(file('cut.gguf'), ggufBytes(TINY_LLAMA).slice(0, 100));
  writeFileSync(file('alone.safetensors'), safetensorsBytes({}));
  mkdirSync(file('folder.gguf'));
  mkdirSync(file('model'));
  writeFileSync(file('model/config.json'), JSON.stringify(TINY_CONFIG));
  writeFileSync(file('model/tokenizer.json'), '{}');
  writeFileSync(file('pytorch_model.bin'), new Uint8Array([0x80, 2, 0x8a]));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

test('a preset is named by its id, a file by its path, which becomes its id', async () => {
  expect((await modelFileNamed('llama-3.1-8b')).model).toBe(llama31_8b);
  expect((await modelFileNamed(file('tiny.gguf'))).model).toMatchObject({
    id: file('tiny.gguf'),
    hidden: 256,
    vocabulary: 96,
  });
});

test('a folder is named by its path, too', async () => {
  expect((await modelFileNamed(file('model'))).model).toMatchObject({ id: file('model'), hidden: 256 });
});

test.each([
  [
    'pytorch_model.bin',
    /^--model: pytorch_model\.bin: is a pickle, .*: give the \.safetensors or \.gguf of the same model$/,
  ],
  ['gpt-9', /^--model: unknown model "gpt-9"; there are .*llama-3\.1-8b.*; or give a config\.json, \.gguf/],
  ['nowhere.gguf', /^--model: nowhere\.gguf: is not there$/],
  ['tiny.gguf/config.json', /^--model: config\.json: is not there$/],
  ['folder.gguf', /^--model: folder\.gguf: holds no model: give a config\.json/],
  ['cut.gguf', /^--model: cut\.gguf: .* take at least \d+ bytes; the file has 100$/],
  ['alone.safetensors', /^--model: config\.json: is not there: alone\.safetensors holds tensors/],
])('--model %s is refused in one line that names the file and the fix', async (name, message) => {
  const error = await modelFileNamed(name === 'gpt-9' ? name : file(name)).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toMatch(message);
});
