import { expect, test } from 'vitest';
import { ggufBytes, TINY_LLAMA } from '../../../tests/support/model-files.ts';
import { readModel } from '../../model/files/read-model.ts';
import { filesOfBlobs } from './blob-files.ts';

test('of a file of 40 GB only the header is read', async () => {
  const real = new Blob([ggufBytes(TINY_LLAMA), new Uint8Array(4e6)]);
  let read = 0;
  const slice = (start: number, end: number) => {
    read += end - start;
    return real.slice(start, end);
  };
  const blob = { size: 40e9, slice } as unknown as Blob;
  const { model } = await readModel(filesOfBlobs([{ name: 'm.gguf', blob }]), 'm.gguf');
  expect(model.layers).toHaveLength(2);
  expect(read).toBeLessThan(20e6);
});

test('what cannot be read has one line', async () => {
  const gone = Object.assign(new Blob(['{}']), {
    slice: () => ({ text: () => Promise.reject(new Error('gone')) }) as unknown as Blob,
  });
  await expect(readModel(filesOfBlobs([{ name: 'config.json', blob: gone }]), 'config.json')).rejects.toThrow(
    /^config\.json: cannot be read \(gone\); drop files, not a folder/,
  );
});
