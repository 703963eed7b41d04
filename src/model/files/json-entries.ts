/**
 * The entries of a large JSON object, one after another: headers and indices of safetensors hold up to 300,000. Parsed as
 * a whole they would take ten times their bytes; here only one entry is kept at a time, whatever comes in pieces.
 */

import { utf8Text } from '../../../results/text/encodings.ts';
import { quoted } from '../../../results/text/shown.ts';
import { ModelFileError } from './source.ts';

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What is due next. */
const DUE = {
  object: 'an object',
  first: 'the name of a key, or }',
  name: 'the name of a key',
  inName: 'the end of a name',
  colon: 'a colon',
  value: 'a value',
  inValue: 'the end of a value',
  more: 'a comma, or }',
  nothing: 'its end',
} as const;
type Due = keyof typeof DUE;

/** A text of the object, quotation marks and escapes included. */
export interface Piece {
  /** Its text; of a longer one than is kept, the beginning. */
  readonly text: string;
  /** Its bytes. */
  readonly length: number;
}

export interface EntriesOptions {
  /** What the text must be, with which each error begins. */
  readonly rule: string;
  /** Maximum bytes that are kept of a name and of a value. */
  readonly maxBytes: number;
  /** Takes the next entry. Neither its name nor its value has been parsed. */
  readonly take: (name: Piece, value: Piece) => void;
  /** The key of the object within the object whose entries are taken. Default: those of the object itself. */
  readonly within?: string;
}

/** Goes through the entries of an object in UTF-8. */
export class JsonEntries {
  readonly #options: EntriesOptions;
  readonly #kept: Uint8Array;
  /** Bytes that were kept of the piece in progress, and its bytes so far. */
  #keptBytes = 0;
  #pieceBytes = 0;
  #due: Due = 'object';
  #name: Piece = { text: '', length: 0 };
  /** The chunk in progress as text, where each of its bytes is a character: parts of it need no decoding of their own. */
  #text: string | undefined;
  /** Lists and objects that are open in a value, and whether a text is. */
  #level = 0;
  #isInText = false;
  #isEscaped = false;
  #isWithin = false;
  /** The place of the next chunk's first byte. */
  #line = 1;
  #column = 1;

  constructor(options: EntriesOptions) {
    this.#options = options;
    this.#kept = new Uint8Array(options.maxBytes);
  }

  /** Takes the next bytes of the text. @throws ModelFileError, with the place of what is no object */
  push(chunk: Uint8Array): void {
    this.#text = isAscii(chunk) ? utf8Text(chunk) : undefined;
    let at = 0;
    while (at < chunk.length) {
      const code = chunk[at] as number;
      if (this.#due === 'inName') at = this.#pieceIn(chunk, at, this.#endOfName(chunk, at));
      else if (this.#due === 'inValue') at = this.#pieceIn(chunk, at, this.#endOfValue(chunk, at));
      else if (code === SPACE || code === NEWLINE || code === RETURN || code === TAB) at++;
      else at = this.#turn(code, chunk, at);
    }
    this.#advance(chunk, chunk.length);
  }

  /** Takes a whole text. @throws ModelFileError */
  whole(text: Uint8Array): void {
    this.push(text);
    this.end();
  }

  /** Ends the text. @throws ModelFileError if it was cut */
  end(): void {
    if (this.#due !== 'nothing') throw this.#fault(new Uint8Array(), 0);
  }

  /** Takes a byte that is no part of a name or a value. Returns the place behind it. */
  #turn(code: number, chunk: Uint8Array, at: number): number {
    const { within } = this.#options;
    const isNested = within !== undefined;
    const due = this.#due;
    if (due === 'object' && code === OPEN_OBJECT) this.#due = 'first';
    else if ((due === 'first' || due === 'name') && code === QUOTE) {
      this.#begin('inName');
      return at;
    } else if ((due === 'first' || due === 'more') && code === CLOSE_OBJECT) {
      this.#due = this.#isWithin ? 'more' : 'nothing';
      this.#isWithin = false;
    } else if (due === 'colon' && code === COLON) this.#due = 'value';
    else if (due === 'more' && code === COMMA) this.#due = 'name';
    else if (due === 'value') {
      const opens = isNested && !this.#isWithin && code === OPEN_OBJECT && this.#name.text === JSON.stringify(within);
      if (opens) {
        this.#isWithin = true;
        this.#due = 'first';
      } else {
        this.#begin('inValue');
        return at;
      }
    } else throw this.#fault(chunk, at);
    return at + 1;
  }

  #begin(due: Due): void {
    this.#due = due;
    this.#keptBytes = 0;
    this.#pieceBytes = 0;
    this.#level = 0;
    this.#isInText = false;
    this.#isEscaped = false;
  }

  /** Keeps a piece from `at` to `end`, and what it is once it has ended. Returns the place behind it. */
  #pieceIn(chunk: Uint8Array, at: number, end: number): number {
    const isName = this.#due === 'inName';
    const hasEnded = end >= 0;
    const upTo = hasEnded ? end : chunk.length;
    let piece: Piece;
    if (hasEnded && this.#text !== undefined && this.#pieceBytes === 0 && end - at <= this.#kept.length) {
      piece = { text: this.#text.slice(at, end), length: end - at };
    } else {
      this.#keep(chunk, at, upTo);
      if (!hasEnded) return upTo;
      piece = { text: utf8Text(this.#kept.subarray(0, this.#keptBytes)), length: this.#pieceBytes };
    }
    if (isName) {
      this.#name = piece;
      this.#due = 'colon';
    } else {
      this.#due = 'more';
      if (this.#options.within === undefined || this.#isWithin) this.#options.take(this.#name, piece);
    }
    return upTo;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const kept = chunk.subarray(from, Math.min(to, from + this.#kept.length - this.#keptBytes));
    this.#kept.set(kept, this.#keptBytes);
    this.#keptBytes += kept.length;
    this.#pieceBytes += to - from;
  }

  /** The end of a name within a chunk; -1 where it goes on behind it. */
  #endOfName(chunk: Uint8Array, from: number): number {
    // The first byte is the quotation mark that opens it.
    for (let at = this.#pieceBytes === 0 ? from + 1 : from; at < chunk.length; at++) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (chunk[at] === BACKSLASH) this.#isEscaped = true;
      else if (chunk[at] === QUOTE) return at + 1;
    }
    return -1;
  }

  /** The end of a value within a chunk, which is the comma or bracket behind it; -1 where it goes on. */
  #endOfValue(chunk: Uint8Array, from: number): number {
    let [level, isInText, isEscaped] = [this.#level, this.#isInText, this.#isEscaped];
    for (let at = from; at < chunk.length; at++) {
      const code = chunk[at];
      if (isInText) {
        if (isEscaped) isEscaped = false;
        else if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) isInText = false;
      } else if (code === QUOTE) isInText = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) level++;
      else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
        if (level === 0) return at;
        level--;
      } else if (code === COMMA && level === 0) return at;
    }
    this.#level = level;
    this.#isInText = isInText;
    this.#isEscaped = isEscaped;
    return -1;
  }

  /** Moves the place to `end` of a chunk. */
  #advance(chunk: Uint8Array, end: number): void {
    let lineStart = -1;
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && at < end; at = chunk.indexOf(NEWLINE, at + 1)) {
      this.#line++;
      lineStart = at;
    }
    this.#column = lineStart < 0 ? this.#column + end : end - lineStart;
  }

  #fault(chunk: Uint8Array, at: number): ModelFileError {
    this.#advance(chunk, at);
    const { rule } = this.#options;
    const there = utf8Text(chunk.subarray(at, at + MAX_QUOTED));
    const met = there === '' ? 'it ends' : `there is ${quoted(there)}`;
    return new ModelFileError(
      `${rule}; at line ${this.#line}, column ${this.#column} ${met} in place of ${DUE[this.#due]}`,
    );
  }
}

function isAscii(bytes: Uint8Array): boolean {
  let all = 0;
  for (let at = 0; at < bytes.length; at++) all |= bytes[at] as number;
  return all < 0x80;
}

/** Maximum bytes that a message quotes of a text. */
const MAX_QUOTED = 10;

/** Parses a name or a value. Undefined: it is no JSON, or was not kept whole. */
export function parsedPiece({ text, length }: Piece, maxBytes: number): unknown {
  if (length > maxBytes) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
