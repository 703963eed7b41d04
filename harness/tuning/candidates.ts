/**
 * The candidates of tuning, in the order to try them: first the tunings that won elsewhere, then the neighbours of the
 * best so far (one tunable changed), then the rest. Given the time, every tuning that the kernel accepts is tried. Pure
 * and seeded.
 */

import { type RandomSource, shuffled } from '../../results/statistics.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../shaders/kernel.ts';
import { sameTuning } from '../../shaders/problem.ts';

/**
 * Returns every combination of tunables that `kernel` accepts for these parameters, the defaults first. Combinations
 * that give the same code and the same grid count once: a tunable may be a maximum that a small problem does not reach.
 */
export function acceptedTunings(kernel: Kernel, params: Params, variant: string): Tuning[] {
  const all = Object.entries<readonly number[]>(kernel.tunable).reduce<Tuning[]>(
    (tunings, [name, values]) => tunings.flatMap((tuning) => values.map((value) => ({ ...tuning, [name]: value }))),
    [{}],
  );
  const layouts = new Map<string, Tuning>();
  for (const tuning of [defaultTuning(kernel, variant, params), ...all]) {
    if (kernel.refuses(params, tuning) !== undefined) continue;
    const layout = JSON.stringify([kernel.constants(params, tuning, variant), kernel.workgroups(params, tuning)]);
    if (!layouts.has(layout)) layouts.set(layout, tuning);
  }
  return [...layouts.values()];
}

/** Returns the number of tunables in which two tunings differ. */
function distance(a: Tuning, b: Tuning): number {
  return Object.keys(a).filter((name) => a[name] !== b[name]).length;
}

/** The tunings that have not been tried. */
export class Candidates {
  #left: Tuning[];
  readonly #seeds: Tuning[];
  /** The number of tunings that could be tried, the defaults among them. */
  readonly count: number;

  /** @param seeds The tunings to offer first, if they are accepted. `tried` is never offered. */
  constructor(accepted: readonly Tuning[], tried: Tuning, seeds: readonly Tuning[], random: RandomSource) {
    this.count = accepted.length;
    this.#left = shuffled(
      accepted.filter((tuning) => !sameTuning(tuning, tried)),
      random,
    );
    this.#seeds = [...seeds];
  }

  /** Returns the next tuning to try while `best` is the best so far; undefined once all have been tried. */
  next(best: Tuning): Tuning | undefined {
    let chosen: Tuning | undefined;
    while (chosen === undefined && this.#seeds.length > 0) {
      const seed = this.#seeds.shift() as Tuning;
      chosen = this.#left.find((tuning) => sameTuning(tuning, seed));
    }
    chosen ??= this.#left.find((tuning) => distance(tuning, best) === 1) ?? this.#left[0];
    this.#left = this.#left.filter((tuning) => tuning !== chosen);
    return chosen;
  }
}
