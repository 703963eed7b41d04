/** How much slower than the step the picture of the bus moves. */

/** The shortest and the longest trip that can be watched, in seconds. */
const [SHORTEST, LONGEST] = [1, 4];

/**
 * The factor by which a step of `seconds` is slowed so that a trip takes from 1 to 4 seconds: 1, 2 or 5 times a power of
 * ten. It stays at `before` as long as that will do, so that a faster machine is seen to be faster.
 */
export function slowdown(seconds: number, before?: number): number {
  if (before !== undefined && seconds * before >= SHORTEST && seconds * before <= LONGEST) return before;
  const decade = 10 ** Math.floor(Math.log10(SHORTEST / seconds));
  const factors = [1, 2, 5, 10, 20].map((n) => n * decade);
  return factors.find((factor) => seconds * factor >= SHORTEST) ?? SHORTEST / seconds;
}
