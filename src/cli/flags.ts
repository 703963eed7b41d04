/** Flags into values. cac gives what was typed, a number where it looks like one, an array where it came twice. */

import { formatsFrom, formatsRule, SIZES_RULE, type Size, sizesFrom } from '../model/request/sweep.ts';
import { UsageError } from './errors.ts';

/** The value of a flag that may be given once; undefined where it was not. */
export function single(flag: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new UsageError(`give ${flag} once; got ${value.join(', ')}`);
  if (typeof value === 'boolean') throw new UsageError(`${flag} needs a value`);
  return String(value);
}

/** The values of a flag that may be repeated. */
export function repeated(flag: string, value: unknown): string[] {
  return [value ?? []].flat().map((one) => single(flag, one) ?? '');
}

/** @throws UsageError naming the choices. */
export function choice<T extends string>(flag: string, value: unknown, choices: readonly T[]): T | undefined {
  const text = single(flag, value);
  if (text === undefined) return undefined;
  const found = choices.find((c) => c === text);
  if (found === undefined) throw new UsageError(`${flag} must be one of ${choices.join(', ')}; got "${text}"`);
  return found;
}

/** The formats of a flag that takes a list, `f16,int8`, and may be repeated; undefined where it was not given. */
export function formats(flag: string, value: unknown, known: readonly string[]): string[] | undefined {
  if (value === undefined) return undefined;
  const text = repeated(flag, value).join();
  const found = formatsFrom(text, known);
  if (found) return found;
  throw new UsageError(`${flag} must be ${formatsRule(known)}; got "${text}"`);
}

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly unit?: string;
}

/** @throws UsageError naming the range. */
export function number(flag: string, value: unknown, range: Range): number | undefined {
  const text = single(flag, value);
  return text === undefined ? undefined : inRange(flag, text, range);
}

/** The numbers of a flag that takes a list, `1,2,4`, and may be repeated; undefined where it was not given. */
export function numbers(flag: string, value: unknown, range: Range): number[] | undefined {
  if (value === undefined) return undefined;
  return repeated(flag, value).flatMap((list) => list.split(',').map((text) => inRange(flag, text, range)));
}

/** The sizes of a flag that takes a list, `1,8,max`, and may be repeated; undefined where it was not given. */
export function sizes(flag: string, value: unknown, range: Range): Size[] | undefined {
  if (value === undefined) return undefined;
  const text = repeated(flag, value).join();
  const found = sizesFrom(text, range);
  if (found) return found;
  throw new UsageError(
    `${flag} must be whole numbers ${rangeText(range)}, separated by commas; ${SIZES_RULE}; got "${text}"`,
  );
}

const rangeText = ({ min, max, unit }: Range): string => `from ${min} to ${max}${unit ? ` ${unit}` : ''}`;

function inRange(flag: string, text: string, range: Range): number {
  const { min, max, whole = false } = range;
  const n = text.trim() === '' ? Number.NaN : Number(text);
  if (!(n >= min && n <= max) || (whole && !Number.isInteger(n))) {
    const kind = whole ? 'a whole number' : 'a number';
    throw new UsageError(`${flag} must be ${kind} ${rangeText(range)}; got "${text}"`);
  }
  return n;
}

/** `--flag -5` as `--flag=-5`: what begins with a dash would be taken for a flag of its own. */
export function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    if (/^-[\d.]/.test(arg) && /^--[a-z-]+$/.test(before)) joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** A seed for a run that was given none. */
export const randomSeed = (): number => Math.floor(Math.random() * 2 ** 32);
