/**
 * Numbers as people type them, read into the notation of an address: `1.234,5` in German is 1234.5. Points and commas are
 * both understood; the locale decides only what could be either, such as `1.234`. Digits may be those of any script with
 * a keyboard of its own. Pure.
 */

import { givenText } from '../../../results/text/figures.ts';
import { groupSeparator } from '../../../results/text/locale.ts';
import type { Param } from '../../session/param.ts';

/** Reads a number that was typed. Undefined: it breaks the rule. */
export const readTyped = (param: Param<number>, text: string): number | undefined => param.parse(plainNumber(text));

/** The rule of a field, whose numbers are written as the page writes them. */
export function fieldRule({ rule, range }: Param<number>): string {
  if (!range) return rule;
  const { min, max, whole, unit } = range;
  return `${whole ? 'a whole number' : 'a number'} from ${givenText(min)} to ${givenText(max)}${unit ? ` ${unit}` : ''}`;
}

/** A list of whole numbers and words, separated by commas or semicolons, with its numbers in plain notation. */
export const plainList = (text: string): string =>
  text
    .split(/[;,]/)
    .map((word) => plainNumber(word.trim()))
    .join(',');

/** A number in plain notation, such as 1234.5. Text that is no number is returned as it is. */
export function plainNumber(text: string): string {
  const typed = latin(text.trim())
    .replace(/(?<=\d)[\s'’٬](?=\d{3}(?!\d))/g, '')
    .replace('٫', '.');
  const marks = typed.match(/[.,]/g) ?? [];
  const [last] = marks.slice(-1);
  if (last === undefined) return typed;
  const decimal = new Set(marks).size > 1 || (marks.length === 1 && !isGroup(typed, last)) ? last : undefined;
  const [whole = '', ...fractions] = decimal === undefined ? [typed] : typed.split(decimal);
  const digits = GROUPED.test(whole) ? whole.replace(/[.,]/g, '') : whole;
  const [fraction] = fractions;
  return fractions.length > 1 || !/^\d+$/.test(digits)
    ? text
    : `${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Thousands, or the hundreds of thousands of South Asia. No number with groups begins with a zero. */
const GROUPED = /^[1-9]\d{0,2}(([.,])\d{3}(\2\d{3})*|([.,])(\d\d\4)+\d{3})$/;

/** Whether the only mark of a number stands between thousands in this locale. */
const isGroup = (typed: string, mark: string): boolean => mark === groupSeparator() && GROUPED.test(typed);

/** The zeros of the digits of other scripts; nine more follow each. */
const ZEROS = [...'٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０'].map((zero) => zero.charCodeAt(0));

const latin = (text: string): string =>
  text.replace(/[^\P{Nd}0-9]/gu, (digit) => {
    const code = digit.charCodeAt(0);
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? digit : String(code - zero);
  });
