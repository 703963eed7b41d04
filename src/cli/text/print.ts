/**
 * All that the tool prints. Every line may hold text of strangers: names out of records and model files, messages of
 * drivers and browsers. So every line is made fit to be shown on its way out (`results/text/shown.ts`). Text that may hold
 * line breaks of its own, and so could forge a line of ours, goes through `shown` before it is put into one.
 */

import { shown, UNSEEN } from '../../../results/text/shown.ts';

/** The maximum length of a line. The widest tables have 300 characters. */
const MAX_LINE_LENGTH = 4000;

const seen = (text: string): string =>
  text
    .split('\n')
    .map((line) => shown(line, MAX_LINE_LENGTH))
    .join('\n');

/** Prints the answer on stdout. */
export const print = (text: string): void => console.log(seen(text));

/** Prints a note, a warning or an error on stderr. */
export const printError = (text: string): void => console.error(seen(text));

/** Prints one JSON document on stdout. What is not seen as itself is escaped, which JSON reads as the same text. */
export const printJson = (value: unknown): void => console.log(escaped(JSON.stringify(value, null, 2)));

const escaped = (json: string): string =>
  json.replace(UNSEEN, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, i) => unit(character.charCodeAt(i))).join(''),
  );

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
