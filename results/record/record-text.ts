/**
 * The one reader of a record's text. `JSON.parse` keeps the last of two equal keys and says nothing, so what is read
 * would not be what was written; here it is refused.
 */

import { jsonFault } from '../text/json-text.ts';
import { MAX_DEPTH, MAX_NAME, MAX_RECORD_BYTES } from './bounds.ts';
import { type Breach, pathText } from './breach.ts';
import { type Checked, checkRecord } from './check.ts';

/** Checks the text of a record: its JSON, then all that `checkRecord` checks. Never throws. */
export function checkRecordText(text: string): Checked {
  // A character takes a byte or more, so no text that is longer can be shorter in bytes.
  if (text.length > MAX_RECORD_BYTES) {
    const rule = `must be at most ${MAX_RECORD_BYTES} bytes of JSON; got ${text.length} characters`;
    return { ok: false, problems: [{ path: '', rule }] };
  }
  const read = readJson(text);
  return read.ok ? checkRecord(read.value) : { ok: false, problems: [read.problem] };
}

export type ReadJson =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Whether the text is what `JSON.stringify` makes of the value. */
      readonly isCompact: boolean;
    }
  | { readonly ok: false; readonly problem: Breach };

/** Reads JSON in which no object has a key twice. Never throws. */
export function readJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: { path: '', rule: jsonFault(text) } };
  }
  if (isCompact(text, value)) return { ok: true, value, isCompact: true };
  const twice = keyTwice(text);
  return twice ? { ok: false, problem: twice } : { ok: true, value, isCompact: false };
}

/** Whether the text is what `JSON.stringify` makes of its value: then it has no key twice, and is not searched for one. */
function isCompact(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(value) === text;
  } catch {
    // Nested too deeply.
    return false;
  }
}

/** The object or list that a token lies in. */
interface Open {
  /** The keys of an object so far; undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** The last key of an object, or the index in a list. */
  at: string | number;
  /** Whether the next text is a key. */
  expectsKey: boolean;
}

/** Finds the first key that an object of some valid JSON has twice, or that it lies deeper than any record. */
function keyTwice(text: string): Breach | undefined {
  const open: Open[] = [];
  for (let i = 0; i < text.length; i++) {
    const within = open.at(-1);
    // Where exactly it is too deep, `unwhole` says; millions of levels would take it seconds to get there.
    if (open.length > 2 * MAX_DEPTH) return { path: '', rule: `must not lie deeper than ${MAX_DEPTH} levels` };
    switch (text[i]) {
      case '{':
        open.push({ keys: new Set(), at: '', expectsKey: true });
        break;
      case '[':
        open.push({ keys: undefined, at: 0, expectsKey: false });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (within?.keys) within.expectsKey = true;
        else if (within) within.at = Number(within.at) + 1;
        break;
      case '"': {
        const end = endOf(text, i);
        if (within?.keys && within.expectsKey) {
          const key: string = JSON.parse(text.slice(i, end + 1));
          if (within.keys.has(key)) {
            const path = pathText(open.slice(0, -1).map(({ at }) => at));
            return { path, rule: `must not have a key twice; got ${JSON.stringify(key.slice(0, MAX_NAME))} again` };
          }
          within.keys.add(key);
          within.at = key;
          within.expectsKey = false;
        }
        i = end;
        break;
      }
    }
  }
  return undefined;
}

/** The index of the quotation mark that ends the text in JSON which begins at `start`. */
function endOf(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
