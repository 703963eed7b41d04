/**
 * What the address of a result says: a run that this browser keeps, or a result that the address holds itself; and the
 * tab that is open.
 */

import { FIRST_TAB, TAB_RULE, type TabId, tabOf } from './tabs/tabs.ts';

export interface Asked {
  /** The key of a kept run. Empty: none. */
  readonly key: string;
  /** What follows the `#`. Empty: nothing. */
  readonly fragment: string;
  readonly tab: TabId;
  /** The names of parameters that this page does not know. */
  readonly unknown: readonly string[];
  /** What is wrong with the tab’s name. Empty: nothing. */
  readonly tabProblem: string;
}

const [RUN, TAB] = ['run', 'tab'];

export function askedBy({ search, hash }: { readonly search: string; readonly hash: string }): Asked {
  const query = new URLSearchParams(search);
  const unknown = [...new Set(query.keys())].filter((name) => name !== RUN && name !== TAB);
  const named = query.get(TAB);
  const tab = named === null ? FIRST_TAB : tabOf(named);
  return {
    ...{ key: query.get(RUN) ?? '', fragment: hash.replace(/^#/, ''), unknown, tab: tab ?? FIRST_TAB },
    tabProblem: tab ? '' : `“tab” must be ${TAB_RULE}.`,
  };
}

/** The query of a kept run, and of a tab that is not the first. Empty: neither. */
export function queryOf(key: string, tab: TabId = FIRST_TAB): string {
  const query = new URLSearchParams();
  if (key) query.set(RUN, key);
  if (tab !== FIRST_TAB) query.set(TAB, tab);
  const text = query.toString();
  return text && `?${text}`;
}
