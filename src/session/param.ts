/**
 * Parameters that a person gives as text, in a flag or an address: the rule of each, and how it is read and written. A
 * query is read with one line for each parameter that is unknown or breaks its rule.
 */

import { quoted } from '../../results/text/shown.ts';

/** A parameter: its rule, and how it is read from text and written to it. */
export interface Param<T> {
  /** The rule for a value. Errors quote it: "--seed must be RULE". */
  readonly rule: string;
  /** Returns the value of `text`, or undefined if `text` breaks the rule. */
  parse(text: string): T | undefined;
  /** The range of a number, for a field that writes its rule in the browser's locale. */
  readonly range?: NumberRange;
  /** Returns the text of a value. Default: `String(value)`, which joins lists by commas. */
  readonly format?: (value: T) => string;
}

/** The range of a number, its ends included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly unit?: string;
}

export const rangeText = ({ min, max, unit }: NumberRange): string => `from ${min} to ${max}${unit ? ` ${unit}` : ''}`;

/** Returns the number that `text` writes in plain decimals, such as 1024 or 0.5; NaN for anything else. */
const plainDecimal = (text: string): number => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN);

/** A number within `range`. `read` decides which notations there are: it returns NaN for text that is no number. */
export const numberParam = (range: NumberRange, read = plainDecimal): Param<number> => ({
  rule: `${range.whole ? 'a whole number' : 'a number'} ${rangeText(range)}`,
  range,
  parse(text) {
    const n = read(text);
    return n >= range.min && n <= range.max && (!range.whole || Number.isInteger(n)) ? n : undefined;
  },
});

/** One of some words. @param rule for more of them than a message can name */
export const choiceParam = <T extends string>(
  choices: readonly T[],
  rule = `one of ${choices.join(', ')}`,
): Param<T> => ({
  rule,
  parse: (text) => choices.find((choice) => choice === text),
});

/** What an address may hold: for each field of `T` its key, in the order in which they are written, and its rule. */
export interface QueryTable<T> {
  readonly keys: { readonly [K in keyof T]: string };
  readonly params: { readonly [K in keyof T]: Param<NonNullable<T[K]>> };
}

const fieldsOf = <T extends object>({ keys }: QueryTable<T>): (keyof T)[] => Object.keys(keys) as (keyof T)[];

/** Reads a query. Returns the values, and one line for each parameter that cannot be used and keeps its default. */
export function readQuery<T extends object>(
  search: string,
  defaults: T,
  table: QueryTable<T>,
): { values: T; problems: string[] } {
  const fields = fieldsOf(table);
  let values = defaults;
  const problems: string[] = [];
  const given = new Map<keyof T, string>();
  for (const [key, text] of new URLSearchParams(search)) {
    const field = fields.find((one) => table.keys[one] === key);
    if (field === undefined) {
      const known = fields.map((one) => table.keys[one]).join(', ');
      problems.push(`Unknown parameter ${quoted(key)}. There are ${known || 'none here'}.`);
      continue;
    }
    const before = given.get(field);
    given.set(field, text);
    if (before !== undefined) {
      problems.push(`"${key}" must be given once; it is ${quoted(before)}, and then ${quoted(text)}.`);
      values = { ...values, [field]: defaults[field] };
      continue;
    }
    const value = table.params[field].parse(text);
    if (value === undefined) problems.push(`"${key}" must be ${table.params[field].rule}; it is ${quoted(text)}.`);
    else values = { ...values, [field]: value };
  }
  return { values, problems };
}

/** Returns the query that `readQuery` reads as `values`, with its `?`. Defaults are left out; all defaults give ''. */
export function writeQuery<T extends object>(values: T, defaults: T, table: QueryTable<T>): string {
  const textOf = <K extends keyof T>(field: K, from: T): string => {
    const value = from[field];
    if (value === null || value === undefined) return '';
    const { format = String } = table.params[field];
    return format(value);
  };
  const search = new URLSearchParams();
  for (const field of fieldsOf(table)) {
    const text = textOf(field, values);
    if (text !== textOf(field, defaults)) search.set(table.keys[field], text);
  }
  return search.size > 0 ? `?${search}` : '';
}
