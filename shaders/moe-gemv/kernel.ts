import { f32 } from '../formats/f32.ts';
import {
  bitsPerValue,
  type MatrixLayout,
  matrixInputs,
  matrixLayout,
  matrixReader,
  matrixWgsl,
  partsPerScale,
  quantsPerLoad,
} from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { type Breadth, defineKernel } from '../kernel.ts';
import wgsl from './moe-gemv.wgsl?raw';
import { route, tiles, tileWords, wordsPerTile } from './router.ts';

type MoeGemvParams = {
  readonly experts: number;
  /** Experts that each token picks. */
  readonly active: number;
  /** Rows of one expert; the experts lie one after another in one matrix. */
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** Tokens. */
  readonly batch: number;
  /** Makes the router's picks. */
  readonly seed: number;
};

type MoeGemvTuning = {
  readonly workgroupSize: number;
  readonly lanes: number;
  readonly rowsPerGroup: number;
  readonly loadsInFlight: number;
  /**
   * Tokens of one expert that share a reading of its weights. An expert that more tokens picked is read again for
   * each further tile, from a cache if it can be; one that fewer picked computes for nothing.
   */
  readonly tileWidth: number;
};

const TILE_WIDTHS = [1, 2, 4, 8] as const;

const layoutOf = (p: MoeGemvParams): MatrixLayout => matrixLayout(formatById(p.format), p.experts * p.rows, p.columns);

interface TileList {
  readonly width: number;
  readonly count: number;
  readonly firstWord: number;
  readonly words: readonly number[];
}

/** The tiles for every width that may be tuned, one list after another, since inputs are the same in every tuning. */
function tileLists(p: MoeGemvParams): TileList[] {
  const picks = route(p);
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
  const widest = lists.find(({ width }) => width === tileWidth);
  const list = lists.find(({ count }) => count === widest?.count);
  if (!list) throw new RangeError(`tileWidth must be one of ${TILE_WIDTHS.join(', ')}; got ${tileWidth}`);
  return list;
}

/** Workgroups that share the rows of one expert. */
const rowBlocks = (p: MoeGemvParams, t: MoeGemvTuning): number =>
  Math.ceil(p.rows / ((t.workgroupSize / t.lanes) * t.rowsPerGroup));

/** Bytes of weights and scales of the experts that were picked, each once. */
function touchedBytes(p: MoeGemvParams): number {
  const { quantBytes, scaleBytes } = layoutOf(p);
  return Math.ceil(((quantBytes + scaleBytes) * new Set(route(p)).size) / p.experts);
}

/**
 * 128 experts of width 2048, eight active, as in Qwen3-30B-A3B (where they have 768 rows), with as many rows as make
 * `bytes` of weights. At batch 1 every expert has one token; at 8, some of them share.
 */
function shapes(sizes: readonly number[], breadth: Breadth): MoeGemvParams[] {
  if (breadth === 'few') return [];
  const [experts, columns, format] = [128, 2048, 'int4-g32'];
  const rowBytes = (columns * bitsPerValue(formatById(format))) / 8;
  return sizes
    .slice(-1)
    .map((bytes) => Math.round(bytes / rowBytes / experts))
    .filter((rows) => rows >= 64)
    .flatMap((rows) => [1, 8].map((batch) => ({ experts, active: 8, rows, columns, format, batch, seed: 1 })));
}

export default defineKernel<MoeGemvParams, MoeGemvTuning>({
  id: 'moe-gemv',
  summary:
    'y = W x with the experts that a router picked for each token: their weights alone are read, shared where two picked alike',
  variants: {
    portable: { requires: [] },
    'shader-f16': { requires: ['shader-f16'], exists: (p) => 'shader-f16' in formatById(p.format).unpack },
  },
  tunable: {
    workgroupSize: [64, 128, 256],
    lanes: [8, 16, 32, 64],
    rowsPerGroup: [1, 2, 4],
    loadsInFlight: [1, 2, 4],
    tileWidth: TILE_WIDTHS,
  },
  defaults: { workgroupSize: 128, lanes: 32, rowsPerGroup: 2, loadsInFlight: 2, tileWidth: 2 },
  examples: [
    { experts: 1, active: 1, rows: 1, columns: 1, format: 'f16', batch: 1, seed: 1 },
    // Eight tokens and five experts: more to an expert than a tile is wide.
    { experts: 5, active: 3, rows: 11, columns: 1023, format: 'f16', batch: 8, seed: 2 },
    { experts: 16, active: 2, rows: 7, columns: 515, format: 'f16', batch: 32, seed: 3 },
    ...Object.keys(FORMATS).map((format) => {
      return { experts: 9, active: 4, rows: 37, columns: 515, format, batch: 3, seed: 4 };
    }),
  ],
  shapes,
  refuses(p, t) {
    if (p.active > p.experts) return `active must not exceed experts; got ${p.active} and ${p.experts}`;
    if (t.workgroupSize % t.lanes === 0) return undefined;
    return `lanes must divide workgroupSize; got ${t.lanes} and ${t.workgroupSize}`;
  },
  wgsl: (p, variant) => matrixWgsl('weights', layoutOf(p), variant) + wgsl,
  constants(p, t) {
    const layout = layoutOf(p);
    const { width, count, firstWord } = tileList(p, t);
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      LANES: t.lanes,
      ROWS_PER_GROUP: t.rowsPerGroup,
      LOADS_IN_FLIGHT: t.loadsInFlight,
      TILE_WIDTH: width,
      TILES: count,
      FIRST_TILE_WORD: firstWord,
      WORDS_PER_TILE: wordsPerTile(width),
      PARTS: quantsPerLoad(layout.format) / 4,
      PARTS_PER_SCALE: partsPerScale(layout.format),
      ACTIVE: p.active,
      X_STRIDE: layout.storedColumns / 4,
      ROWS: p.rows,
      LOADS_PER_ROW: layout.loadsPerRow,
      FULL_STEPS: Math.floor(layout.loadsPerRow / (t.lanes * t.loadsInFlight)),
      WORKGROUPS: rowBlocks(p, t) * count,
    };
  },
  inputs(p) {
    const layout = layoutOf(p);
    const row = layout.storedColumns * 4;
    const x = { name: 'x', type: 'array<vec4<f32>>', bytes: p.batch * row, words: f32.words };
    const data = new Uint32Array(tileLists(p).flatMap(({ words }) => words));
    return [
      ...matrixInputs('weights', layout),
      // x is zero where a row of weights is padding, so that the padding weighs nothing.
      { kind: 'random', ...x, rows: { bytes: row, live: p.columns * 4 } },
      { kind: 'given', name: 'tiles', type: 'array<u32>', bytes: Math.ceil(data.length / 4) * 16, data },
    ];
  },
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * p.active * p.rows, compare: 'f32' }],
  workgroups: (p, t) => rowBlocks(p, t) * tileList(p, t).count,
  work: (p) => ({
    // An id for each pair: what a router must say, in however many words the tiles say it.
    bytesRead: touchedBytes(p) + 4 * p.batch * p.columns + 4 * p.batch * p.active,
    bytesWritten: 4 * p.batch * p.active * p.rows,
    flops: 2 * p.batch * p.active * p.rows * p.columns,
  }),
  reference(p, { weights, weights_scales, x }) {
    if (!weights || !x) throw new Error('moe-gemv needs the inputs weights and x');
    const layout = layoutOf(p);
    const weight = matrixReader(layout, weights, weights_scales);
    const picks = route(p);
    return (_, index) => {
      const [pair, row] = [Math.floor(index / p.rows), index % p.rows];
      const [token, expert] = [Math.floor(pair / p.active), picks[pair] ?? 0];
      let sum = 0;
      for (let k = 0; k < p.columns; k++) {
        sum += weight(expert * p.rows + row, k) * f32.quant(x(token * layout.storedColumns + k));
      }
      return sum;
    };
  },
  // As gemv.
  tolerance: { nmse: 1e-10 },
});
