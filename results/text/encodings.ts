/** Text files as people have them: UTF-8, or UTF-16 as some editors and shells of Windows write. */

/** The decoder and encoder of every host; the types of the core know no host. */
declare const TextDecoder: new (label: string) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The encoding of a text by its mark (BOM). Without one, a zero among its first two bytes tells: text begins with ASCII. */
export function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && first !== 0 && first !== undefined) return 'utf-16le';
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : 'utf-8';
}

/** The bytes of a text file as text, without its mark. What is no text is read as U+FFFD. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes);

const UTF8 = new TextDecoder('utf-8');

/** A part of a text in UTF-8. */
export const utf8Text = (bytes: Uint8Array): string => UTF8.decode(bytes);

/** A text in UTF-8. */
export const utf8Bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A text in UTF-8 without its mark. */
export const withoutMark = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
