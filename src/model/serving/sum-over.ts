/** Sums of functions of the context that are straight but for a few bends, such as where a window is full. */

/** The least number of parts that are looked at: bends between three points of a line would not be seen. */
const PARTS = 16;

/** Two values are the same line's if they differ by no more than this share. */
const SAME = 1e-9;

/**
 * f(first) + … + f(last), for whole numbers. A part whose middle lies on the line between its ends is summed as a line;
 * any other is halved. Exact, but for rounding, where f is straight between some bends.
 */
export function sumOver(first: number, last: number, f: (x: number) => number): number {
  if (last < first) return 0;
  const ends = Array.from({ length: PARTS + 1 }, (_, i) => Math.round(first + (i * (last - first)) / PARTS));
  let sum = f(last);
  for (let i = 0; i < PARTS; i++) sum += upTo(ends[i] as number, ends[i + 1] as number, f);
  return sum;
}

/** f(low) + … + f(high − 1). */
function upTo(low: number, high: number, f: (x: number) => number): number {
  if (high <= low) return 0;
  const [atLow, atHigh, width] = [f(low), f(high), high - low];
  if (width === 1) return atLow;
  const middle = low + Math.floor(width / 2);
  const onLine = atLow + ((atHigh - atLow) * (middle - low)) / width;
  if (Math.abs(f(middle) - onLine) <= SAME * Math.abs(onLine)) {
    // The mean of a line over its whole numbers, all but the last.
    return width * (atLow + ((atHigh - atLow) * (width - 1)) / (2 * width));
  }
  return upTo(low, middle, f) + upTo(middle, high, f);
}
