import { expect, test } from 'vitest';
import {
  filesOf,
  ggufBytes,
  safetensorsBytes,
  TINY_CONFIG,
  TINY_LLAMA,
} from '../../../tests/support/models/model-files.ts';
import { weightBytesHeld } from '../models/accounting.ts';
import { modelFileAmong, readModel } from './read-model.ts';

test('the file that describes the model is found among others', () => {
  expect(modelFileAmong(['config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors'])).toBe(
    'model.safetensors.index.json',
  );
  expect(modelFileAmong(['tokenizer.json', 'generation_config.json', 'config.json'])).toBe('config.json');
  expect(modelFileAmong(['mmproj-model-f16.gguf', 'model-Q4_K_M.gguf'])).toBe('model-Q4_K_M.gguf');
  expect(modelFileAmong(['m-00002-of-00002.gguf', 'm-00001-of-00002.gguf'])).toMatch(/^m-0000/);
  expect(modelFileAmong(['consolidated.safetensors', 'model.safetensors'])).toBe('model.safetensors');
  expect(modelFileAmong(['README.md'])).toBeUndefined();
  expect(() => modelFileAmong(['m-Q4_K_M.gguf', 'm-Q8_0.gguf'])).toThrow('give one model; there are 2, such as');
});

test('a GGUF is read under the name that Ollama gives it', async () => {
  const name = 'sha256-6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa';
  const { weights } = await readModel(filesOf({ [name]: ggufBytes(TINY_LLAMA) }), name);
  expect(weightBytesHeld(weights?.tensors ?? [])).toBeGreaterThan(0);
});

test.each<[string, Uint8Array<ArrayBuffer> | string, string]>([
  ['m.gguf', '<!DOCTYPE html>', 'm.gguf: is a web page: download the file itself, not the page that shows it'],
  ['config.json', 'version https://git-lfs.github.com/spec/v1\nsize 12\n', 'config.json: is a pointer of Git LFS'],
  ['m.safetensors', 'version https://git-lfs.github.com/spec/v1\nsize 12\n', 'm.safetensors: is a pointer of Git LFS'],
  ['m.safetensors.index.json', '<html>', 'm.safetensors.index.json: is a web page'],
  ['m.gguf', safetensorsBytes({ a: ['F32', 1] }), 'm.gguf: is a safetensors file'],
  ['m.safetensors', ggufBytes(TINY_LLAMA), 'm.safetensors: is a GGUF file'],
  ['pytorch_model.bin', new Uint8Array([0x80, 2, 0x8a]), 'pytorch_model.bin: is a pickle'],
  ['model.onnx', 'hello', 'model.onnx: must be a config.json, .gguf, .safetensors or .safetensors.index.json'],
])('%s that is something else is called by its name', async (name, content, message) => {
  const files = filesOf({ 'config.json': JSON.stringify(TINY_CONFIG), [name]: content });
  await expect(readModel(files, name)).rejects.toThrow(message);
});
