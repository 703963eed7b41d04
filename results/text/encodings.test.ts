import { expect, test } from 'vitest';
import { textOf, utf8Bytes } from './encodings.ts';

const TEXT = '{"name": "Qwen – 千问 🚀"}';

/** A text in UTF-16, with its mark or without. */
function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const all = mark ? `\ufeff${text}` : text;
  const view = new DataView(new ArrayBuffer(2 * all.length));
  for (let i = 0; i < all.length; i++) view.setUint16(2 * i, all.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

test.each<[string, Uint8Array]>([
  ['UTF-8', utf8Bytes(TEXT)],
  ['UTF-8 with a mark', utf8Bytes(`\ufeff${TEXT}`)],
  ['UTF-16, little-endian', utf16(TEXT, true, true)],
  ['UTF-16, big-endian', utf16(TEXT, false, true)],
  ['UTF-16, little-endian, without a mark', utf16(TEXT, true, false)],
  ['UTF-16, big-endian, without a mark', utf16(TEXT, false, false)],
])('a text in %s is read', (_, bytes) => expect(textOf(bytes)).toBe(TEXT));

test('what is no text is read all the same', () => {
  expect(textOf(new Uint8Array())).toBe('');
  expect(textOf(new Uint8Array([0x7b, 0xff, 0xfe]))).toBe('{\ufffd\ufffd');
  expect(textOf(new Uint8Array([0xff, 0xfe, 0x41]))).toBe('\ufffd');
});
