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
