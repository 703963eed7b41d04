/** The chance that a mutator has: every choice follows from one seed. */

import { type RandomSource, randomSource } from '../../results/statistics.ts';

export interface Dice extends RandomSource {
  /** Whether an event of this probability happens. */
  chance(probability: number): boolean;
  /** One of some items. @throws RangeError if there are none */
  pick<T>(items: readonly T[]): T;
  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number;
  /** A number from `min` to `max`, both positive, all orders of magnitude alike. */
  scale(min: number, max: number): number;
}

/** The steps of a chance, and of a scale. */
const FINE = 2 ** 30;

export function diceOf(seed: number): Dice {
  const { below } = randomSource(seed);
  const share = () => below(FINE) / (FINE - 1);
  return {
    below,
    chance: (probability) => below(FINE) < probability * FINE,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('there must be an item to pick');
      return items[below(items.length)] as T;
    },
    between: (min, max) => min + below(max - min + 1),
    scale: (min, max) => min * (max / min) ** share(),
  };
}
