/**
 * JSON as programs write it. Python's `json` writes NaN and Infinity, which JSON.parse refuses; and what JSON.parse says
 * of a fault differs between browsers, and often names no place. Here it is a line and a column.
 */

import { quoted } from './shown.ts';

export interface JsonBounds {
  /** Maximum levels of lists and objects. */
  readonly maxDepth: number;
  /** Maximum number of values, the names of keys left out. */
  readonly maxValues: number;
}

/** The error of a text that is no JSON, or out of its bounds. Its message is one line that names the place. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** The place of a character in a text, from 1 on: `line 3, column 5`. */
export function placeIn(text: string, at: number): string {
  const before = text.slice(0, at);
  const lines = before.split(LINE_BREAK);
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

const LINE_BREAK = /\r\n|\n|\r/;

/** What is wrong with a text that JSON.parse refuses: `must be JSON: at line 3, column 5 there is "x" in place of a value`. */
export function jsonFault(text: string): string {
  try {
    new JsonReader(text, { maxDepth: 1000, maxValues: Number.POSITIVE_INFINITY }, false).whole();
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  return 'must be JSON';
}

/** Parses JSON in which NaN, Infinity and -Infinity are numbers, too. @throws JsonError */
export const parseJson = (text: string, bounds: JsonBounds): unknown => new JsonReader(text, bounds, true).whole();

/** The numbers that are not in JSON. */
const WORDS: readonly (readonly [word: string, value: number])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** Maximum characters that a message quotes of a text. */
const MAX_QUOTED = 10;

class JsonReader {
  readonly #text: string;
  readonly #bounds: JsonBounds;
  readonly #takesWords: boolean;
  #at = 0;
  #values = 0;

  constructor(text: string, bounds: JsonBounds, takesWords: boolean) {
    this.#text = text;
    this.#bounds = bounds;
    this.#takesWords = takesWords;
  }

  whole(): unknown {
    const value = this.#value(0);
    if (this.#next() !== undefined) throw this.#fault('its end');
    return value;
  }

  #value(depth: number): unknown {
    const { maxDepth, maxValues } = this.#bounds;
    if (++this.#values > maxValues) throw new JsonError(`must be JSON of at most ${maxValues} values; it has more`);
    const code = this.#next();
    const opens = code === OPEN_OBJECT || code === OPEN_LIST;
    if (opens && depth === maxDepth) throw new JsonError(`must be JSON of at most ${maxDepth} levels; it has more`);
    if (code === OPEN_OBJECT) return this.#object(depth + 1);
    if (code === OPEN_LIST) return this.#list(depth + 1);
    return code === QUOTE ? this.#string() : this.#scalar();
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at++;
    if (this.#skips(CLOSE_OBJECT)) return object;
    do {
      if (this.#next() !== QUOTE) throw this.#fault('the name of a key, in quotation marks');
      const key = this.#string();
      if (!this.#skips(COLON)) throw this.#fault('a colon');
      const value = this.#value(depth);
      // Assigning to `__proto__` would lose the key.
      if (key === '__proto__') Object.defineProperty(object, key, { value, ...OWN });
      else object[key] = value;
    } while (this.#skips(COMMA));
    if (!this.#skips(CLOSE_OBJECT)) throw this.#fault('a comma or }');
    return object;
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    if (this.#skips(CLOSE_LIST)) return list;
    do list.push(this.#value(depth));
    while (this.#skips(COMMA));
    if (!this.#skips(CLOSE_LIST)) throw this.#fault('a comma or ]');
    return list;
  }

  #string(): string {
    const start = this.#at++;
    let isPlain = true;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        isPlain = false;
        ESCAPE.lastIndex = this.#at;
        if (!ESCAPE.test(this.#text)) throw this.#fault('an escape such as \\n or \\u0041');
        this.#at = ESCAPE.lastIndex;
      } else if (code >= SPACE) this.#at++;
      else throw this.#fault(Number.isNaN(code) ? 'a quotation mark' : 'a character, or its escape');
    }
    const text = this.#text.slice(start + 1, this.#at++);
    return isPlain ? text : JSON.parse(`"${text}"`);
  }

  #scalar(): unknown {
    const text = this.#text;
    if (this.#takes('true')) return true;
    if (this.#takes('false')) return false;
    if (this.#takes('null')) return null;
    for (const [word, value] of this.#takesWords ? WORDS : []) if (this.#takes(word)) return value;
    NUMBER.lastIndex = this.#at;
    if (!NUMBER.test(text)) throw this.#fault('a value');
    const number = Number(text.slice(this.#at, NUMBER.lastIndex));
    this.#at = NUMBER.lastIndex;
    return number;
  }

  /** The next character's code that is no space; undefined at the end. */
  #next(): number | undefined {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== NEWLINE && code !== RETURN && code !== TAB) return code;
    }
    return undefined;
  }

  #skips(code: number): boolean {
    const is = this.#next() === code;
    if (is) this.#at++;
    return is;
  }

  #takes(word: string): boolean {
    const is = this.#text.startsWith(word, this.#at);
    if (is) this.#at += word.length;
    return is;
  }

  #fault(due: string): JsonError {
    const there = this.#text.slice(this.#at, this.#at + MAX_QUOTED);
    const met = there === '' ? 'it ends' : `there is ${quoted(there)}`;
    return new JsonError(`must be JSON: at ${placeIn(this.#text, this.#at)} ${met} in place of ${due}`);
  }
}

const OWN = { enumerable: true, configurable: true, writable: true };
