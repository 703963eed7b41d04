import { expect, test } from 'vitest';
import { ggufBytes, TINY_LLAMA } from '../../../tests/support/models/model-files.ts';
import { readModel } from '../../model/files/read-model.ts';
import { filesOfBlobs } from './blob-files.ts';

/** A blob with some of its properties replaced. */
const blobWith = (real: Blob, properties: Partial<Blob>): Blob =>
  Object.defineProperties(
    real.slice(),
    Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, { value }])),
  );

test('only the header of a file of 40 GB is read', async () => {
  const real = new Blob([ggufBytes(TINY_LLAMA), new Uint8Array(4e6)]);
  let read = 0;
  const slice = (start = 0, end = 0) => {
    read += end - start;
    return real.slice(start, end);
  };
  const blob = blobWith(real, { size: 40e9, slice });
  const { model } = await readModel(filesOfBlobs([{ name: 'm.gguf', blob }]), 'm.gguf');
  expect(model.layers).toHaveLength(2);
  expect(read).toBeLessThan(20e6);
});

test('a file that cannot be read is an error of one line', async () => {
  const part = blobWith(new Blob(), { arrayBuffer: () => Promise.reject(new Error('gone')) });
  const gone = blobWith(new Blob(['{}']), { slice: () => part });
  await expect(readModel(filesOfBlobs([{ name: 'config.json', blob: gone }]), 'config.json')).rejects.toThrow(
    /^config\.json: cannot be read \(gone\); drop files, not a folder/,
  );
});
