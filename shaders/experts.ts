/**
 * Picks experts for the tokens of a batch, and groups the picks into tiles for the GPU. The kernels `group-pairs` and
 * `moe-gemv` share these tiles. A serving engine has a router of its own: kernels see only the tiles.
 */

import { hash } from './random.ts';

export interface Routing {
  readonly experts: number;
  /** The number of experts that each token picks, all different. */
  readonly active: number;
  /** The number of tokens. */
  readonly batch: number;
  readonly seed: number;
}

/**
 * Returns the expert of every pair (token, slot), where pair = token × active + slot. Each token draws without
 * replacement, and all experts are equally likely: training with a balancing loss drives a router there.
 */
export function pickExperts({ experts, active, batch, seed }: Routing): number[] {
  const picks: number[] = [];
  for (let token = 0; token < batch; token++) {
    const left = Array.from({ length: experts }, (_, expert) => expert);
    for (let slot = 0; slot < active; slot++) {
      picks.push(...left.splice(hash(token * active + slot, seed) % left.length, 1));
    }
  }
  return picks;
}

/** An expert and pairs that picked it, which share one reading of its weights. */
export interface Tile {
  readonly expert: number;
  readonly pairs: readonly number[];
}

/** Returns all pairs in tiles of up to `width`, by ascending expert, so that tiles of one expert follow each other. */
export function tilesOf(picks: readonly number[], width: number): Tile[] {
  const pairsOf = new Map<number, number[]>();
  for (const [pair, expert] of picks.entries()) {
    const pairs = pairsOf.get(expert);
    if (pairs) pairs.push(pair);
    else pairsOf.set(expert, [pair]);
  }
  return [...pairsOf]
    .sort(([a], [b]) => a - b)
    .flatMap(([expert, pairs]) =>
      Array.from({ length: Math.ceil(pairs.length / width) }, (_, i) => ({
        expert,
        pairs: pairs.slice(i * width, (i + 1) * width),
      })),
    );
}

/**
 * The maximum number of tiles of up to `width` that `pairs` pairs can make, whatever they pick: one tile for each
 * expert that can be picked, and full tiles for the pairs that are left.
 */
export function maxTiles(pairs: number, experts: number, width: number): number {
  const picked = Math.min(experts, pairs);
  return picked + Math.floor((pairs - picked) / width);
}

/** The number of words of a tile as the GPU reads it: the expert, the number of pairs, and `width` pairs. */
export const wordsPerTile = (width: number): number => 2 + width;

/** Returns the words of a list of tiles. A tile that is not full repeats its last pair. */
export function tileWords(tiles: readonly Tile[], width: number): number[] {
  return tiles.flatMap(({ expert, pairs }) => [
    expert,
    pairs.length,
    ...Array.from({ length: width }, (_, i) => pairs[i] ?? pairs.at(-1) ?? 0),
  ]);
}
