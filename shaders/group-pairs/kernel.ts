/**
 * Between `route-experts` and `moe-gemv`, where a batch picks alike: tiles of pairs, in which an expert's weights are read once
 * for several tokens. How many tiles there will be is known on the GPU alone, so that there is room for as many as there
 * can be, and those that are left have no pairs.
 */

import { defineKernel } from '../kernel.ts';
import { hash } from '../random.ts';
import wgsl from './group-pairs.wgsl?raw';

type GroupPairsParams = {
  /** Tokens. */
  readonly batch: number;
  readonly experts: number;
  /** Experts that each token picked. */
  readonly active: number;
  /** Pairs of a tile, at most. */
  readonly width: number;
  /** Makes the picks. */
  readonly seed: number;
};

type GroupPairsTuning = { readonly workgroupSize: number };

const pairs = (p: GroupPairsParams): number => p.batch * p.active;

/** Tiles, at most: one to each expert that can be touched, and full ones for the pairs that are left. */
const mostTiles = (p: GroupPairsParams): number => {
  const touched = Math.min(p.experts, pairs(p));
  return touched + Math.floor((pairs(p) - touched) / p.width);
};

const wordsPerTile = (p: GroupPairsParams): number => p.width + 2;

/** The expert of every pair. That a token picks an expert twice does no harm here. */
const picks = (p: GroupPairsParams): number[] =>
  Array.from({ length: pairs(p) }, (_, pair) => hash(pair, p.seed) % p.experts);

/** Tiles by ascending expert, pairs in order; words as `moe-gemv` reads them. */
function grouped(p: GroupPairsParams): number[] {
  const experts = picks(p);
  return Array.from({ length: p.experts }, (_, expert) => {
    const own = [...experts.keys()].filter((pair) => experts[pair] === expert);
    return Array.from({ length: Math.ceil(own.length / p.width) }, (_, tile) => {
      const here = own.slice(tile * p.width, (tile + 1) * p.width);
      return [expert, here.length, ...Array.from({ length: p.width }, (_, slot) => here[slot] ?? own.at(-1) ?? 0)];
    });
  }).flat(2);
}

export default defineKernel<GroupPairsParams, GroupPairsTuning>({
  id: 'group-pairs',
  summary: 'brings the pairs of one expert together, so that tokens which picked alike share its weights',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 128 },
  examples: [
    { batch: 1, experts: 1, active: 1, width: 1, seed: 1 },
    { batch: 3, experts: 5, active: 2, width: 2, seed: 2 },
    { batch: 32, experts: 8, active: 2, width: 8, seed: 3 },
    { batch: 16, experts: 384, active: 8, width: 2, seed: 4 },
  ],
  // Mixtral's, for as many tokens as share a reading: what counts is how long it takes, not what it reads.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 32, experts: 8, active: 2, width: 8, seed: 1 }]),
  refuses: () => undefined,
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    EXPERTS: p.experts,
    PAIRS: pairs(p),
    WIDTH: p.width,
    TILES: mostTiles(p),
  }),
  inputs(p) {
    const data = new Uint32Array(picks(p).flatMap((expert, pair) => [expert, 1, pair]));
    return [{ kind: 'given', name: 'tiles', type: 'array<u32>', bytes: Math.ceil(data.length / 4) * 16, data }];
  },
  outputs: (p) => [{ name: 'grouped', type: 'array<u32>', elements: mostTiles(p) * wordsPerTile(p), compare: 'u32' }],
  workgroups: () => 1,
  work: (p) => ({
    bytesRead: 4 * pairs(p),
    bytesWritten: 4 * mostTiles(p) * wordsPerTile(p),
    flops: 0,
  }),
  reference(p) {
    const words = grouped(p);
    return (_, index) => words[index] ?? 0;
  },
  tolerance: { nmse: 0 },
});
