import { f32 } from '../formats/f32.ts';
import {
  bitsPerValue,
  type Format,
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
import wgsl from './gemv.wgsl?raw';

type GemvParams = {
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  /** Tokens that share one reading of the weights. */
  readonly batch: number;
};

type GemvTuning = {
  readonly workgroupSize: number;
  readonly lanes: number;
  readonly rowsPerGroup: number;
  readonly loadsInFlight: number;
};

/** Every WebGPU device has this much, so that a shape is right everywhere or nowhere. */
const WORKGROUP_MEMORY = 16384;

/** Sums of every token stay in registers, and the code is unrolled over them: more would spill, and compile for ever. */
const MOST_BATCH = 4;

const layoutOf = (p: GemvParams): MatrixLayout => matrixLayout(formatById(p.format), p.rows, p.columns);

const workgroups = (p: GemvParams, t: GemvTuning): number =>
  Math.ceil(p.rows / ((t.workgroupSize / t.lanes) * t.rowsPerGroup));

/** About `bytes` of weights, as near to square as powers of two allow, since a model's matrices are. */
function nearlySquare(bytes: number, format: Format): GemvParams {
  const weights = (bytes * 8) / bitsPerValue(format);
  const columns = 2 ** Math.round(Math.log2(weights) / 2);
  return { rows: Math.round(weights / columns), columns, format: format.id, batch: 1 };
}

/** The formats that a quick look is about. */
const FEW_FORMATS = ['f32', 'f16'];

function shapes(sizes: readonly number[], breadth: Breadth): GemvParams[] {
  const few = FEW_FORMATS.flatMap((id) => sizes.map((bytes) => nearlySquare(bytes, formatById(id))));
  if (breadth === 'few') return few;
  const others = Object.values(FORMATS).filter(({ id }) => !FEW_FORMATS.includes(id));
  return [...few, ...others.flatMap((format) => sizes.slice(-1).map((bytes) => nearlySquare(bytes, format)))];
}

export default defineKernel<GemvParams, GemvTuning>({
  id: 'gemv',
  summary: 'y = W x for one token or a few: the projections that dominate decode',
  variants: {
    portable: { requires: [] },
    'shader-f16': { requires: ['shader-f16'], exists: (p) => 'shader-f16' in formatById(p.format).unpack },
  },
  tunable: {
    workgroupSize: [64, 128, 256],
    lanes: [8, 16, 32, 64],
    rowsPerGroup: [1, 2, 4],
    loadsInFlight: [1, 2, 4],
  },
  defaults: { workgroupSize: 128, lanes: 32, rowsPerGroup: 2, loadsInFlight: 2 },
  examples: Object.values(FORMATS).flatMap((format) => {
    const columnsOf = (loads: number) => loads * quantsPerLoad(format) - 3;
    return [
      { rows: 1, columns: 1, format: format.id, batch: 1 },
      // With the defaults: one full step and a ragged one; two and a ragged one.
      { rows: 131, columns: columnsOf(67), format: format.id, batch: 1 },
      { rows: 37, columns: columnsOf(130), format: format.id, batch: 3 },
    ];
  }),
  shapes,
  refuses(p, t) {
    if (p.batch > MOST_BATCH) return `batch must be at most ${MOST_BATCH}; got ${p.batch}`;
    if (t.workgroupSize % t.lanes !== 0) {
      return `lanes must divide workgroupSize; got ${t.lanes} and ${t.workgroupSize}`;
    }
    const partialBytes = 4 * t.workgroupSize * p.batch;
    return partialBytes <= WORKGROUP_MEMORY
      ? undefined
      : `workgroupSize × batch must fit ${WORKGROUP_MEMORY} bytes of workgroup memory; it takes ${partialBytes}`;
  },
  wgsl: (p, variant) => matrixWgsl('weights', layoutOf(p), variant) + wgsl,
  constants(p, t) {
    const layout = layoutOf(p);
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      LANES: t.lanes,
      ROWS_PER_GROUP: t.rowsPerGroup,
      LOADS_IN_FLIGHT: t.loadsInFlight,
      PARTS: quantsPerLoad(layout.format) / 4,
      PARTS_PER_SCALE: partsPerScale(layout.format),
      BATCH: p.batch,
      X_STRIDE: layout.storedColumns / 4,
      ROWS: p.rows,
      LOADS_PER_ROW: layout.loadsPerRow,
      FULL_STEPS: Math.floor(layout.loadsPerRow / (t.lanes * t.loadsInFlight)),
      WORKGROUPS: workgroups(p, t),
    };
  },
  inputs(p) {
    const layout = layoutOf(p);
    const row = layout.storedColumns * 4;
    const x = { name: 'x', type: 'array<vec4<f32>>', bytes: p.batch * row, words: f32.words };
    // x is zero where a row of weights is padding, so that the padding weighs nothing.
    return [...matrixInputs('weights', layout), { kind: 'random', ...x, rows: { bytes: row, live: p.columns * 4 } }];
  },
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * p.rows, compare: 'f32' }],
  workgroups,
  work(p) {
    const { quantBytes, scaleBytes } = layoutOf(p);
    return {
      bytesRead: quantBytes + scaleBytes + 4 * p.batch * p.columns,
      bytesWritten: 4 * p.batch * p.rows,
      flops: 2 * p.batch * p.rows * p.columns,
    };
  },
  reference(p, { weights, weights_scales, x }) {
    if (!weights || !x) throw new Error('gemv needs the inputs weights and x');
    const layout = layoutOf(p);
    const weight = matrixReader(layout, weights, weights_scales);
    return (_, index) => {
      const [token, row] = [Math.floor(index / p.rows), index % p.rows];
      let sum = 0;
      for (let k = 0; k < p.columns; k++) sum += weight(row, k) * f32.quant(x(token * layout.storedColumns + k));
      return sum;
    };
  },
  // f32 sums of up to 10⁴ terms of one size lose about 10⁻⁷ of their norm; a lost or doubled term shows at 10⁻⁴.
  tolerance: { nmse: 1e-10 },
});
