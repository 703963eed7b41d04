/** What strangers put in place of a number or a text, and what they do to a text as a whole. */

import { UNPRINTABLE } from '../../results/record/whole.ts';
import type { Dice } from './dice.ts';

/** Numbers at the edges of what JavaScript, clocks and counters hold. */
export const ODD_NUMBERS: readonly number[] = [
  ...[0, -0, 1, -1, 2, 3, 0.1, 0.5, 1.5, 7, 64, 1e3, 1e7, 1e8, 1e9, 1e12],
  ...[5e-324, 1e-308, 1e-300, 1e-12, 1e-9, 1e100, 1e300, 1e308, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 2 ** 64],
];

/** Names that every object of JavaScript has, or that a lookup may take for one of its own. */
const INHERITED = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf', 'length'];

/** Text that a terminal obeys, that reads as something else, or that is no Unicode. */
const ACTING = [
  'GPU\u001b]0;owned\u0007',
  '\u001b]52;c;cm0gLXJmIH4=\u001b\\',
  '\u001b[2J\u001b[H',
  '\u009b31m\u009d0;title\u009c',
  'x\nrecord.json: ok (0123456789ab)',
  'wrong\rright',
  'bad\b\b\bgood',
  'a\u0000b\u007fc\td',
  'gpu\u202egnp.exe',
  '\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
  'R\u200bT\u200cX\u200d\u2060\ufeff',
  'a\u2028b\u2029c\u0085d',
  '\ud800 \udc00 \ud83d',
  'a\u{e0041}\ue000\uffff',
];

/** Text that every reader may meet, and some lookups know. */
const KNOWN = [
  ...['', ' ', '0', '-1', '1e999', 'null', 'true', 'max', '...', 'bogus', 'f16', 'int4-g32', 'gemv', 'stream-read'],
  ...['llama-3.1-8b', 'smollm2-135m', 'deepseek-v3', 'RTX 4090', 'NVIDIA GeForce RTX 4090', 'Apple M4 Max', '🚀'],
  ...['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '../../etc/passwd', '%s%n', '$&', '千问'],
];

/** Lengths around the bounds of names, texts and messages. */
const LENGTHS = [99, 100, 101, 299, 300, 301, 999, 1000, 1001];

/** A text of strangers. @param maxLength of the longest ones */
export function oddText(dice: Dice, maxLength = 1001): string {
  const kind = dice.below(10);
  if (kind < 3) return dice.pick(INHERITED);
  if (kind < 6) return dice.pick(KNOWN);
  if (kind < 8) return dice.pick(ACTING);
  return dice.pick(['x', 'W', '¶', '\u202e', '𝔵', ' ']).repeat(Math.min(maxLength, dice.pick(LENGTHS)));
}

/** A text of strangers that a record may hold. */
export const plainOddText = (dice: Dice): string =>
  oddText(dice, 1000).replace(new RegExp(UNPRINTABLE, 'gu'), '').slice(0, 1000);

/** A value of any kind that JSON has. */
export function oddValue(dice: Dice): unknown {
  switch (dice.below(8)) {
    case 0:
      return null;
    case 1:
      return dice.chance(0.5);
    case 2:
      return oddText(dice);
    case 3:
      return Array.from({ length: dice.pick([0, 1, 2, 33, 1000]) }, () => dice.pick(ODD_NUMBERS));
    case 4:
      return { [dice.pick(INHERITED)]: dice.pick(ODD_NUMBERS), x: [[[]]] };
    default:
      return dice.pick(ODD_NUMBERS);
  }
}

/** Pieces of JSON that are put into others: numbers beyond every range, keys and texts that are read in two ways. */
const PIECES = [
  ...['1e999', '-1e999', '-0', '1E+400', '5e-324', '9007199254740993', '9'.repeat(400), '0x10', 'NaN', '-'],
  ...['null', '{}', '[]', '""', '"\\ud800"', '"\\u001b]0;x\\u0007"', '"\\u0000"', '\u0000', '\ufeff', '\\', '"'],
  ...['{"__proto__":{"a":1}}', '{"constructor":1,"constructor":2}', '"__proto__":1,', ',', ':', '}', ']'],
];

/** Whole texts that are no file of ours. */
const WHOLE = ['', ' ', 'null', '0', '"', '[]', '{}', '[[]]', '\u0000', 'GGUF', 'PK\u0003\u0004', '{"a":1', 'true'];

/** A text with something done to it as text: cut, doubled, flipped, nested, or another text altogether. */
export function garbled(text: string, dice: Dice): string {
  const at = dice.below(Math.max(1, text.length));
  switch (dice.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return `${text.slice(0, at)}${dice.pick(PIECES)}${text.slice(at)}`;
    case 3:
      return `${text.slice(0, at)}${String.fromCharCode(dice.below(0x10000))}${text.slice(at + 1)}`;
    case 4: {
      const end = at + dice.below(200);
      return `${text.slice(0, end)}${text.slice(at)}`;
    }
    case 5:
      return dice.pick(WHOLE);
    case 6: {
      const levels = dice.pick([10, 1000, 100_000]);
      const [open, close] = dice.pick([['[', ']'] as const, ['{"a":', '}'] as const]);
      return `${text.slice(0, at)}${open.repeat(levels)}1${dice.chance(0.5) ? close.repeat(levels) : ''}${text.slice(at)}`;
    }
    case 7:
      return valueReplaced(text, dice, () => dice.pick(PIECES));
    default:
      return valueReplaced(text, dice, () => JSON.stringify(oddValue(dice)));
  }
}

/** JSON with one of its numbers or texts, at random, in another place of the text than JSON.parse would show. */
function valueReplaced(text: string, dice: Dice, value: () => string): string {
  const values = [...text.matchAll(/(?<=[[:,])\s*(?:-?\d[\d.e+-]*|"[^"\\]*"(?!\s*:)|true|false|null)/g)];
  if (values.length === 0) return value();
  const { 0: old, index } = dice.pick(values);
  return `${text.slice(0, index)}${value()}${text.slice(index + old.length)}`;
}
