/** What is asked of lists of any length: the ends of their values, and their items in groups. */

/** The largest of some values, −∞ of none. As arguments of `Math.max` there may be too many for the stack. */
export const maxOf = (values: Iterable<number>): number => reduced(values, Math.max, Number.NEGATIVE_INFINITY);

/** The smallest of some values, ∞ of none. */
export const minOf = (values: Iterable<number>): number => reduced(values, Math.min, Number.POSITIVE_INFINITY);

function reduced(values: Iterable<number>, of: (a: number, b: number) => number, start: number): number {
  let so = start;
  for (const value of values) so = of(so, value);
  return so;
}

export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return groups;
}
