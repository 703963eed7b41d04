/** Remembers what was found in a list, for readers that ask for it again and again. */

import type { ClockKind } from '../record/schema.ts';

/**
 * Returns `find`, which is called anew only for another list, another clock, or a list that has grown: a run adds to its
 * lists, and changes nothing in them. What it returns is the same object each time.
 */
export function remembered<Item, Found>(
  find: (list: readonly Item[], clock: ClockKind) => Found,
): (list: readonly Item[], clock: ClockKind) => Found {
  const known = new WeakMap<readonly Item[], { readonly clock: ClockKind; readonly length: number; found: Found }>();
  return (list, clock) => {
    const before = known.get(list);
    if (before?.clock === clock && before.length === list.length) return before.found;
    const found = find(list, clock);
    known.set(list, { clock, length: list.length, found });
    return found;
  };
}
