/**
 * The entries of a large JSON object one by one: the headers and indices of safetensors hold up to 300,000. Parsed as a
 * whole they would take ten times their bytes.
 */

import { quoted } from '../../../results/shown.ts';
import { ModelFileError } from './source.ts';

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

const isSpace = (code: number): boolean => code === SPACE || code === NEWLINE || code === RETURN || code === TAB;

/** An entry: the text of its name, quotes included, and that of its value. Neither has been parsed. */
export type JsonEntry = readonly [name: string, value: string];

/** Goes through the entries of an object. @throws ModelFileError, beginning with `rule`, for what is no object */
export function* jsonEntries(text: string, rule: string): Generator<JsonEntry> {
  const broken = () => new ModelFileError(`${rule}; it begins with ${quoted(text.slice(0, 20))}`);
  const spaces = (from: number): number => {
    let at = from;
    while (isSpace(text.charCodeAt(at))) at++;
    return at;
  };
  const expected = (code: number, from: number): number => {
    const at = spaces(from);
    if (text.charCodeAt(at) !== code) throw broken();
    return at + 1;
  };
  let at = spaces(expected(OPEN_OBJECT, 0));
  if (text.charCodeAt(at) !== CLOSE_OBJECT) {
    for (;;) {
      const name = expected(QUOTE, at) - 1;
      const nameEnd = endOfText(text, name);
      const value = spaces(expected(COLON, nameEnd));
      const valueEnd = endOfValue(text, value);
      yield [text.slice(name, nameEnd), text.slice(value, valueEnd)];
      at = spaces(valueEnd);
      if (text.charCodeAt(at) !== COMMA) break;
      at++;
    }
  }
  if (spaces(expected(CLOSE_OBJECT, at)) !== text.length) throw broken();
}

/** The end of the quoted text that begins at `from`. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

/** The end of the value that begins at `from`: the comma or bracket behind it. */
function endOfValue(text: string, from: number): number {
  let level = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at) - 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) level++;
    else if (level > 0) level -= code === CLOSE_LIST || code === CLOSE_OBJECT ? 1 : 0;
    else if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST) return at;
  }
  return text.length;
}

/** Parses the text of a name or a value. Undefined: it is no JSON, or is longer than `maxLength`. */
export function parsedEntry(text: string, maxLength: number): unknown {
  if (text.length > maxLength) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
