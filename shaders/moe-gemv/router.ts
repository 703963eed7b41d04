/**
 * Which tokens go to which experts, and in what order the GPU takes them. Kept apart from the kernel since an engine
 * has its own router: the kernel only sees the lists.
 */

import { hash } from '../random.ts';

export interface Routing {
  readonly experts: number;
  /** Experts that each token picks, all different. */
  readonly active: number;
  readonly batch: number;
  readonly seed: number;
}

/**
 * The expert of every pair (token, slot); pair = token × active + slot. Each token draws without putting back, all
 * experts alike, which is where training with a balancing loss drives a router.
 */
export function route({ experts, active, batch, seed }: Routing): number[] {
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

/** All pairs in tiles of up to `width`, by ascending expert: tiles of one expert follow each other. */
export function tiles(picks: readonly number[], width: number): Tile[] {
  const pairsOf = new Map<number, number[]>();
  for (const [pair, expert] of picks.entries()) pairsOf.set(expert, [...(pairsOf.get(expert) ?? []), pair]);
  return [...pairsOf]
    .sort(([a], [b]) => a - b)
    .flatMap(([expert, pairs]) =>
      Array.from({ length: Math.ceil(pairs.length / width) }, (_, i) => ({
        expert,
        pairs: pairs.slice(i * width, (i + 1) * width),
      })),
    );
}

/** Tiles of up to `width` for any picks of `pairs` pairs, at most: one to each expert, and full ones for those left. */
export function mostTiles(pairs: number, experts: number, width: number): number {
  const touched = Math.min(experts, pairs);
  return touched + Math.floor((pairs - touched) / width);
}

/** Words of a tile as the GPU reads it: expert, number of pairs, and `width` pairs, the last repeated to fill up. */
export const wordsPerTile = (width: number): number => 2 + width;

export function tileWords(list: readonly Tile[], width: number): number[] {
  return list.flatMap(({ expert, pairs }) => [
    expert,
    pairs.length,
    ...Array.from({ length: width }, (_, i) => pairs[i] ?? pairs.at(-1) ?? 0),
  ]);
}
