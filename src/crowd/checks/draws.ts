/**
 * The random numbers of a run, which follow from its seed: they decide in which order the regions of a visit are timed,
 * and by how much each is shortened. The engine draws others in between, for spot checks and the order of cases.
 */

import { randomSource } from '../../../results/statistics.ts';

/** Every number that the engine draws takes one of these from the generator, but for a rare second one. */
const ALL = 2 ** 32;

/** The numbers of a seed, computed as far as they are asked for. */
export class Draws {
  readonly #random;
  readonly #drawn: number[] = [];

  constructor(seed: number) {
    this.#random = randomSource(seed);
  }

  /** The number that `below(n)` gives as the generator's draw number `at`, counted from 0. */
  below(n: number, at: number): number {
    while (this.#drawn.length <= at) this.#drawn.push(this.#random.below(ALL));
    return (this.#drawn[at] ?? 0) % n;
  }

  /** A source that begins at draw number `at`. */
  from(at: number): { below(n: number): number; readonly at: number } {
    let next = at;
    return {
      below: (n) => this.below(n, next++),
      get at() {
        return next;
      },
    };
  }
}
