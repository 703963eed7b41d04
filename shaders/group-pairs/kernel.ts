/**
 * Groups the pairs of `route-experts` into tiles of one expert, in which `moe-gemv` reads the expert's weights once for
 * several tokens. Only the GPU knows how many tiles there are, so there is room for the maximum, and the tiles that are
 * left have no pairs.
 */

import { maxTiles, tilesOf, tileWords, wordsPerTile } from '../experts.ts';
import { defineKernel } from '../kernel.ts';
import { hash } from '../random.ts';
import wgsl from './group-pairs.wgsl?raw';

type GroupPairsParams = {
  /** The number of tokens. */
  readonly batch: number;
  readonly experts: number;
  /** The number of experts that each token picked. */
  readonly active: number;
  /** The maximum number of pairs in a tile. */
  readonly width: number;
  /** The seed of the picks. */
  readonly seed: number;
};

type GroupPairsTuning = { readonly workgroupSize: number };

const pairs = (p: GroupPairsParams): number => p.batch * p.active;

/** The number of tiles that there is room for. Only the GPU knows how many are used. */
const tiles = (p: GroupPairsParams): number => maxTiles(pairs(p), p.experts, p.width);

/** The expert of every pair. A token may pick an expert twice here, which the kernel allows. */
const picks = (p: GroupPairsParams): number[] =>
  Array.from({ length: pairs(p) }, (_, pair) => hash(pair, p.seed) % p.experts);

export default defineKernel<GroupPairsParams, GroupPairsTuning>({
  id: 'group-pairs',
  summary: 'groups the pairs of each expert into tiles, so that tokens which picked the same expert share its weights',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 128 },
  examples: [
    { batch: 1, experts: 1, active: 1, width: 1, seed: 1 },
    { batch: 3, experts: 5, active: 2, width: 2, seed: 2 },
    { batch: 32, experts: 8, active: 2, width: 8, seed: 3 },
    { batch: 16, experts: 384, active: 8, width: 2, seed: 4 },
  ],
  // Mixtral's experts and 32 tokens. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 32, experts: 8, active: 2, width: 8, seed: 1 }]),
  refuses: () => undefined,
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    EXPERTS: p.experts,
    PAIRS: pairs(p),
    WIDTH: p.width,
    TILES: tiles(p),
  }),
  inputs(p) {
    const data = new Uint32Array(picks(p).flatMap((expert, pair) => [expert, 1, pair]));
    return [{ kind: 'given', name: 'tiles', type: 'array<u32>', bytes: Math.ceil(data.length / 4) * 16, data }];
  },
  outputs: (p) => [{ name: 'grouped', type: 'array<u32>', elements: tiles(p) * wordsPerTile(p.width), compare: 'u32' }],
  workgroups: () => 1,
  work: (p) => ({
    bytesRead: 4 * pairs(p),
    bytesWritten: 4 * tiles(p) * wordsPerTile(p.width),
    flops: 0,
  }),
  reference(p) {
    const words = tileWords(tilesOf(picks(p), p.width), p.width);
    return (_, index) => words[index] ?? 0;
  },
  tolerance: { nmse: 0 },
});
