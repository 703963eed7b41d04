/**
 * The address that continues a kept run: the bench page with `?continue=KEY`. Anyone can write such a link, and a run
 * takes the GPU for minutes, so the page asks first. It need not ask a person who pressed Continue on a page of this
 * site: that page leaves the key in the tab's own storage, where no other site can write.
 */

import { quoted } from '../../../../../results/text/shown.ts';
import { routeUrl } from '../../../shell/routes.ts';

const PARAMETER = 'continue';
const STORED = 'hbmark-continue';

/** The part of `sessionStorage` that is used. */
type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const continueUrl = (key: string): string =>
  new URL(`?${new URLSearchParams({ [PARAMETER]: key })}`, routeUrl('bench')).href;

export interface AskedToContinue {
  /** The run. Undefined: the address names none. */
  readonly key: string | undefined;
  /** Whether a person pressed Continue on a page of this site just now. */
  readonly pressed: boolean;
  /** The rest of the query, with its `?`. */
  readonly search: string;
  /** What is wrong with how the address names it, in a line. Empty: nothing. */
  readonly problems: readonly string[];
}

/** Remembers that a person has pressed Continue. Without storage, the bench page asks once more. */
export function rememberPress(key: string, storage: () => TabStorage): void {
  try {
    storage().setItem(STORED, key);
  } catch {
    // Storage is denied.
  }
}

/** Takes the run to continue out of an address. The press counts once: a page that is loaded again asks. */
export function takeContinue(search: string, storage: () => TabStorage): AskedToContinue {
  const query = new URLSearchParams(search);
  const [key, ...more] = query.getAll(PARAMETER);
  if (key === undefined) return { key, pressed: false, search, problems: [] };
  query.delete(PARAMETER);
  const rest = query.size > 0 ? `?${query}` : '';
  if (key === '' || more.length > 0) {
    const line = `"${PARAMETER}" must be given once, with the key of a run; it is ${[key, ...more].map(quoted).join(', and then ')}.`;
    return { key: undefined, pressed: false, search: rest, problems: [line] };
  }
  return { key, pressed: takePress(storage) === key, search: rest, problems: [] };
}

function takePress(storage: () => TabStorage): string | null {
  try {
    const key = storage().getItem(STORED);
    storage().removeItem(STORED);
    return key;
  } catch {
    return null;
  }
}
