/** A mixture of experts' projections: each token is multiplied by the matrices of the experts that it picked. */

import { maxTiles, pickExperts, tilesOf, tileWords, wordsPerTile } from '../experts.ts';
import { bitsPerValue, matrixLayout, quantsPerLoad } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import type { Breadth } from '../kernel.ts';
import { oneOfEachFamily } from '../problem.ts';
import { activationsInPlanes, xStride } from '../projection/activations.ts';
import { defineProjection } from '../projection/define.ts';
import { type Form, matricesIn } from '../projection/form.ts';
import { PROJECTION_DEFAULTS, PROJECTION_TUNABLE, type ProjectionTuning } from '../projection/layout.ts';
import { projectionVariants } from '../projection/variants.ts';
import wgsl from './moe-gemv.wgsl?raw';

type MoeGemvParams = {
  /** The number of experts in the matrix, or in this part of it. */
  readonly experts: number;
  /** The number of experts that each token picks. */
  readonly active: number;
  /** The number of outputs of one expert. The experts lie one after another in one matrix. */
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** The number of tokens. */
  readonly batch: number;
  readonly form: Form;
  /** The seed of the router's picks. */
  readonly seed: number;
  /**
   * The owners of the vectors of x: each token has one, for all of its experts, or each pair of a token and an expert.
   */
  readonly of: 'tokens' | 'pairs';
  /**
   * The order of the pairs. `experts`: in tiles of one expert, for every width that may be tuned, as a CPU that knows
   * all picks beforehand can order them. `pairs`: as kernels on the GPU leave them, either in their own order with a
   * tile each, or grouped in tiles of up to `width` pairs.
   */
  readonly order: 'experts' | 'pairs';
  /** The maximum number of pairs in a tile, for `order: 'pairs'`. Default: 1. */
  readonly width?: number;
  /** The number of planes y is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
  /** The number of experts of all parts, if this is a part of a larger matrix. */
  readonly allExperts?: number;
  /** The number of experts of the parts before this one, if this is a part of a larger matrix. */
  readonly firstExpert?: number;
};

type MoeGemvTuning = ProjectionTuning & {
  /**
   * The maximum number of tokens of one expert that share a reading of its weights. An expert that more tokens picked
   * is read again for each further tile, from a cache if possible. A tile that is not full computes its remaining slots
   * without use.
   */
  readonly tileWidth: number;
};

const TILE_WIDTHS = [1, 2, 4, 8] as const;

const expertRows = (p: MoeGemvParams): number => matricesIn(p.form) * p.rows;

/** The expert of every pair, numbered through all parts of the matrix. */
const picksOf = ({ experts, allExperts = experts, active, batch, seed }: MoeGemvParams): number[] =>
  pickExperts({ experts: allExperts, active, batch, seed });

/** Whether the expert is in this part of the matrix. */
const isHere = ({ experts, firstExpert = 0 }: MoeGemvParams, expert: number): boolean =>
  expert >= firstExpert && expert < firstExpert + experts;

/** The tiles of one width, and their place in the input `tiles`. */
interface TileList {
  readonly width: number;
  readonly count: number;
  readonly firstWord: number;
}

/** The tiles for every width that may be tuned, one list after another: inputs are the same in every tuning. */
interface Tiles {
  readonly lists: readonly TileList[];
  /** The words of all lists. */
  readonly data: Uint32Array<ArrayBuffer>;
}

/** Tiles by problem: tuning, and planning layer after layer, ask for the same ones again and again. */
const knownTiles = new Map<string, Tiles>();

/** The maximum of words that are kept, 16 MiB: a large batch of many experts has a million, most have thousands. */
const MAX_KNOWN_WORDS = 2 ** 22;

let knownWords = 0;

function tilesFor(p: MoeGemvParams): Tiles {
  const { experts, allExperts = experts, active, batch, seed, order, width = 0 } = p;
  const key = JSON.stringify([allExperts, active, batch, seed, order, width]);
  const known = knownTiles.get(key);
  if (known) return known;
  const made = makeTileLists(p);
  const data = new Uint32Array(made.flatMap(({ words }) => words));
  const tiles = { lists: made.map(({ words: _, ...list }) => list), data };
  knownWords += data.length;
  if (knownWords > MAX_KNOWN_WORDS) {
    knownTiles.clear();
    knownWords = data.length;
  }
  knownTiles.set(key, tiles);
  return tiles;
}

function makeTileLists(p: MoeGemvParams): (TileList & { readonly words: readonly number[] })[] {
  const picks = picksOf(p);
  if (p.order === 'pairs') {
    const { experts, allExperts = experts, width } = p;
    if (width === undefined) {
      const list = picks.map((expert, pair) => ({ expert, pairs: [pair] }));
      return [{ width: 1, count: list.length, firstWord: 0, words: tileWords(list, 1) }];
    }
    const count = maxTiles(picks.length, allExperts, width);
    const words = tileWords(tilesOf(picks, width), width);
    // Only the GPU knows how many tiles there are, so the kernel runs for the maximum: the tiles that are left are
    // empty.
    const empty = Array.from({ length: count * wordsPerTile(width) - words.length }, () => 0);
    return [{ width, count, firstWord: 0, words: [...words, ...empty] }];
  }
  let firstWord = 0;
  return TILE_WIDTHS.map((width) => {
    const list = tilesOf(picks, width);
    const words = tileWords(list, width);
    firstWord += words.length;
    return { width, count: list.length, firstWord: firstWord - words.length, words };
  });
}

/** Returns the list with as many tiles as `tileWidth` gives, in the narrowest width that gives no more. */
function tileList(p: MoeGemvParams, { tileWidth }: MoeGemvTuning): TileList {
  const { lists } = tilesFor(p);
  const widest = lists.find(({ width }) => width === tileWidth || p.order === 'pairs');
  const list = lists.find(({ count }) => count === widest?.count);
  if (!list) throw new RangeError(`tileWidth must be one of ${TILE_WIDTHS.join(', ')}; got ${tileWidth}`);
  return list;
}

const PLAIN = { form: 'plain', of: 'tokens', order: 'experts', planes: 1 } as const;

/** The minimum number of rows of a matrix that is worth timing. */
const MIN_ROWS = 64;

/**
 * Up to 128 experts of width 2048, eight of them active, as in Qwen3-30B-A3B (where they have 768 rows), with as many
 * rows as make `bytes` of weights. At batch 1 every picked expert has one token; at 8, some have several.
 */
function shapes(sizes: readonly number[], breadth: Breadth): MoeGemvParams[] {
  if (breadth === 'few') return [];
  const [active, columns, format] = [8, 2048, 'int4-g32'];
  const rowBytes = (columns * bitsPerValue(formatById(format))) / 8;
  return sizes.slice(-1).flatMap((bytes) => {
    const allRows = bytes / rowBytes;
    const experts = Math.min(128, 2 ** Math.floor(Math.log2(allRows / MIN_ROWS)));
    if (experts < active) return [];
    const rows = Math.round(allRows / experts);
    return [1, 8].map((batch) => ({ ...PLAIN, experts, active, rows, columns, format, batch, seed: 1 }));
  });
}

const EXAMPLES: readonly MoeGemvParams[] = [
  { ...PLAIN, experts: 1, active: 1, rows: 1, columns: 1, format: 'f16', batch: 1, seed: 1 },
  // Eight tokens and five experts: some experts have more tokens than a tile is wide.
  { ...PLAIN, experts: 5, active: 3, rows: 11, columns: 1023, format: 'f16', batch: 8, seed: 2 },
  { ...PLAIN, experts: 16, active: 2, rows: 7, columns: 515, format: 'f16', batch: 32, seed: 3 },
  ...Object.keys(FORMATS).map((format) => {
    return { ...PLAIN, experts: 9, active: 4, rows: 37, columns: 515, format, batch: 3, seed: 4 };
  }),
  ...['f16', 'int4-g32', 'mxfp4'].map((format) => {
    return {
      ...PLAIN,
      experts: 5,
      active: 2,
      rows: 21,
      columns: 1023,
      format,
      batch: 8,
      form: 'gate-up' as const,
      seed: 5,
    };
  }),
  // These are a decode step's: gate and up with an x per token, then down with an x per pair.
  ...['f16', 'int4-g32'].flatMap((format) => {
    const routed = { ...PLAIN, experts: 6, active: 3, format, batch: 3, seed: 6, order: 'pairs' as const };
    const planes = quantsPerLoad(formatById(format)) / 4;
    return [
      { ...routed, rows: 64, columns: 515, form: 'gate-up' as const, planes },
      { ...routed, rows: 37, columns: 515, of: 'pairs' as const },
    ];
  }),
  // A part of the experts, which some tokens picked, grouped on the GPU, with empty tiles.
  {
    ...{ ...PLAIN, experts: 4, allExperts: 9, firstExpert: 3, active: 4, rows: 8, columns: 67, format: 'f16' },
    ...{ batch: 9, form: 'gate-up', seed: 8, order: 'pairs', width: 4, planes: 2 },
  },
  // Every expert has biases, as in gpt-oss.
  ...['f16', 'mxfp4'].flatMap((format) => {
    const routed = {
      ...PLAIN,
      experts: 4,
      active: 2,
      format,
      batch: 2,
      columns: 70,
      seed: 7,
      order: 'pairs' as const,
    };
    return [
      { ...routed, rows: 14, form: 'biased-gate-up' as const },
      { ...routed, rows: 9, of: 'pairs' as const, form: 'biased' as const },
    ];
  }),
];

export default defineProjection<MoeGemvParams, MoeGemvTuning>({
  id: 'moe-gemv',
  summary:
    'y = W x with the experts that each token picked: only their weights are read, once for tokens that share one',
  variants: projectionVariants(),
  tunable: { ...PROJECTION_TUNABLE, tileWidth: TILE_WIDTHS },
  defaults: { ...PROJECTION_DEFAULTS, tileWidth: 2 },
  examples: EXAMPLES,
  shapes,
  codeShapes: oneOfEachFamily(EXAMPLES).map((p) => ({ ...p, rows: 768, columns: 2048 })),
  refuses({ active, experts, allExperts = experts }) {
    return active > allExperts ? `active must not exceed experts; got ${active} and ${allExperts}` : undefined;
  },
  /** A part holds whole experts. */
  parts(p, maxBytes) {
    const { quantBytes } = matrixLayout(formatById(p.format), expertRows(p), p.columns);
    const most = Math.floor(maxBytes / quantBytes) || p.experts;
    if (most >= p.experts) return [p];
    return Array.from({ length: Math.ceil(p.experts / most) }, (_, i) => {
      const firstExpert = i * most;
      return { ...p, experts: Math.min(most, p.experts - firstExpert), firstExpert, allExperts: p.experts };
    });
  },
  wgsl,
  matrices: (p) => p.experts,
  tiling(p, t) {
    const { width, count } = tileList(p, t);
    return { slots: width, times: count };
  },
  activations: (p, layout, variant) =>
    activationsInPlanes(layout, p.of === 'pairs' ? p.batch * p.active : p.batch, variant),
  y: (p) => ({ rows: p.batch * p.active, columns: p.rows }),
  inputs(p) {
    const { data } = tilesFor(p);
    return [{ kind: 'given', name: 'tiles', type: 'array<u32>', bytes: Math.ceil(data.length / 4) * 16, data }];
  },
  constants(p, t, { layout, variant }) {
    const { width, count, firstWord } = tileList(p, t);
    return {
      TILES: count,
      FIRST_TILE_WORD: firstWord,
      WORDS_PER_TILE: wordsPerTile(width),
      ACTIVE: p.of === 'pairs' ? 1 : p.active,
      EXPERT_ROWS: expertRows(p),
      FIRST_EXPERT: p.firstExpert ?? 0,
      EXPERTS: p.experts,
      X_STRIDE: xStride(layout, variant),
    };
  },
  work(p) {
    const picked = picksOf(p).filter((expert) => isHere(p, expert));
    return {
      outputs: picked.length * p.rows,
      matricesRead: new Set(picked).size,
      // A router must give one expert id for each pair, however many words the tiles take.
      otherBytesRead: 4 * p.batch * p.active,
    };
  },
  output(p) {
    const picks = picksOf(p);
    return (pair, row) => {
      const expert = picks[pair] ?? 0;
      if (!isHere(p, expert)) return Number.NaN;
      return {
        matrixRow: (expert - (p.firstExpert ?? 0)) * expertRows(p) + row,
        vector: p.of === 'pairs' ? pair : Math.floor(pair / p.active),
      };
    };
  },
});
