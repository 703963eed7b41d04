/**
 * Finds the largest whole number from `min` to `max` for which `holds` is true, which must be true for all smaller
 * numbers too. It looks near `min` first, since `holds` may take longer for larger numbers.
 * @returns undefined where `holds` is false for `min`
 */
export function largestWhere(holds: (n: number) => boolean, min: number, max: number): number | undefined {
  if (max < min || !holds(min)) return undefined;
  let [largest, step] = [min, 1];
  while (largest + step <= max && holds(largest + step)) {
    largest += step;
    step *= 2;
  }
  // `holds` is false for largest + step, or that number is above max.
  let above = Math.min(largest + step, max + 1);
  while (above - largest > 1) {
    const middle = Math.floor((largest + above) / 2);
    if (holds(middle)) largest = middle;
    else above = middle;
  }
  return largest;
}

/**
 * Finds the largest whole number from `min` to `max` for which `left` is 0 or more. `left` must fall with its number;
 * it may be −∞ where too little is left to say how much. It takes few calls where `left` is nearly a line, as memory
 * over batch is, since a call may take long.
 * @returns undefined where `left` is negative for `min`
 */
export function largestThatLeaves(left: (n: number) => number, min: number, max: number): number | undefined {
  if (max < min) return undefined;
  let [fits, leaves, above] = [min, left(min), max + 1];
  if (leaves < 0) return undefined;
  let next = min + 1;
  for (let asked = 0; above - fits > 1; asked++) {
    const n = Math.min(Math.max(next, fits + 1), above - 1);
    const leavesAt = left(n);
    const each = (leaves - leavesAt) / (n - fits);
    if (leavesAt >= 0) [fits, leaves] = [n, leavesAt];
    else above = n;
    // Bisection, where following the line has not ended soon.
    const isLine = each > 0 && Number.isFinite(each) && asked < MAX_LINES;
    next = isLine ? fits + Math.floor(leaves / each) : Math.floor((fits + above) / 2);
  }
  return fits;
}

/** Maximum of calls that follow the line before bisection. */
const MAX_LINES = 8;
