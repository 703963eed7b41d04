/** Flags into values. cac gives what was typed, a number where it looks like one, an array where it came twice. */

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

/** @throws UsageError naming the range. */
export function number(
  flag: string,
  value: unknown,
  { least, most, whole = false, unit = '' }: { least: number; most: number; whole?: boolean; unit?: string },
): number | undefined {
  const text = single(flag, value);
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!(n >= least && n <= most) || (whole && !Number.isInteger(n))) {
    const kind = whole ? 'a whole number' : 'a number';
    throw new UsageError(`${flag} must be ${kind} from ${least} to ${most}${unit && ` ${unit}`}; got "${text}"`);
  }
  return n;
}

/** The numbers of a list such as `1,4,16`. @throws UsageError naming the range. */
export function numbers(
  flag: string,
  value: unknown,
  range: { least: number; most: number; whole?: boolean; unit?: string },
): number[] | undefined {
  const text = single(flag, value);
  return text?.split(',').map((one) => number(flag, one.trim() || 'nothing', range) as number);
}

/** A seed for a run that was given none. */
export const randomSeed = (): number => Math.floor(Math.random() * 2 ** 32);
