/**
 * A problem: what a kernel is asked to do, in one of its variants. Parameters that are words (formats) change its code;
 * parameters that are numbers are sizes. Problems with the same words are one family: they share code, examples and
 * tunings. Pure.
 */

import type { Params, Tuning } from './kernel.ts';

/** A problem as records and stores write it: the kernel by its id. */
export interface Problem {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
}

/** The formats of a problem: its parameters that are words. They make its family. */
export const formatsOf = (params: Params): string[] =>
  Object.values(params).filter((value): value is string => typeof value === 'string');

/** Are these the same problem but for its sizes? The same names, and the same formats. */
export function sameFamily(a: Params, b: Params): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => typeof a[name] === typeof b[name] && (typeof a[name] === 'number' || a[name] === b[name]))
  );
}

export const sameTuning = (a: Tuning, b: Tuning): boolean => sameParams(a, b);

export function sameParams(a: Params, b: Params): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => a[name] === b[name]);
}
