/** Starts work before it is asked for, so that no core is idle while another one works. */

/** The maximum number of items that are under way and have not been asked for. */
const AHEAD = 3;

/**
 * Returns a function that takes the result of an item. It calls `start` once for each item. Taking an item also starts
 * those that follow it, so items should be taken about in the order of `items`. A failure is thrown when its item is
 * taken.
 */
export function startAhead<T, R>(items: readonly T[], start: (item: T) => Promise<R>): (item: T) => Promise<R> {
  const started = new Map<T, Promise<R>>();
  const begun = (item: T): Promise<R> => {
    const work = started.get(item) ?? start(item);
    started.set(item, work);
    // An item that nobody takes must not fail as an unhandled rejection.
    work.catch(() => {});
    return work;
  };
  return (item) => {
    const wanted = begun(item);
    const at = items.indexOf(item);
    for (const next of items.slice(at + 1, at + 1 + AHEAD)) begun(next);
    return wanted;
  };
}
