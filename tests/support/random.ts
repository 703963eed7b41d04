/** Seeded sources of chance for simulated machines. */

import { type RandomSource, randomSource } from '../../results/statistics.ts';
import { hash } from '../../shaders/random.ts';

/** What a source decides: the machine, the noise of its times, the order of visits to kernels, or to decode steps. */
const STREAMS = ['machine', 'noise', 'order', 'steps'] as const;

/**
 * A source of its own for each seed and stream. `randomSource` alone would not do: of seeds in a row its first draws
 * hardly differ, so that machines would share the noise of their first points; and of one seed, noise would be order.
 */
export const sourceOf = (seed: number, stream: (typeof STREAMS)[number] = 'noise'): RandomSource =>
  randomSource(hash(STREAMS.indexOf(stream), seed));
