/** The address of a comparison: `?a=KEY&b=KEY`, up to five runs. Pure. */

import { type QueryTable, readQuery, writeQuery } from '../../../session/param.ts';
import { runKeyParam } from '../../shell/address/run-key.ts';

/** The runs of a comparison, in their order, by the letters that the page calls them. */
export const LETTERS = ['A', 'B', 'C', 'D', 'E'] as const;

export const MAX_COMPARED = LETTERS.length;

type Keys = Readonly<Record<(typeof LETTERS)[number], string>>;

const NONE: Keys = { A: '', B: '', C: '', D: '', E: '' };

const TABLE: QueryTable<Keys> = {
  keys: { A: 'a', B: 'b', C: 'c', D: 'd', E: 'e' },
  params: { A: runKeyParam, B: runKeyParam, C: runKeyParam, D: runKeyParam, E: runKeyParam },
};

/** The query of a comparison, with its `?`. Empty without a run. */
export function comparisonQuery(keys: readonly string[]): string {
  const named = LETTERS.map((letter, i) => [letter, keys[i] ?? '']);
  return writeQuery({ ...NONE, ...Object.fromEntries(named) }, NONE, TABLE);
}

/** The keys that a query names, each once, and a line for each parameter that cannot be used. */
export function readComparison(search: string): { keys: string[]; problems: string[] } {
  const { values, problems } = readQuery(search, NONE, TABLE);
  const keys: string[] = [];
  for (const letter of LETTERS) {
    const key = values[letter];
    if (keys.includes(key)) problems.push(`"${TABLE.keys[letter]}" must be another run than those before it.`);
    else if (key) keys.push(key);
  }
  return { keys, problems };
}
