/**
 * A problem is what a kernel is asked to do, in one of its variants.
 *
 * Parameters that are strings, such as formats, change the kernel's code; parameters that are numbers are sizes.
 * Problems with the same strings are one family: they share code, examples and tunings.
 */

import type { Params, Tuning } from './kernel.ts';

/** A problem as records and stores hold it: the kernel by its id. */
export interface Problem {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
}

/** The formats of a problem: all of its parameters that are strings. Together they name its family. */
export const formatsOf = (params: Params): string[] =>
  Object.values(params).filter((value) => typeof value === 'string');

/** Whether two problems of one kernel have the same parameters. */
export const sameParams = (a: Params, b: Params): boolean => sameNames(a, b, (name) => a[name] === b[name]);

/** Whether two problems of one kernel are of one family: only their sizes differ. */
export const sameFamily = (a: Params, b: Params): boolean =>
  sameNames(a, b, (name) => typeof a[name] === typeof b[name] && (typeof a[name] === 'number' || a[name] === b[name]));

/** Returns the last problem of each family among those of one kernel. */
export const oneOfEachFamily = <P extends Params>(all: readonly P[]): P[] =>
  all.filter((p, i) => !all.slice(i + 1).some((later) => sameFamily(p, later)));

/** Whether two tunings of one kernel are the same. */
export const sameTuning = (a: Tuning, b: Tuning): boolean => sameParams(a, b);

/** Whether a and b have the same names, and their values under each name `agree`. */
function sameNames(a: Params, b: Params, agree: (name: string) => boolean): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(agree);
}
