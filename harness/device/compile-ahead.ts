/** Work that is started before it is asked for, so that what waits on one core keeps the others busy. */

/** At most so many pieces are under way that nobody has asked for yet. */
const AHEAD = 3;

/**
 * `start`, once to each item, for those that are taken about in the order of `items`: an item that is taken starts
 * those that follow it, too. One that fails does so when it is taken.
 */
export function ahead<T, R>(items: readonly T[], start: (item: T) => Promise<R>): (item: T) => Promise<R> {
  const started = new Map<T, Promise<R>>();
  const begun = (item: T): Promise<R> => {
    const work = started.get(item) ?? start(item);
    started.set(item, work);
    // Perhaps nobody takes it.
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
