/**
 * What lies in memory, word by word, from the seed of a run alone. The engine fills memory by it, and whoever has a
 * record can compute any word again, without a GPU.
 */

import type { Input, WordMask, WordReader } from '../../shaders/kernel.ts';
import { hash, POISON, randomWord, TAME_FLOATS } from '../../shaders/random.ts';

/** Returns the seed of the pool that holds `words`, in a run of `seed`. */
export const poolSeed = (words: WordMask, seed: number): number =>
  words.keep === TAME_FLOATS.keep && words.set === TAME_FLOATS.set ? seed : hash(words.keep, seed);

/** Returns the seed of a slab, by its number in the pool. */
export const slabSeed = (slab: number, ofPool: number): number => hash(slab, ofPool);

/** A place in a pool, and the seed and the words of the pool. */
export interface SlabPlace {
  readonly slab: number;
  /** The first byte of the place in its slab; a multiple of 4. */
  readonly offset: number;
  readonly seed: number;
  readonly words: WordMask;
}

/** Returns a reader of the words of a pool, counted from a place in it. */
export function slabWord({ slab, offset, seed, words }: SlabPlace): WordReader {
  const own = slabSeed(slab, seed);
  return (index) => randomWord(offset / 4 + index, own, words);
}

/** Returns the seed of an input with a buffer of its own, by its number among the kernel's inputs. */
export const inputSeed = (nth: number, seed: number): number => hash(nth, seed);

/** Returns a reader of the words of an input with a buffer of its own, which was filled by `seed`. */
export function inputWord(input: Input, seed: number): WordReader {
  if (input.kind !== 'given') return (index) => randomWord(index, seed, input.words);
  const { data } = input;
  return (index) => data[index] ?? POISON;
}
