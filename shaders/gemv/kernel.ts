import { planeValue } from '../formats/activations.ts';
import {
  bitsPerValue,
  type Format,
  type MatrixLayout,
  matrixInputs,
  matrixLayout,
  matrixReader,
  quantsPerLoad,
  rowParts,
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
  tokenTiles,
  workgroupsFor,
  xStride,
} from '../projection.ts';
import wgsl from './gemv.wgsl?raw';

type GemvParams = {
  /** Outputs of a token. Q, K and V in one are one matrix with the rows of all three. */
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** Tokens, up to 32 of which share one reading of the weights. */
  readonly batch: number;
  readonly form: Form;
  /** In which y lies: those of the weights that it meets (formats/activations.ts); 1: in order. */
  readonly planes: number;
  /** Of a matrix in parts: outputs of all parts, … */
  readonly yRows?: number;
  /** … and of those before this one. */
  readonly firstRow?: number;
};

/** Values of a token's y. */
const yRow = ({ rows, yRows = rows }: GemvParams): number => yRows;

const layoutOf = (p: GemvParams): MatrixLayout =>
  matrixLayout(formatById(p.format), matricesIn(p.form) * p.rows, p.columns);

const projectionOf = (p: GemvParams): Projection => ({
  layout: layoutOf(p),
  form: p.form,
  rows: p.rows,
  yRows: yRow(p),
  slots: tokenTiles(p.batch).slots,
  planes: p.planes,
});

const workOf = (p: GemvParams, t: ProjectionTuning): number => tokenTiles(p.batch).tiles * blocks(projectionOf(p), t);

const plain = (format: Format, rows: number, columns: number, batch = 1): GemvParams => ({
  rows,
  columns,
  format: format.id,
  batch,
  form: 'plain',
  planes: 1,
});

const weightsIn = (bytes: number, format: Format): number => (bytes * 8) / bitsPerValue(format);

/** About `bytes` of weights, as near to square as powers of two allow, since a model's matrices are. */
function nearlySquare(bytes: number, format: Format): GemvParams {
  const weights = weightsIn(bytes, format);
  const columns = 2 ** Math.round(Math.log2(weights) / 2);
  return plain(format, Math.round(weights / columns), columns);
}

/** Of Llama-3.1-8B: its width, and the rows of its up projection, than which no shape has more. */
const [WIDTH, MOST_ROWS] = [4096, 14336];

/** The up projection of Llama-3.1-8B, or as many of its rows as `bytes` hold. */
function upProjection(bytes: number, format: Format, batch = 1): GemvParams {
  return plain(format, Math.min(MOST_ROWS, Math.floor(weightsIn(bytes, format) / WIDTH)), WIDTH, batch);
}

/** Its gate and up projections in one. */
function gateAndUp(bytes: number, format: Format): GemvParams {
  const { rows, ...rest } = upProjection(bytes, format);
  return { ...rest, rows: Math.floor(rows / 2), form: 'gate-up' };
}

/** The formats that a quick look is about, and a fit. */
const FEW_FORMATS = ['f32', 'f16'].map(formatById);

/** A float that everyone has, and the integers most models are run in: of these, batches and fused forms. */
const BATCHED_FORMATS = ['f16', 'int4-g32'].map(formatById);

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

/** What models with biases are run in; gpt-oss comes in the last. */
const BIASED_FORMATS = ['f16', 'int4-g32', 'mxfp4'];

/** A row of so many loads, of which the last is not full. */
const raggedColumns = (format: Format, loads: number): number => loads * quantsPerLoad(format) - 3;

export default defineKernel<GemvParams, ProjectionTuning>({
  id: 'gemv',
  summary: 'y = W x for one token or a few: the projections that dominate decode, gate and up in one among them',
  variants: projectionVariants(),
  tunable: TUNABLE,
  defaults: DEFAULTS,
  examples: Object.values(FORMATS).flatMap((format) => [
    plain(format, 1, 1),
    // With the defaults: a step of which the last lanes have nothing; four and a ragged one, which no compiler unrolls.
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
          // Tiles of tokens: four that are alike; or two, the last of which is not full.
          plain(format, 11, raggedColumns(format, 3), format.id === 'f16' ? 100 : 33),
          { ...plain(format, 6, raggedColumns(format, 5), 5), form: 'gate-up' as const },
          // What the next matrix of the same format reads.
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
    // A part of a larger matrix.
    ...(format.id === 'f16' ? [{ ...plain(format, 12, 41, 2), planes: 2, firstRow: 20, yRows: 40 }] : []),
  ]),
  shapes,
  refuses: (p, t) => refusal(projectionOf(p), t),
  parts(p, mostBytes) {
    const parts = rowParts(layoutOf(p), { rows: p.rows, matrices: matricesIn(p.form), mostBytes });
    return parts.length === 1 ? [p] : parts.map(({ first, rows }) => ({ ...p, rows, firstRow: first, yRows: p.rows }));
  },
  wgsl: (p, variant) => projectionWgsl(projectionOf(p), variant, wgsl),
  constants(p, t, variant) {
    const projection = projectionOf(p);
    const { tiles, slots } = tokenTiles(p.batch);
    return {
      ...constantsOf(projection, t, variant, workOf(p, t)),
      BATCH: p.batch,
      TILES: tiles,
      SLOTS: slots,
      FIRST_ROW: p.firstRow ?? 0,
      Y_ROWS: yRow(p),
      X_STRIDE: xStride(projection.layout, variant),
    };
  },
  inputs(p, variant) {
    const projection = projectionOf(p);
    const { layout } = projection;
    return [
      ...matrixInputs('weights', layout),
      ...activationInputs(layout, p.batch, variant),
      ...biasInputs(projection),
    ];
  },
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * yRow(p), compare: 'f32' }],
  workgroups: (p, t) => workgroupsFor(workOf(p, t), t),
  work(p, _, variant) {
    const layout = layoutOf(p);
    return {
      bytesRead:
        layout.quantBytes +
        layout.scaleBytes +
        activationBytes(layout, p.batch, variant) +
        biasBytes(p.form, layout.rows),
      bytesWritten: 4 * p.batch * p.rows,
      flops: p.batch * p.rows * flopsPerOutput(p.form, p.columns),
    };
  },
  reference(p, inputs, _, variant) {
    const { weights, weights_scales } = inputs;
    if (!weights) throw new Error('gemv needs the input weights');
    const layout = layoutOf(p);
    const weight = matrixReader(layout, weights, weights_scales);
    const activation = activationReader(layout, inputs, variant);
    const bias = biasReader(p.form, inputs);
    return (_, index) => {
      const [token, at] = [Math.floor(index / yRow(p)), index % yRow(p)];
      const row = (p.planes === 1 ? at : planeValue(at, p.planes, yRow(p) / 4 / p.planes)) - (p.firstRow ?? 0);
      if (row < 0 || row >= p.rows) return Number.NaN;
      const products = Array.from({ length: matricesIn(p.form) }, (_, matrix) => {
        let sum = bias(matrix * p.rows + row);
        for (let k = 0; k < p.columns; k++) sum += weight(matrix * p.rows + row, k) * activation(token, k);
        return sum;
      });
      return finished(p.form, products);
    };
  },
  // f32 sums of up to 10⁴ terms of one size lose about 10⁻⁷ of their norm; a lost or doubled term shows at 10⁻⁴.
  tolerance: { nmse: 1e-10 },
});
