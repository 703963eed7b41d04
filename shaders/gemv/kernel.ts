/** The projections that dominate decode: one matrix in any format, times the vectors of one token or of a few. */

import { bitsPerValue, type Format, matrixLayout, quantsPerLoad, rowParts } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import type { Breadth } from '../kernel.ts';
import { activationsInPlanes, xStride } from '../projection/activations.ts';
import { defineProjection } from '../projection/define.ts';
import { type Form, matricesIn } from '../projection/form.ts';
import { PROJECTION_DEFAULTS, PROJECTION_TUNABLE, type ProjectionTuning, tokenTiles } from '../projection/layout.ts';
import { ROWS_PER_SQUARE, type StreamParams, squareLoads } from '../projection/stream.ts';
import { projectionVariants } from '../projection/variants.ts';
import wgsl from './gemv.wgsl?raw';

type GemvParams = {
  /** The number of outputs of a token. Fused Q, K and V are one matrix with the rows of all three. */
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** The number of tokens. Up to 32 of them share one reading of the weights. */
  readonly batch: number;
  readonly form: Form;
  /** The number of planes y is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
  /** The number of outputs of all parts, if this is a part of a larger matrix. */
  readonly yRows?: number;
  /** The number of outputs of the parts before this one, if this is a part of a larger matrix. */
  readonly firstRow?: number;
} & StreamParams;

/** The number of values of a token's y. */
const yRow = ({ rows, yRows = rows }: GemvParams): number => yRows;

const plain = (format: Format, rows: number, columns: number, batch = 1): GemvParams => ({
  rows,
  columns,
  format: format.id,
  batch,
  form: 'plain',
  planes: 1,
});

const weightsIn = (bytes: number, format: Format): number => (bytes * 8) / bitsPerValue(format);

/** A matrix of about `bytes`, as near to square as powers of two allow: a model's matrices are nearly square. */
function nearlySquare(bytes: number, format: Format): GemvParams {
  const weights = weightsIn(bytes, format);
  const columns = 2 ** Math.round(Math.log2(weights) / 2);
  return plain(format, Math.round(weights / columns), columns);
}

/** The shape of Llama-3.1-8B's up projection. No shape that is timed has more rows. */
const [WIDTH, MAX_ROWS] = [4096, 14336];

/** The up projection of Llama-3.1-8B, or as many of its rows as `bytes` hold. */
function upProjection(bytes: number, format: Format, batch = 1): GemvParams {
  return plain(format, Math.min(MAX_ROWS, Math.floor(weightsIn(bytes, format) / WIDTH)), WIDTH, batch);
}

/** The gate and up projections of Llama-3.1-8B in one, within the bytes of `upProjection`. */
function gateAndUp(bytes: number, format: Format): GemvParams {
  const { rows, ...rest } = upProjection(bytes, format);
  return { ...rest, rows: Math.floor(rows / 2), form: 'gate-up' };
}

/** The formats that a quick look measures, and that fits are made of. */
const FEW_FORMATS = ['f32', 'f16'].map(formatById);

/** The formats that batches and fused forms are measured in: the float of every GPU, and the most used integers. */
const BATCHED_FORMATS = ['f16', 'int4-g32'].map(formatById);

/** The formats of models with biases; gpt-oss comes in mxfp4. */
const BIASED_FORMATS = ['f16', 'int4-g32', 'mxfp4'];

function shapes(sizes: readonly number[], breadth: Breadth): GemvParams[] {
  const few = FEW_FORMATS.flatMap((format) => sizes.map((bytes) => nearlySquare(bytes, format)));
  if (breadth === 'few') return few;
  const largest = sizes.slice(-1);
  return [
    ...(sizes.length > 1 ? few : []),
    ...largest.flatMap((bytes) => [
      ...Object.values(FORMATS).map((format) => upProjection(bytes, format)),
      ...BATCHED_FORMATS.flatMap((format) => [8, 32].map((batch) => upProjection(bytes, format, batch))),
      ...BATCHED_FORMATS.map((format) => gateAndUp(bytes, format)),
    ]),
  ];
}

/**
 * The layouts to race against the defaults, which suit warps of 32 threads (NVIDIA, AMD's RDNA): one warp to a row.
 *
 * - A wave of 64 threads to a row (AMD's GCN and CDNA, Qualcomm's Adreno). Each wave takes four rows at a time, so that
 *   a load of x serves four products, and has one load of each in flight, as many in all as by default.
 * - Eight threads to a row, for narrow machines: Intel's GPUs run 8 or 16 threads together, Arm's Mali 16, and software
 *   adapters 4 or 8. Fewer threads have fewer sums to add up between them, which such machines do through memory.
 */
const LAYOUTS: readonly ProjectionTuning[] = [
  { ...PROJECTION_DEFAULTS, workgroupSize: 64, lanes: 64, rowsPerGroup: 4, loadsInFlight: 1 },
  { ...PROJECTION_DEFAULTS, workgroupSize: 64, lanes: 8, rowsPerGroup: 4, loadsInFlight: 2 },
];

/**
 * Projections in place of a norm: more than one block of rows, and tokens of several threads; an ε as large as the mean
 * square, so that it shows.
 */
function inPlaceOfNorms(format: Format): GemvParams[] {
  const forms: Form[] = BIASED_FORMATS.includes(format.id) ? ['plain', 'biased'] : ['plain'];
  const reading = { ...plain(format, 22, raggedColumns(format, 7), 1), epsilon: 0.125, reads: 'unscaled' } as const;
  return [
    ...forms.flatMap((form): GemvParams[] => [
      { ...plain(format, 96, raggedColumns(format, 5)), form, writes: 'joined' },
      { ...reading, form, batch: 2 },
    ]),
    ...(BATCHED_FORMATS.includes(format)
      ? [{ ...plain(format, 96, raggedColumns(format, 9), 9), planes: 2, writes: 'joined' as const }]
      : []),
    { ...reading, form: 'gate-up' },
  ];
}

/** The number of columns of a row of `loads` loads, the last of which is not full. */
const raggedColumns = (format: Format, loads: number): number => loads * quantsPerLoad(format) - 3;

export default defineProjection<GemvParams, ProjectionTuning>({
  id: 'gemv',
  summary: 'y = W x for one token or a few: the projections that dominate decode, also gate and up in one',
  variants: projectionVariants(),
  tunable: PROJECTION_TUNABLE,
  defaults: PROJECTION_DEFAULTS,
  yardstick: {
    includes: ({ format, form, batch }) => format === 'f16' && form === 'plain' && batch === 1,
    layouts: LAYOUTS,
  },
  examples: Object.values(FORMATS).flatMap((format) => [
    plain(format, 1, 1),
    // These take, with the defaults: one step in which the last lanes have no load; four steps, which no compiler
    // unrolls, and a ragged one.
    plain(format, 131, raggedColumns(format, 61)),
    plain(format, 9, raggedColumns(format, 259), 1),
    // Fewer tokens than a thread takes; more, and not a multiple.
    plain(format, 37, raggedColumns(format, 35), 3),
    plain(format, 7, raggedColumns(format, 9), 8),
    { ...plain(format, 67, raggedColumns(format, 34)), form: 'gate-up' },
    ...(BATCHED_FORMATS.includes(format)
      ? [
          plain(format, 5, raggedColumns(format, 3), 29),
          plain(format, 35, raggedColumns(format, 17), 32),
          // Tiles of tokens: four full ones; two, the last of which is not full.
          plain(format, 11, raggedColumns(format, 3), format.id === 'f16' ? 100 : 33),
          { ...plain(format, 6, raggedColumns(format, 5), 5), form: 'gate-up' as const },
          // y in planes, as a next matrix of the same format reads it.
          {
            ...plain(format, 3 * quantsPerLoad(format), 9, 2),
            form: 'gate-up' as const,
            planes: quantsPerLoad(format) / 4,
          },
        ]
      : [plain(format, 3, raggedColumns(format, 5), 32)]),
    ...(BIASED_FORMATS.includes(format.id)
      ? [
          { ...plain(format, 13, raggedColumns(format, 4), 2), form: 'biased' as const },
          { ...plain(format, 14, raggedColumns(format, 3)), form: 'biased-gate-up' as const },
        ]
      : []),
    ...inPlaceOfNorms(format),
    // A part of a larger matrix.
    ...(format.id === 'f16' ? [{ ...plain(format, 12, 41, 2), planes: 2, firstRow: 20, yRows: 40 }] : []),
  ]),
  shapes,
  codeShapes: Object.values(FORMATS).flatMap((format) => {
    const one = plain(format, MAX_ROWS, WIDTH);
    const forms: Form[] = BIASED_FORMATS.includes(format.id) ? ['gate-up', 'biased', 'biased-gate-up'] : ['gate-up'];
    const inPlaceOfNorms: GemvParams[] = BATCHED_FORMATS.includes(format)
      ? [
          { ...one, writes: 'joined' },
          { ...one, reads: 'unscaled', epsilon: 1e-5 },
          { ...one, reads: 'unscaled', epsilon: 1e-5, form: 'gate-up' },
        ]
      : [];
    return [{ ...one, batch: 8 }, ...forms.map((form) => ({ ...one, form })), ...inPlaceOfNorms];
  }),
  parts(p, maxBytes) {
    const matrices = matricesIn(p.form);
    const layout = matrixLayout(formatById(p.format), matrices * p.rows, p.columns);
    const parts = rowParts(layout, { rows: p.rows, matrices, maxBytes });
    return parts.length === 1 ? [p] : parts.map(({ first, rows }) => ({ ...p, rows, firstRow: first, yRows: p.rows }));
  },
  wgsl,
  tiling({ batch }) {
    const { tiles, slots } = tokenTiles(batch);
    return { slots, times: tiles };
  },
  activations: (p, layout, variant) => activationsInPlanes(layout, p.batch, variant, p),
  y: (p) => ({ rows: p.batch, columns: yRow(p) }),
  constants(p, _, { layout, variant }) {
    const { tiles, slots } = tokenTiles(p.batch);
    return {
      BATCH: p.batch,
      TILES: tiles,
      SLOTS: slots,
      FIRST_ROW: p.firstRow ?? 0,
      Y_ROWS: yRow(p),
      X_SQUARES: squareLoads(p.columns),
      Y_SQUARE_ROWS: ROWS_PER_SQUARE,
      X_STRIDE: xStride(layout, variant),
    };
  },
  work: (p) => ({ outputs: p.batch * p.rows }),
  output:
    ({ rows, firstRow = 0 }) =>
    (token, value) => {
      const row = value - firstRow;
      return row < 0 || row >= rows ? Number.NaN : { matrixRow: row, vector: token };
    },
});
