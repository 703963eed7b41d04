/**
 * What the address of a result says: a run that this browser keeps, or a result that the address holds itself; and the
 * tab that is open.
 */

import { type QueryTable, readQuery, writeQuery } from '../../../session/param.ts';
import { runKeyParam } from '../../shell/address/run-key.ts';
import { FIRST_TAB, TAB_RULE, type TabId, tabOf } from './tabs/tabs.ts';

interface Named {
  /** The key of a kept run. Empty: none. */
  readonly key: string;
  readonly tab: TabId;
}

export interface Asked extends Named {
  /** What follows the `#`. Empty: nothing. */
  readonly fragment: string;
  /** A line for each parameter that cannot be used. */
  readonly problems: readonly string[];
}

const TABLE: QueryTable<Named> = {
  keys: { key: 'run', tab: 'tab' },
  params: { key: runKeyParam, tab: { rule: TAB_RULE, parse: tabOf } },
};

const NOTHING: Named = { key: '', tab: FIRST_TAB };

export function askedBy({ search, hash }: { readonly search: string; readonly hash: string }): Asked {
  const { values, problems } = readQuery(search, NOTHING, TABLE);
  return { ...values, fragment: hash.replace(/^#/, ''), problems };
}

/** The query of a kept run, and of a tab that is not the first. Empty: neither. */
export const queryOf = (key: string, tab: TabId = FIRST_TAB): string => writeQuery({ key, tab }, NOTHING, TABLE);
