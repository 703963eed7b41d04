/** The address of a comparison: `?a=KEY&b=KEY`, up to five runs. Pure. */

import { shown } from '../../../../results/text/shown.ts';

/** The runs of a comparison, in their order, by the letters that the page calls them. */
export const LETTERS = ['A', 'B', 'C', 'D', 'E'] as const;

export const MAX_COMPARED = LETTERS.length;

/** The query of a comparison, with its `?`. Empty without a run. */
export function comparisonQuery(keys: readonly string[]): string {
  const search = new URLSearchParams();
  keys.slice(0, MAX_COMPARED).forEach((key, i) => {
    search.set(parameterOf(i), key);
  });
  return search.size > 0 ? `?${search}` : '';
}

/** The keys that a query names, each once, and a line for each parameter that cannot be used. */
export function readComparison(search: string): { keys: string[]; problems: string[] } {
  const query = new URLSearchParams(search);
  const names = LETTERS.map((_, i) => parameterOf(i));
  const problems = [...new Set(query.keys())]
    .filter((name) => !names.includes(name))
    .map((name) => `Unknown parameter "${shown(name)}". There are ${names.join(', ')}, one for each run.`);
  const keys = names.flatMap((name) => query.get(name) || []);
  return { keys: [...new Set(keys)], problems };
}

const parameterOf = (index: number): string => (LETTERS[index] ?? '').toLowerCase();
