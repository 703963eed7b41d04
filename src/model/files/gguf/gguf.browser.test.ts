/** Reads GGUF in a browser, where files are Blobs. */

import { expect, test } from 'vitest';
import { filesOf, ggufBytes, TINY_LLAMA } from '../../../../tests/support/models/model-files.ts';
import { parameters } from '../../models/accounting.ts';
import { readModel } from '../read-model.ts';

test('a GGUF file is read from a Blob', async () => {
  const blob = new Blob([ggufBytes(TINY_LLAMA)]);
  const source = {
    size: blob.size,
    bytes: async (offset: number, length: number) =>
      new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
  const { model } = await readModel(filesOf({ 'm.gguf': source }), 'm.gguf');
  expect(parameters(model)).toBe(2 * (512 * 256 + 256 * 256 + 3 * 512 * 256 + 2 * 256) + 256 + 2 * 96 * 256);
  const cut = filesOf({ 'm.gguf': { ...source, size: blob.size - 1 } });
  await expect(readModel(cut, 'm.gguf')).rejects.toThrow(/m\.gguf: is cut off: its tensor "output\.weight"/);
});
