/**
 * Peers of `gemv`: matrix–vector products of one token, laid over threads as public engines lay them, and written by us
 * from what their sources do. They read the same weights as `gemv` and are held to the same reference and tolerance.
 * Block formats of engines and activations in f16 are left out: only the layout of threads, loads and sums is compared.
 */

import { f32 } from '../../../shaders/formats/f32.ts';
import { type MatrixLayout, matrixInputs, matrixLayout, matrixReader } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { defineKernel, type Kernel, type Params, type Requirement } from '../../../shaders/kernel.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';

/** The part of a peer that is its own. */
export interface OwnPeer {
  readonly id: string;
  readonly summary: string;
  readonly requires?: readonly Requirement[];
  readonly workgroupSize: number;
  /** The number of rows of a workgroup. */
  readonly rowsPerWorkgroup: number;
  /** The WGSL of `main(workgroup, thread)`. It may use what `pieceWgsl` declares. */
  readonly wgsl: string;
}

/** The formats that peers read, by the number of values in a piece: the bytes that a thread loads at a time. */
export const PEER_FORMATS = ['f16', 'int8', 'int4-g32'] as const;
type PeerFormat = (typeof PEER_FORMATS)[number];

/**
 * A piece as engines load it: four f16 at once, and a word of integers. Each is turned into floats in the plain way, by a
 * conversion of every value.
 */
const PIECES: Readonly<Record<PeerFormat, { type: string; values: number; vectors: string }>> = {
  f16: {
    type: 'vec2<u32>',
    values: 4,
    vectors: 'array(vec4<f32>(unpack2x16float(piece.x), unpack2x16float(piece.y)))',
  },
  int8: {
    type: 'u32',
    values: 4,
    vectors: 'array(vec4<f32>(vec4<i32>(vec4<u32>(piece << 24u, piece << 16u, piece << 8u, piece)) >> vec4<u32>(24u)))',
  },
  'int4-g32': {
    type: 'u32',
    values: 8,
    vectors: `array(
    vec4<f32>((vec4<u32>(piece) >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(15u)) - 8.0,
    vec4<f32>((vec4<u32>(piece) >> vec4<u32>(16u, 20u, 24u, 28u)) & vec4<u32>(15u)) - 8.0)`,
  },
};

/**
 * WGSL that all peers share: `ROWS`, the number of pieces in a row and of vectors of x that a piece meets, and
 *
 *     piece_at(row, piece) -> f32    the dot product of a piece with its part of x, scaled
 *     dot_with(row, piece, x) -> f32   the same, with that part of x in registers
 */
function pieceWgsl(format: PeerFormat, { loadsPerRow, rows, scalesPerRow }: MatrixLayout): string {
  const { type, values, vectors } = PIECES[format];
  const bytes = type === 'u32' ? 4 : 8;
  const count = values / 4;
  const parts = Array.from({ length: count }, (_, i) => i);
  const scale = scalesPerRow === 0 ? '1.0' : `unpack2x16float(weights_scales[i / 2u])[i % 2u]`;
  return `
const ROWS = ${rows}u;
const PIECES = ${(loadsPerRow * 16) / bytes}u;
const PIECES_PER_LOAD = ${16 / bytes}u;
alias Piece = array<vec4<f32>, ${count}>;

fn x_at(piece: u32) -> Piece { return Piece(${parts.map((i) => `x[piece * ${count}u + ${i}u]`)}); }

fn scale_at(row: u32, piece: u32) -> f32 {
  let i = row * ${scalesPerRow}u + piece / ${32 / values}u;
  return ${scale};
}

fn dot_with(row: u32, at: u32, x_piece: Piece) -> f32 {
  let piece = weights[row * PIECES + at];
  let w = ${vectors};
  return scale_at(row, at) * (${parts.map((i) => `dot(w[${i}], x_piece[${i}])`).join(' + ')});
}

fn piece_at(row: u32, at: u32) -> f32 { return dot_with(row, at, x_at(at)); }
`;
}

type PeerParams = { readonly rows: number; readonly columns: number; readonly format: PeerFormat } & Params;

const layoutOf = ({ format, rows, columns }: PeerParams): MatrixLayout =>
  matrixLayout(formatById(format), rows, columns);

/** Declares a peer of `gemv`. */
export function definePeer({ id, summary, requires = [], workgroupSize, rowsPerWorkgroup, wgsl }: OwnPeer): Kernel {
  const gemv = KERNEL_FOLDERS.get('gemv');
  if (!gemv) throw new Error('there is no gemv');
  return defineKernel<PeerParams, Record<string, never>>({
    id,
    summary,
    variants: { portable: { requires } },
    tunable: {},
    defaults: {},
    examples: gemv.examples.filter(
      ({ format, form, batch, planes }) =>
        PEER_FORMATS.some((one) => one === format) && form === 'plain' && batch === 1 && planes === 1,
    ) as PeerParams[],
    shapes: () => [],
    refuses: () => undefined,
    wgsl: (p) =>
      `override WORKGROUP_SIZE: u32;\nconst THREADS = ${workgroupSize}u;\n${pieceWgsl(p.format, layoutOf(p))}${wgsl}`,
    constants: () => ({ WORKGROUP_SIZE: workgroupSize }),
    inputs(p) {
      const [weights, ...scales] = matrixInputs('weights', layoutOf(p));
      if (!weights) throw new Error('a matrix must have weights');
      const { storedColumns } = layoutOf(p);
      const x = new Float32Array(storedColumns);
      for (let k = 0; k < p.columns; k++) x[k] = Math.sin(k + 1);
      return [
        { ...weights, type: `array<${PIECES[p.format].type}>` },
        ...scales,
        {
          kind: 'given',
          name: 'x',
          type: 'array<vec4<f32>>',
          bytes: 4 * storedColumns,
          data: new Uint32Array(x.buffer),
        },
      ];
    },
    outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.rows, compare: 'f32' }],
    workgroups: (p) => Math.ceil(p.rows / rowsPerWorkgroup),
    work: (p) => gemv.work(p, gemv.defaults, 'portable'),
    reference(p, { weights, weights_scales, x }) {
      if (!weights || !x) throw new Error(`${id} needs the inputs weights and x`);
      const weight = matrixReader(layoutOf(p), weights, weights_scales);
      return (_, row) => {
        let sum = 0;
        for (let k = 0; k < p.columns; k++) sum += weight(row, k) * f32.quant(x(k));
        return sum;
      };
    },
    tolerance: gemv.tolerance,
  });
}
