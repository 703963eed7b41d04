/**
 * The largest whole number from `least` to `most` of which something holds that holds of all smaller ones; undefined
 * where it does not hold of `least`. Looks near `least` first: `holds` may take longer the larger its number.
 */
export function largestWhere(holds: (n: number) => boolean, least: number, most: number): number | undefined {
  if (most < least || !holds(least)) return undefined;
  let [largest, step] = [least, 1];
  while (largest + step <= most && holds(largest + step)) {
    largest += step;
    step *= 2;
  }
  // It does not hold of largest + step, or there is no such number.
  let above = Math.min(largest + step, most + 1);
  while (above - largest > 1) {
    const middle = Math.floor((largest + above) / 2);
    if (holds(middle)) largest = middle;
    else above = middle;
  }
  return largest;
}

/**
 * The largest whole number from `least` to `most` that leaves something, where larger ones leave less and `left` says how
 * much: 0 or more where there is enough, −∞ where it cannot be said. Undefined where `least` takes too much. What is left
 * is nearly a line over the number, so that a few questions do, and `left` may take long.
 */
export function largestThatLeaves(left: (n: number) => number, least: number, most: number): number | undefined {
  if (most < least) return undefined;
  let [fits, leaves, above] = [least, left(least), most + 1];
  if (leaves < 0) return undefined;
  let next = least + 1;
  for (let asked = 0; above - fits > 1; asked++) {
    const n = Math.min(Math.max(next, fits + 1), above - 1);
    const leavesAt = left(n);
    const each = (leaves - leavesAt) / (n - fits);
    if (leavesAt >= 0) [fits, leaves] = [n, leavesAt];
    else above = n;
    // Where lines do not lead there soon, halves do.
    const isLine = each > 0 && Number.isFinite(each) && asked < MAX_LINES;
    next = isLine ? fits + Math.floor(leaves / each) : Math.floor((fits + above) / 2);
  }
  return fits;
}

const MAX_LINES = 8;
