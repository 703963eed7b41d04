import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packed, unpacked } from './packing.ts';

test.each([
  ['a text', '{"a":"é 😀"}'],
  ['nothing', ''],
  ['much', JSON.stringify(Array.from({ length: 30_000 }, (_, i) => i / 7))],
])('%s is packed, and comes out again', async (_, text) => {
  expect(await unpacked(packed(text))).toBe(text);
  expect(await unpacked(Uint8Array.from(packed(text)).buffer)).toBe(text);
  // As versions of before packed it.
  expect(await unpacked(gzipSync(text))).toBe(text);
});

test('what lies there that neither packed is no record', async () => {
  for (const bytes of [[], [0x42], [0x42, 0xff, 0xff], [0x1f], [0x7b]]) {
    await expect(unpacked(Uint8Array.from(bytes))).rejects.toThrow();
  }
});
