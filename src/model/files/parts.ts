/**
 * The parts of a file, by the name of any of them: `…-00001-of-00003.gguf` is one of three. Numbers have any width, and
 * begin at one, or at zero; some writers count from zero and name the last one, so that there is one more than they say.
 */

import { type Files, ModelFileError } from './source.ts';

/** Maximum number of a model's files. The largest models have 200. */
export const MAX_PARTS = 1000;

/** The name of a part: what stands before its number, the number, the number of all, and what stands behind them. */
const PART = /^(.*?)(\d{1,9})([-_. ]?of[-_. ]?)(\d{1,9})(\.[a-z.]+)$/i;

/** What the names of all parts of a file have in common. */
export const stemOf = (name: string): string => PART.exec(name)?.[1] ?? name;

export interface Parts {
  /** The parts that are there, in order. One that is no part is alone. */
  readonly names: readonly string[];
  /** The first that is not there. Undefined: all are. */
  readonly missing?: string;
  /** How many there should be. */
  readonly count: number;
}

/** Finds the parts of a file. @throws ModelFileError for too many */
export async function partsOf(files: Files, name: string): Promise<Parts> {
  const [, stem = '', number = '', of = '', last, ending = ''] = PART.exec(name) ?? [];
  const count = Number(last);
  if (last === undefined || count === 0) return { names: [name], count: 1 };
  if (count > MAX_PARTS) {
    throw new ModelFileError(`must be one of at most ${MAX_PARTS} parts; its name says ${count}`, name);
  }
  const nameOf = (n: number, width: number): string => `${stem}${String(n).padStart(width, '0')}${of}${last}${ending}`;
  /** The name of a part that is there. A number may be as wide as that of the given part, as the last one, or have no zeros before it. */
  const found = async (n: number): Promise<string | undefined> => {
    for (const width of new Set([number.length, last.length, 1])) {
      const named = nameOf(n, width);
      if (named === name || (await files.open(named))) return named;
    }
    return undefined;
  };
  const names: (string | undefined)[] = [];
  for (let n = 0; n <= count; n++) names.push(await found(n));
  const [isFromZero, hasLast] = [names[0] !== undefined, names[count] !== undefined];
  const due = isFromZero ? (hasLast ? names : names.slice(0, -1)) : names.slice(1);
  if (!due.includes(name)) return { names: [name], count: 1 };
  const lacks = due.indexOf(undefined);
  return {
    names: due.filter((one) => one !== undefined),
    count: due.length,
    ...(lacks >= 0 && { missing: nameOf(lacks + (isFromZero ? 0 : 1), number.length) }),
  };
}

/** The error of a part that is not there. */
export const partMissing = ({ missing, count }: Parts): ModelFileError =>
  new ModelFileError(`is not there: give all ${count} parts`, missing);
