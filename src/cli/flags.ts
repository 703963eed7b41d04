/**
 * Flags of the command line: options as data, and their values out of what cac parsed. cac gives the text that was
 * typed, a number where the text looks like one, `true` for a flag without a value, and an array for a flag that came
 * more than once.
 */

import { quoted } from '../../results/text/shown.ts';
import { type NumberRange, numberParam, type Param } from '../session/param.ts';
import { UsageError } from './errors.ts';

/** The values that cac parsed, by the names of their flags. */
export type Flags = Readonly<Record<string, unknown>>;

/** An option of a command. Without a `value` it is a switch. */
export interface Option {
  /** The flag without its dashes. */
  readonly name: string;
  /** The placeholder of the value in help: `GB` is shown as `--memory <GB>`. */
  readonly value?: string;
  /** One line: what the option does, and its default. */
  readonly help: string;
}

/** An option with a value, and the rule that reads it. */
export interface ValueOption<T> extends Option {
  readonly value: string;
  readonly param: Param<T>;
}

/** Text that keeps to no rule, such as a file's name. */
export const anyText: Param<string> = {
  rule: 'text that is not empty',
  parse: (text) => (text === '' ? undefined : text),
};

/** The address of a service. */
export const webAddress: Param<string> = {
  rule: 'an address that begins with https:// or http://',
  parse: (text) => (/^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined),
};

/** A number within `range`, in any notation that JavaScript reads, such as 4e3. */
export const anyNumber = (range: NumberRange): Param<number> =>
  numberParam(range, (text) => (text.trim() === '' ? Number.NaN : Number(text)));

/** Returns the option as help shows it: `--memory <GB>`. */
export const optionText = ({ name, value }: Option): string =>
  value === undefined ? `--${name}` : `--${name} <${value}>`;

/** What was given for an option. cac 7.1.0 writes a name of several words in one: `--dry-run` is `dryRun`. */
const givenFor = ({ name }: Option, flags: Flags): unknown =>
  flags[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];

/** Says whether a switch was given. */
export const isOn = (option: Option, flags: Flags): boolean => givenFor(option, flags) === true;

/**
 * Returns the value of an option, or undefined if it was not given.
 *
 * @throws UsageError if it breaks its rule or came twice
 */
export function readValue<T>(option: ValueOption<T>, flags: Flags): T | undefined {
  const given = givenFor(option, flags);
  if (Array.isArray(given)) throw new UsageError(`give --${option.name} once; got ${quoted(given.join(', '))}`);
  return given === undefined ? undefined : parsed(option, textOf(option, given));
}

/**
 * Returns the value of an option that takes a list, `f16,int8`, and may be repeated: the lists are read as one.
 *
 * @throws UsageError
 */
export function readList<T>(option: ValueOption<T>, flags: Flags): T | undefined {
  const texts = textsOf(option, flags);
  return texts.length === 0 ? undefined : parsed(option, texts.join());
}

/** Returns every value of an option that may be repeated; empty if it was not given. @throws UsageError */
export function readAll<T>(option: ValueOption<T>, flags: Flags): T[] {
  return textsOf(option, flags).map((text) => parsed(option, text));
}

/**
 * Returns every value of an option that may be repeated and takes lists, `1,2,4`; empty if it was not given.
 *
 * @throws UsageError
 */
export function readAllInLists<T>(option: ValueOption<T>, flags: Flags): T[] {
  return textsOf(option, flags).flatMap((list) => list.split(',').map((text) => parsed(option, text)));
}

function textsOf(option: Option, flags: Flags): string[] {
  return [givenFor(option, flags) ?? []].flat().map((given) => textOf(option, given));
}

function textOf({ name }: Option, given: unknown): string {
  if (typeof given === 'boolean') throw new UsageError(`--${name} needs a value`);
  return asTyped(given);
}

function parsed<T>({ name, param }: ValueOption<T>, text: string): T {
  const value = param.parse(text);
  if (value === undefined) throw new UsageError(`--${name} must be ${param.rule}; got ${quoted(text)}`);
  return value;
}

/** Stands before a value that the parser must not read as a number. No argument of a process holds one. */
const AS_TEXT = '\0';

/** Whether the parser inside cac would read a text as a number, and so forget how it was typed. */
const isTakenForNumber = (text: string): boolean => Number.isFinite(Number(text));

/** Returns what cac parsed of an argument as it was typed. */
export function asTyped(given: unknown): string {
  const text = String(given);
  return text.startsWith(AS_TEXT) ? text.slice(AS_TEXT.length) : text;
}

/**
 * Returns the arguments in a form whose values cac's parser leaves as they are; `asTyped` reads them. The one inside cac
 * 7.1.0 (mri 1.2.0) takes whatever begins with a dash for a flag, so that no rule could refuse a negative number, and
 * makes numbers of texts that look like one: `--out ''` would write a file `0`, and `--out 007` a file `7`. Delete this
 * when cac's parser does neither.
 */
export function withValuesAsTyped(args: readonly string[]): string[] {
  const typed: string[] = [];
  for (const arg of args) {
    const before = typed.at(-1) ?? '';
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(arg) ?? [];
    const isValue =
      /^--[a-z-]+$/.test(before) && (/^-[\d.]/.test(arg) || (!arg.startsWith('-') && isTakenForNumber(arg)));
    if (isValue) typed.splice(-1, 1, `${before}=${AS_TEXT}${arg}`);
    else if (flag !== undefined && value !== undefined && isTakenForNumber(value))
      typed.push(`${flag}=${AS_TEXT}${value}`);
    else typed.push(arg);
  }
  return typed;
}
