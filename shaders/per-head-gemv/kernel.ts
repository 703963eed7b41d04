/**
 * The projections of absorbed MLA (DeepSeek-V2, arXiv 2405.04434, §2.1.2): every head has a matrix of its own, and an
 * input of its own. `key up` makes a query of latents from the part of a head's query that has no position; the rotated
 * part passes unchanged and lies behind it. `value up` makes a head's output from what attention made of the latents.
 */

import { f32 } from '../formats/f32.ts';
import { bitsPerValue, quantsPerLoad } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import type { Activations } from '../projection/activations.ts';
import { defineProjection } from '../projection/define.ts';
import { PROJECTION_DEFAULTS, type ProjectionTuning, tokenTiles } from '../projection/layout.ts';
import wgsl from './per-head-gemv.wgsl?raw';

type PerHeadGemvParams = {
  readonly heads: number;
  /** The number of outputs of one head. */
  readonly rows: number;
  /**
   * The number of inputs of one head: whole 16-byte loads of the format, so that no weight meets what lies behind them.
   */
  readonly columns: number;
  readonly format: string;
  /** The number of tokens. Up to 32 of them share one reading of the weights. */
  readonly batch: number;
  /** The number of values behind a head's inputs that are copied, unchanged, behind its outputs. */
  readonly tail: number;
  /** The number of values from a token's x to the next token's: those of its heads, and what else its row holds. */
  readonly xRow: number;
  /** The number of planes y is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
};

/** x as `[token][head][columns, tail]`: the vector of a head of a token is number token × heads + head. */
function activations(p: PerHeadGemvParams): Activations {
  return {
    inputs: [{ kind: 'random', name: 'x', type: 'array<vec4<f32>>', bytes: 4 * p.batch * p.xRow, words: f32.words }],
    bytes: 4 * p.batch * p.heads * (p.columns + p.tail),
    reader({ x }) {
      if (!x) throw new Error('per-head-gemv needs the input x');
      return (vector, k) => {
        const [token, head] = [Math.floor(vector / p.heads), vector % p.heads];
        return f32.quant(x(token * p.xRow + head * (p.columns + p.tail) + k));
      };
    },
  };
}

/** DeepSeek-V3's `key up`, or as many of its 128 heads as `bytes` hold. */
function keyUp(bytes: number): PerHeadGemvParams {
  const [rows, columns, format] = [512, 128, 'f16'];
  const heads = Math.min(128, Math.floor((bytes * 8) / (rows * columns * bitsPerValue(formatById(format)))));
  return { heads, rows, columns, format, batch: 1, tail: 64, xRow: heads * (columns + 64), planes: 1 };
}

const EXAMPLE = { format: 'f16', batch: 2, tail: 0, planes: 1, behind: 0 };

export default defineProjection<PerHeadGemvParams, ProjectionTuning>({
  id: 'per-head-gemv',
  summary: 'y = W x with a matrix and an input for each head, as absorbed MLA has before and behind its attention',
  // The x of a decode step is f32 in row order, which the other variants do not read.
  variants: { portable: { requires: [] } },
  // Rows are short, so only fewer lanes and smaller workgroups may be better.
  tunable: {
    workgroupSize: [64, 128],
    lanes: [16, 32],
    rowsPerGroup: [1, 2],
    loadsInFlight: [2],
    tokensPerLane: [4],
    blocksPerWorkgroup: [1],
  },
  defaults: PROJECTION_DEFAULTS,
  examples: [
    { ...EXAMPLE, heads: 1, rows: 1, columns: 8, batch: 1 },
    { ...EXAMPLE, heads: 3, rows: 9, columns: 24, tail: 4 },
    // Several steps of loads, and a row of x that has more values behind its heads.
    { ...EXAMPLE, heads: 2, rows: 37, columns: 1032, behind: 20 },
    // More tokens than a thread takes; more than a tile holds.
    { ...EXAMPLE, heads: 2, rows: 9, columns: 24, tail: 8, batch: 9 },
    { ...EXAMPLE, heads: 2, rows: 9, columns: 24, tail: 8, batch: 35 },
    { ...EXAMPLE, heads: 4, rows: 32, columns: 96, format: 'int4-g32', planes: 8 },
  ].map(({ behind, ...p }) => ({ ...p, xRow: p.heads * (p.columns + p.tail) + behind })),
  shapes: (sizes, breadth) =>
    breadth === 'few'
      ? []
      : sizes
          .slice(-1)
          .map(keyUp)
          .filter(({ heads }) => heads > 0),
  refuses(p) {
    const perLoad = quantsPerLoad(formatById(p.format));
    if (p.columns % perLoad !== 0) return `columns must be whole loads of ${perLoad} values; got ${p.columns}`;
    if (p.tail % 4 !== 0 || p.xRow % 4 !== 0) {
      return `tail and xRow must be multiples of 4; got ${p.tail} and ${p.xRow}`;
    }
    if (p.tail > 0 && p.planes > 1) {
      return `y must be in row order where it has a tail; got a tail of ${p.tail} and ${p.planes} planes`;
    }
    return p.planes > 1 && p.rows % (4 * p.planes) !== 0
      ? `the rows of a head must fill its planes, so be a multiple of ${4 * p.planes}; got ${p.rows}`
      : undefined;
  },
  wgsl,
  beside: 'move_tails(place, thread);',
  matrices: (p) => p.heads,
  tiling({ batch, heads }) {
    const { tiles, slots } = tokenTiles(batch);
    return { slots, times: tiles * heads };
  },
  activations,
  xInOrder: true,
  y: (p) => ({ rows: p.batch, columns: p.heads * (p.rows + p.tail) }),
  constants(p, _, { blocks }) {
    const { tiles, slots } = tokenTiles(p.batch);
    return {
      BATCH: p.batch,
      TILES: tiles,
      SLOTS: slots,
      HEADS: p.heads,
      HEAD_BLOCKS: blocks,
      TOKEN_VECTORS: p.xRow / 4,
      HEAD_VECTORS: (p.columns + p.tail) / 4,
      TAIL: p.tail / 4,
      COMPONENTS: 4,
    };
  },
  work: (p) => ({ outputs: p.batch * p.heads * p.rows, otherBytesWritten: 4 * p.batch * p.heads * p.tail }),
  output: (p, x) => (token, value) => {
    const [head, row] = [Math.floor(value / (p.rows + p.tail)), value % (p.rows + p.tail)];
    const vector = token * p.heads + head;
    return row < p.rows ? { matrixRow: head * p.rows + row, vector } : x(vector, p.columns + row - p.rows);
  },
});
