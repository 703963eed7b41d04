/** What the address of a result says: a run that this browser keeps, or a result that the address holds itself. */

export interface Asked {
  /** The key of a kept run. Empty: none. */
  readonly key: string;
  /** What follows the `#`. Empty: nothing. */
  readonly fragment: string;
  /** The names of parameters that this page does not know. */
  readonly unknown: readonly string[];
}

const RUN = 'run';

export function askedBy({ search, hash }: { readonly search: string; readonly hash: string }): Asked {
  const query = new URLSearchParams(search);
  const unknown = [...new Set(query.keys())].filter((name) => name !== RUN);
  return { key: query.get(RUN) ?? '', fragment: hash.replace(/^#/, ''), unknown };
}

/** The query of a kept run. */
export const queryOf = (key: string): string => `?${new URLSearchParams({ [RUN]: key })}`;
