import { f32 } from '../formats/f32.ts';
import { packedBytes } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './gemv.wgsl?raw';

type GemvParams = {
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
};

type GemvTuning = {
  readonly workgroupSize: number;
  readonly lanes: number;
  readonly rowsPerGroup: number;
  readonly loadsInFlight: number;
};

const loadsPerRow = (p: GemvParams): number => Math.ceil(p.columns / formatById(p.format).valuesPerLoad);
/** Columns as stored: each row fills whole 16-byte loads. x is zero there, so the padding weighs nothing. */
const paddedColumns = (p: GemvParams): number => loadsPerRow(p) * formatById(p.format).valuesPerLoad;
const weightBytes = (p: GemvParams): number => p.rows * packedBytes(formatById(p.format), p.columns);
const workgroups = (p: GemvParams, t: GemvTuning): number =>
  Math.ceil(p.rows / ((t.workgroupSize / t.lanes) * t.rowsPerGroup));

const FORMAT_IDS = Object.keys(FORMATS);

/** About `bytes` of weights, as near to square as powers of two allow, since a model's matrices are. */
function nearlySquare(bytes: number, format: string): GemvParams {
  const weights = (bytes * 8) / formatById(format).bitsPerValue;
  const columns = 2 ** Math.round(Math.log2(weights) / 2);
  return { rows: Math.round(weights / columns), columns, format };
}

export default defineKernel<GemvParams, GemvTuning>({
  id: 'gemv',
  summary: 'y = W x for one token: the projection that dominates decode',
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
  examples: FORMAT_IDS.flatMap((format) => [
    { rows: 1, columns: 1, format },
    { rows: 37, columns: 1023, format },
    { rows: 131, columns: 4100, format },
    { rows: 256, columns: 2048, format },
  ]),
  shapes: (sizes) => FORMAT_IDS.flatMap((format) => sizes.map((bytes) => nearlySquare(bytes, format))),
  refuses: (_, t) =>
    t.workgroupSize % t.lanes === 0
      ? undefined
      : `lanes must divide workgroupSize; got ${t.lanes} and ${t.workgroupSize}`,
  wgsl(p, variant) {
    const { unpack } = formatById(p.format);
    return (unpack[variant] ?? unpack.portable) + wgsl;
  },
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    LANES: t.lanes,
    ROWS_PER_GROUP: t.rowsPerGroup,
    LOADS_IN_FLIGHT: t.loadsInFlight,
    PARTS: formatById(p.format).valuesPerLoad / 4,
    ROWS: p.rows,
    LOADS_PER_ROW: loadsPerRow(p),
    FULL_STEPS: Math.floor(loadsPerRow(p) / (t.lanes * t.loadsInFlight)),
    WORKGROUPS: workgroups(p, t),
  }),
  inputs: (p) => [
    { kind: 'streamed', name: 'weights', bytes: weightBytes(p), words: formatById(p.format).words },
    { kind: 'random', name: 'x', bytes: paddedColumns(p) * 4, liveBytes: p.columns * 4, words: f32.words },
  ],
  outputs: (p) => [{ name: 'y', elements: p.rows, type: 'f32' }],
  workgroups,
  work: (p) => ({
    bytesRead: weightBytes(p) + 4 * p.columns,
    bytesWritten: 4 * p.rows,
    flops: 2 * p.rows * p.columns,
  }),
  reference(p, { weights, x }) {
    if (!weights || !x) throw new Error('gemv needs the inputs weights and x');
    const format = formatById(p.format);
    const stride = paddedColumns(p);
    return (_, row) => {
      let sum = 0;
      for (let k = 0; k < p.columns; k++) sum += format.decode(weights, row * stride + k) * f32.decode(x, k);
      return sum;
    };
  },
  // f32 sums of up to 10⁴ terms of one size lose about 10⁻⁷ of their norm; a lost or doubled term shows at 10⁻⁴.
  tolerance: { nmse: 1e-10 },
});
