/**
 * The projections of absorbed MLA (DeepSeek-V2, arXiv 2405.04434, §2.1.2): every head has a matrix of its own, and an
 * input of its own to it. `key up` turns what of a head's query has no position into a query of latents, and the rotated
 * part passes behind it; `value up` turns what attention made of the latents into a head's output.
 */

import { planeValue } from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import {
  bitsPerValue,
  type MatrixLayout,
  matrixInputs,
  matrixLayout,
  matrixReader,
  quantsPerLoad,
} from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import { defineKernel } from '../kernel.ts';
import {
  blocks,
  constantsOf,
  DEFAULTS,
  flopsPerOutput,
  type Projection,
  type ProjectionTuning,
  projectionWgsl,
  refusal,
  tokenTiles,
  workgroupsFor,
} from '../projection.ts';
import wgsl from './per-head-gemv.wgsl?raw';

type PerHeadGemvParams = {
  readonly heads: number;
  /** Outputs of one head. */
  readonly rows: number;
  /** Inputs of one head: whole 16-byte loads of the format, so that no weight meets what lies behind them. */
  readonly columns: number;
  readonly format: string;
  /** Tokens, up to 32 of which share one reading of the weights. */
  readonly batch: number;
  /** Values behind a head's inputs that pass, as they are, to behind its outputs. */
  readonly tail: number;
  /** Values from a token's x to the next's: those of its heads, and what else its row holds. */
  readonly xRow: number;
  /** In which a token's y lies: those of the weights that it meets (formats/activations.ts); 1: in order. */
  readonly planes: number;
};

const layoutOf = (p: PerHeadGemvParams): MatrixLayout =>
  matrixLayout(formatById(p.format), p.heads * p.rows, p.columns);

const projectionOf = (p: PerHeadGemvParams): Projection => ({
  layout: layoutOf(p),
  form: 'plain',
  rows: p.rows,
  slots: tokenTiles(p.batch).slots,
  planes: p.planes,
  xInOrder: true,
});

/** Values of a token's y. */
const yRow = (p: PerHeadGemvParams): number => p.heads * (p.rows + p.tail);

const workOf = (p: PerHeadGemvParams, t: ProjectionTuning): number =>
  tokenTiles(p.batch).tiles * p.heads * blocks(projectionOf(p), t);

/** DeepSeek-V3's `key up`, or as many of its 128 heads as `bytes` hold. */
function keyUp(bytes: number): PerHeadGemvParams {
  const [rows, columns, format] = [512, 128, 'f16'];
  const heads = Math.min(128, Math.floor((bytes * 8) / (rows * columns * bitsPerValue(formatById(format)))));
  return { heads, rows, columns, format, batch: 1, tail: 64, xRow: heads * (columns + 64), planes: 1 };
}

const EXAMPLE = { format: 'f16', batch: 2, tail: 0, planes: 1, behind: 0 };

export default defineKernel<PerHeadGemvParams, ProjectionTuning>({
  id: 'per-head-gemv',
  summary: 'y = W x with a matrix and an input for each head: what absorbed MLA does before and behind its attention',
  // A step has its activations in f32, and these inputs are read in order.
  variants: { portable: { requires: [] } },
  // Rows are short: fewer lanes and smaller workgroups are what may be better.
  tunable: {
    workgroupSize: [64, 128],
    lanes: [16, 32],
    rowsPerGroup: [1, 2],
    loadsInFlight: [2],
    tokensPerLane: [4],
    blocksPerWorkgroup: [1],
  },
  defaults: DEFAULTS,
  examples: [
    { ...EXAMPLE, heads: 1, rows: 1, columns: 8, batch: 1 },
    { ...EXAMPLE, heads: 3, rows: 9, columns: 24, tail: 4 },
    // More than a step of loads, and a row of x that does not end with the heads; more tokens than a thread takes.
    { ...EXAMPLE, heads: 2, rows: 37, columns: 1032, behind: 20 },
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
  refuses(p, t) {
    const perLoad = quantsPerLoad(formatById(p.format));
    if (p.columns % perLoad !== 0) return `columns must be whole loads of ${perLoad} values; got ${p.columns}`;
    if (p.tail % 4 !== 0 || p.xRow % 4 !== 0) {
      return `tail and xRow must be whole vectors of four; got ${p.tail} and ${p.xRow}`;
    }
    if (p.tail > 0 && p.planes > 1) return `a tail lies in order; got ${p.tail} values of it and ${p.planes} planes`;
    return refusal(projectionOf(p), t);
  },
  wgsl: (p, variant) => projectionWgsl(projectionOf(p), variant, wgsl, 'move_tails(place, thread);'),
  constants(p, t, variant) {
    const projection = projectionOf(p);
    const { tiles, slots } = tokenTiles(p.batch);
    return {
      ...constantsOf(projection, t, variant, workOf(p, t)),
      BATCH: p.batch,
      TILES: tiles,
      SLOTS: slots,
      HEADS: p.heads,
      HEAD_BLOCKS: blocks(projection, t),
      TOKEN_VECTORS: p.xRow / 4,
      HEAD_VECTORS: (p.columns + p.tail) / 4,
      TAIL: p.tail / 4,
      COMPONENTS: 4,
    };
  },
  inputs: (p) => [
    ...matrixInputs('weights', layoutOf(p)),
    { kind: 'random', name: 'x', type: 'array<vec4<f32>>', bytes: 4 * p.batch * p.xRow, words: f32.words },
  ],
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * yRow(p), compare: 'f32' }],
  workgroups: (p, t) => workgroupsFor(workOf(p, t), t),
  work(p) {
    const { quantBytes, scaleBytes } = layoutOf(p);
    return {
      bytesRead: quantBytes + scaleBytes + 4 * p.batch * p.heads * (p.columns + p.tail),
      bytesWritten: 4 * p.batch * yRow(p),
      flops: p.batch * p.heads * p.rows * flopsPerOutput('plain', p.columns),
    };
  },
  reference(p, { weights, weights_scales, x }) {
    if (!weights || !x) throw new Error('per-head-gemv needs the inputs weights and x');
    const weight = matrixReader(layoutOf(p), weights, weights_scales);
    return (_, index) => {
      const [token, at] = [Math.floor(index / yRow(p)), index % yRow(p)];
      const value = p.planes === 1 ? at : planeValue(at, p.planes, yRow(p) / 4 / p.planes);
      const [head, row] = [Math.floor(value / (p.rows + p.tail)), value % (p.rows + p.tail)];
      const input = (k: number) => f32.quant(x(token * p.xRow + head * (p.columns + p.tail) + k));
      if (row >= p.rows) return input(p.columns + row - p.rows);
      let sum = 0;
      for (let k = 0; k < p.columns; k++) sum += weight(head * p.rows + row, k) * input(k);
      return sum;
    };
  },
  // As gemv.
  tolerance: { nmse: 1e-10 },
});
