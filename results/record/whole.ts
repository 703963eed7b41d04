/**
 * Whether a value out of JSON is kept whole and unchanged by whoever reads it, and small enough to be read. What is not
 * is named before the schema looks at it: an id is the hash of what is kept.
 */

import { quoted } from '../text/shown.ts';
import { MAX_CASE_SAMPLES, MAX_DEPTH, MAX_TEXT, MAX_VALUES } from './bounds.ts';
import { type Breach, pathText } from './breach.ts';

/** The maximum of keys of one object: more than any object of a record has. */
const MAX_KEYS = 64;

/** The maximum of problems that are named. */
const MAX_PROBLEMS = 20;

/**
 * Characters that no text of a record has: half of a surrogate pair, which UTF-8 cannot hold; control characters, which
 * move a terminal's cursor or clear its screen; marks of format, which turn the order of what stands beside them, or are
 * not seen; private ones, and those that are none; and what ends a line or a paragraph. A character that is not assigned
 * yet may be in newer engines, so it is none of these.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** The names of characters in messages: `U+001B`. */
const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Returns what is wrong with a value, at most `MAX_PROBLEMS`: a text with half a surrogate pair or a control character, a
 * key `__proto__`, which assignments lose, something that JSON has not, or more than a record can have of anything.
 */
export function unwhole(value: unknown): Breach[] {
  const problems: Breach[] = [];
  let values = 0;
  /** Where `visit` is: one list for all, since most values have nothing wrong with them. */
  const path: PropertyKey[] = [];
  const say = (rule: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ path: pathText(path), rule });
  };
  const sayOfKey = (rule: string) => say(`its key ${rule}`);
  const visitAt = (key: PropertyKey, one: unknown): void => {
    path.push(key);
    visit(one);
    path.pop();
  };
  const visit = (one: unknown): void => {
    if (problems.length === MAX_PROBLEMS || ++values > MAX_VALUES) return;
    if (typeof one === 'string') {
      textProblem(one, say);
      return;
    }
    if (typeof one === 'number') {
      if (!Number.isFinite(one)) say(`must be a finite number; got ${quoted(one)}`);
      return;
    }
    if (one === null || typeof one === 'boolean') return;
    if (typeof one !== 'object') {
      say(`must be a value that JSON can hold; got ${typeof one}`);
      return;
    }
    if (path.length >= MAX_DEPTH) {
      say(`must not lie deeper than ${MAX_DEPTH} levels`);
      return;
    }
    if (Array.isArray(one)) {
      if (one.length > MAX_CASE_SAMPLES) say(`must hold at most ${MAX_CASE_SAMPLES} items; got ${one.length}`);
      else for (const [index, item] of one.entries()) visitAt(index, item);
      return;
    }
    const keys = Object.keys(one);
    if (keys.length > MAX_KEYS) {
      say(`must have at most ${MAX_KEYS} keys; got ${keys.length}`);
      return;
    }
    for (const key of keys) {
      if (key === '__proto__') say('must not have the key __proto__, which readers lose');
      // A key without a value is not in the JSON.
      else if (one[key as keyof typeof one] !== undefined) {
        textProblem(key, sayOfKey);
        visitAt(key, one[key as keyof typeof one]);
      }
    }
  };
  visit(value);
  if (values > MAX_VALUES) say(`must hold at most ${MAX_VALUES} values`);
  return problems;
}

/** Whether a text is none of which `textProblem` says something. Nearly all are of ASCII alone. */
export function isPlain(text: string): boolean {
  if (text.length > MAX_TEXT) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE) return !UNPRINTABLE.test(text);
  }
  return true;
}

/** The printable characters of ASCII. */
const [FIRST_PRINTABLE, LAST_PRINTABLE] = [0x20, 0x7e];

function textProblem(text: string, say: (rule: string) => void): void {
  if (text.length > MAX_TEXT) {
    say(`must be at most ${MAX_TEXT} characters long; got ${text.length}`);
    return;
  }
  const found = UNPRINTABLE.exec(text);
  if (!found) return;
  const [character] = found;
  const what = /\p{Cs}/u.test(character)
    ? 'half a surrogate pair'
    : /\p{Cc}/u.test(character)
      ? 'a control character'
      : 'a character that is not seen as itself';
  say(`must not hold ${what}; got ${codeOf(character)} at character ${found.index + 1}`);
}

const UNPRINTABLES = new RegExp(UNPRINTABLE, 'gu');

/** A text as a record can hold it: in one line, each character of `UNPRINTABLE` as a space, cut at `MAX_TEXT`. */
export const plainText = (text: string): string => {
  const cut = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
  return cut.replace(UNPRINTABLES, ' ');
};
