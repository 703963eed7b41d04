import { planeValue } from '../formats/activations.ts';
import {
  bitsPerValue,
  type MatrixLayout,
  matrixInputs,
  matrixLayout,
  matrixReader,
  quantsPerLoad,
} from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { type Breadth, defineKernel } from '../kernel.ts';
import {
  activationBytes,
  activationInputs,
  activationReader,
  biasBytes,
  biasInputs,
  biasReader,
  blocks,
  constantsOf,
  DEFAULTS,
  type Form,
  finished,
  flopsPerOutput,
  matricesIn,
  type Projection,
  type ProjectionTuning,
  projectionVariants,
  projectionWgsl,
  refusal,
  TUNABLE,
  workgroupsFor,
  xStride,
} from '../projection.ts';
import wgsl from './moe-gemv.wgsl?raw';
import { mostTiles, route, tiles, tileWords, wordsPerTile } from './router.ts';

type MoeGemvParams = {
  /** Experts in the matrix: all, or those of this part of it. */
  readonly experts: number;
  /** Experts that each token picks. */
  readonly active: number;
  /** Outputs of one expert; the experts lie one after another in one matrix. */
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** Tokens. */
  readonly batch: number;
  readonly form: Form;
  /** Makes the router's picks. */
  readonly seed: number;
  /** Has a token one x for all of its experts, or each of its pairs with one its own? */
  readonly of: 'tokens' | 'pairs';
  /**
   * `experts`: pairs of one expert come together, in tiles, as whoever knows all picks beforehand can order them.
   * `pairs`: as they are left on the GPU: one after another, a tile each; or, with a `width`, grouped in tiles of so many
   * at the most, for which there is room for as many as there can be.
   */
  readonly order: 'experts' | 'pairs';
  readonly width?: number;
  /** In which y lies: those of the weights that it meets (formats/activations.ts); 1: in order. */
  readonly planes: number;
  /** Of a matrix in parts: experts of all parts, … */
  readonly allExperts?: number;
  /** … and of those before this one. */
  readonly firstExpert?: number;
};

type MoeGemvTuning = ProjectionTuning & {
  /**
   * Tokens of one expert that share a reading of its weights. An expert that more tokens picked is read again for
   * each further tile, from a cache if it can be; one that fewer picked computes for nothing.
   */
  readonly tileWidth: number;
};

const TILE_WIDTHS = [1, 2, 4, 8] as const;

const expertRows = (p: MoeGemvParams): number => matricesIn(p.form) * p.rows;

const layoutOf = (p: MoeGemvParams): MatrixLayout =>
  matrixLayout(formatById(p.format), p.experts * expertRows(p), p.columns);

interface TileList {
  readonly width: number;
  readonly count: number;
  readonly firstWord: number;
  readonly words: readonly number[];
}

/** Asked for again and again, while tunings are weighed against each other. */
const knownLists = new Map<string, readonly TileList[]>();

/** The expert of every pair, counted through all parts. */
const picksOf = ({ experts, allExperts = experts, active, batch, seed }: MoeGemvParams): number[] =>
  route({ experts: allExperts, active, batch, seed });

/** Is it in this part of the matrix? */
const isHere = ({ experts, firstExpert = 0 }: MoeGemvParams, expert: number): boolean =>
  expert >= firstExpert && expert < firstExpert + experts;

/** The tiles for every width that may be tuned, one list after another, since inputs are the same in every tuning. */
function tileLists(p: MoeGemvParams): readonly TileList[] {
  const { experts, allExperts = experts, active, batch, seed, order, width = 0 } = p;
  const key = JSON.stringify([allExperts, active, batch, seed, order, width]);
  const lists = knownLists.get(key) ?? makeTileLists(p);
  knownLists.set(key, lists);
  return lists;
}

function makeTileLists(p: MoeGemvParams): TileList[] {
  const picks = picksOf(p);
  if (p.order === 'pairs') {
    const { experts, allExperts = experts, width } = p;
    if (width === undefined) {
      const list = picks.map((expert, pair) => ({ expert, pairs: [pair] }));
      return [{ width: 1, count: list.length, firstWord: 0, words: tileWords(list, 1) }];
    }
    const count = mostTiles(picks.length, allExperts, width);
    const words = tileWords(tiles(picks, width), width);
    const nobody = Array.from({ length: count * wordsPerTile(width) - words.length }, () => 0);
    return [{ width, count, firstWord: 0, words: [...words, ...nobody] }];
  }
  let firstWord = 0;
  return TILE_WIDTHS.map((width) => {
    const list = tiles(picks, width);
    const words = tileWords(list, width);
    firstWord += words.length;
    return { width, count: list.length, firstWord: firstWord - words.length, words };
  });
}

/** The list of the narrowest tiles that are as few as those of `tileWidth`: none is wider than it is of use. */
function tileList(p: MoeGemvParams, { tileWidth }: MoeGemvTuning): TileList {
  const lists = tileLists(p);
  const widest = lists.find(({ width }) => width === tileWidth || p.order === 'pairs');
  const list = lists.find(({ count }) => count === widest?.count);
  if (!list) throw new RangeError(`tileWidth must be one of ${TILE_WIDTHS.join(', ')}; got ${tileWidth}`);
  return list;
}

const projectionOf = (p: MoeGemvParams, t: MoeGemvTuning): Projection => ({
  layout: layoutOf(p),
  form: p.form,
  rows: p.rows,
  slots: tileList(p, t).width,
  planes: p.planes,
});

/** Tokens as the kernel sees them: whoever has an x of its own. */
const rowsOfX = (p: MoeGemvParams): number => (p.of === 'pairs' ? p.batch * p.active : p.batch);

/** Blocks of rows of all tiles. */
const workOf = (p: MoeGemvParams, t: MoeGemvTuning): number => blocks(projectionOf(p, t), t) * tileList(p, t).count;

/** Bytes of weights, scales and biases of the experts that were picked, each once. */
function touchedBytes(p: MoeGemvParams): number {
  const { quantBytes, scaleBytes, rows } = layoutOf(p);
  const bytes = quantBytes + scaleBytes + biasBytes(p.form, rows);
  const touched = new Set(picksOf(p).filter((expert) => isHere(p, expert))).size;
  return Math.ceil((bytes * touched) / p.experts);
}

const PLAIN = { form: 'plain', of: 'tokens', order: 'experts', planes: 1 } as const;

/** Fewer rows than this are no matrix worth timing. */
const LEAST_ROWS = 64;

/**
 * Up to 128 experts of width 2048, eight active, as in Qwen3-30B-A3B (where they have 768 rows), with as many rows as
 * make `bytes` of weights. At batch 1 every expert has one token; at 8, some of them share.
 */
function shapes(sizes: readonly number[], breadth: Breadth): MoeGemvParams[] {
  if (breadth === 'few') return [];
  const [active, columns, format] = [8, 2048, 'int4-g32'];
  const rowBytes = (columns * bitsPerValue(formatById(format))) / 8;
  return sizes.slice(-1).flatMap((bytes) => {
    const allRows = bytes / rowBytes;
    const experts = Math.min(128, 2 ** Math.floor(Math.log2(allRows / LEAST_ROWS)));
    if (experts < active) return [];
    const rows = Math.round(allRows / experts);
    return [1, 8].map((batch) => ({ ...PLAIN, experts, active, rows, columns, format, batch, seed: 1 }));
  });
}

export default defineKernel<MoeGemvParams, MoeGemvTuning>({
  id: 'moe-gemv',
  summary:
    'y = W x with the experts that a router picked for each token: their weights alone are read, shared where two picked alike',
  variants: projectionVariants(),
  tunable: { ...TUNABLE, tileWidth: TILE_WIDTHS },
  defaults: { ...DEFAULTS, tileWidth: 2 },
  examples: [
    { ...PLAIN, experts: 1, active: 1, rows: 1, columns: 1, format: 'f16', batch: 1, seed: 1 },
    // Eight tokens and five experts: more to an expert than a tile is wide.
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
    // As a step has them: gate and up of each pick for the matrix that comes next, which has an x for each.
    ...['f16', 'int4-g32'].flatMap((format) => {
      const routed = { ...PLAIN, experts: 6, active: 3, format, batch: 3, seed: 6, order: 'pairs' as const };
      const planes = quantsPerLoad(formatById(format)) / 4;
      return [
        { ...routed, rows: 64, columns: 515, form: 'gate-up' as const, planes },
        { ...routed, rows: 37, columns: 515, of: 'pairs' as const },
      ];
    }),
    // A part of the experts, to whom some tokens go, grouped on the GPU: with tiles of nobody.
    {
      ...{ ...PLAIN, experts: 4, allExperts: 9, firstExpert: 3, active: 4, rows: 8, columns: 67, format: 'f16' },
      ...{ batch: 9, form: 'gate-up', seed: 8, order: 'pairs', width: 4, planes: 2 },
    },
    // gpt-oss: biases of every expert.
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
  ],
  shapes,
  refuses(p, t) {
    const { active, experts, allExperts = experts } = p;
    if (active > allExperts) return `active must not exceed experts; got ${active} and ${allExperts}`;
    return refusal(projectionOf(p, t), t);
  },
  /** By whole experts. */
  parts(p, mostBytes) {
    const most = Math.floor(mostBytes / (layoutOf(p).quantBytes / p.experts)) || p.experts;
    if (most >= p.experts) return [p];
    return Array.from({ length: Math.ceil(p.experts / most) }, (_, i) => {
      const firstExpert = i * most;
      return { ...p, experts: Math.min(most, p.experts - firstExpert), firstExpert, allExperts: p.experts };
    });
  },
  wgsl: (p, variant) => projectionWgsl({ layout: layoutOf(p), form: p.form }, variant, wgsl),
  constants(p, t, variant) {
    const { width, count, firstWord } = tileList(p, t);
    return {
      ...constantsOf(projectionOf(p, t), t, variant, workOf(p, t)),
      TILES: count,
      FIRST_TILE_WORD: firstWord,
      WORDS_PER_TILE: wordsPerTile(width),
      ACTIVE: p.of === 'pairs' ? 1 : p.active,
      EXPERT_ROWS: expertRows(p),
      FIRST_EXPERT: p.firstExpert ?? 0,
      EXPERTS: p.experts,
      X_STRIDE: xStride(layoutOf(p), variant),
    };
  },
  inputs(p, variant) {
    const layout = layoutOf(p);
    const data = new Uint32Array(tileLists(p).flatMap(({ words }) => words));
    return [
      ...matrixInputs('weights', layout),
      ...activationInputs(layout, rowsOfX(p), variant),
      ...biasInputs({ form: p.form, layout }),
      { kind: 'given', name: 'tiles', type: 'array<u32>', bytes: Math.ceil(data.length / 4) * 16, data },
    ];
  },
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * p.active * p.rows, compare: 'f32' }],
  workgroups: (p, t) => workgroupsFor(workOf(p, t), t),
  work(p, _, variant) {
    const pairs = picksOf(p).filter((expert) => isHere(p, expert)).length;
    return {
      // An id for each pair: what a router must say, in however many words the tiles say it.
      bytesRead: touchedBytes(p) + activationBytes(layoutOf(p), rowsOfX(p), variant) + 4 * p.batch * p.active,
      bytesWritten: 4 * pairs * p.rows,
      flops: pairs * p.rows * flopsPerOutput(p.form, p.columns),
    };
  },
  reference(p, inputs, _, variant) {
    const { weights, weights_scales } = inputs;
    if (!weights) throw new Error('moe-gemv needs the input weights');
    const layout = layoutOf(p);
    const weight = matrixReader(layout, weights, weights_scales);
    const activation = activationReader(layout, inputs, variant);
    const bias = biasReader(p.form, inputs);
    const picks = picksOf(p);
    return (_, index) => {
      const [pair, at] = [Math.floor(index / p.rows), index % p.rows];
      const row = p.planes === 1 ? at : planeValue(at, p.planes, p.rows / 4 / p.planes);
      if (!isHere(p, picks[pair] ?? 0)) return Number.NaN;
      const [token, expert] = [
        p.of === 'pairs' ? pair : Math.floor(pair / p.active),
        (picks[pair] ?? 0) - (p.firstExpert ?? 0),
      ];
      const products = Array.from({ length: matricesIn(p.form) }, (_, matrix) => {
        const matrixRow = expert * expertRows(p) + matrix * p.rows + row;
        let sum = bias(matrixRow);
        for (let k = 0; k < p.columns; k++) sum += weight(matrixRow, k) * activation(token, k);
        return sum;
      });
      return finished(p.form, products);
    };
  },
  // As gemv.
  tolerance: { nmse: 1e-10 },
});
