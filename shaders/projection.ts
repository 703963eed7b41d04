/**
 * What projections have in common, whichever rows and tokens they are about: variants, tunables, the inside of their
 * WGSL, and their activations. `gemv`, `moe-gemv` and `per-head-gemv` say the rest.
 */

import {
  activationCode,
  activationIndex,
  activationScale,
  activationValue,
  spread,
  vectorsPerLoad,
} from './formats/activations.ts';
import { f32 } from './formats/f32.ts';
import {
  type Arithmetic,
  hasArithmetic,
  type MatrixLayout,
  matrixWgsl,
  partsPerScale,
  quantsPerLoad,
} from './formats/format.ts';
import { formatById } from './formats/index.ts';
import { type Input, type Tolerance, type Variant, WORKGROUP_MEMORY, type WordReader } from './kernel.ts';
import inside from './projection.wgsl?raw';
import { randomWord } from './random.ts';

/**
 * One matrix: y = W x. Two, the rows of G before those of U: y = silu(G x) · (U x). Where they are biased, the bias of
 * its row is added to each product.
 */
const FORMS = {
  plain: { matrices: 1, biased: false },
  'gate-up': { matrices: 2, biased: false },
  biased: { matrices: 1, biased: true },
  'biased-gate-up': { matrices: 2, biased: true },
} as const;
export type Form = keyof typeof FORMS;

/** One block of rows, for the tokens that share its reading. */
export interface Projection {
  /** The whole matrix. */
  readonly layout: MatrixLayout;
  readonly form: Form;
  /** Outputs of a token; gate and up in one have twice as many rows. */
  readonly rows: number;
  /** Values of a row of y, where others come from elsewhere. Default: `rows`. */
  readonly yRows?: number;
  /** Tokens that share a reading. */
  readonly slots: number;
  /** In which y lies: those of the weights that it meets (formats/activations.ts); 1: in order. */
  readonly planes: number;
  /** Does x lie in order, in f32? Default: in planes, as who writes it for these weights lays it. */
  readonly xInOrder?: boolean;
}

export type ProjectionTuning = {
  readonly workgroupSize: number;
  /** Threads that share a row and its tokens, at most: with one token, how often K is split. */
  readonly lanes: number;
  readonly rowsPerGroup: number;
  /** 16-byte loads of each row that a thread has in flight, at most. */
  readonly loadsInFlight: number;
  /** Tokens of one thread, at most; where there are more, threads beside each other share the loads. */
  readonly tokensPerLane: number;
  /** Blocks of rows that a workgroup takes one after the other, striding over the grid; 1: one-shot. */
  readonly blocksPerWorkgroup: number;
};

export const TUNABLE = {
  workgroupSize: [64, 128, 256],
  lanes: [8, 16, 32, 64, 128, 256],
  rowsPerGroup: [1, 2, 4, 8],
  loadsInFlight: [1, 2, 4, 8],
  tokensPerLane: [1, 2, 4, 8],
  blocksPerWorkgroup: [1, 4],
} as const;

/**
 * Four loads in flight, and a warp to a row, whatever the tokens: more threads than that would have more sums to add up
 * between them than products to make.
 */
export const DEFAULTS: ProjectionTuning = {
  workgroupSize: 128,
  lanes: 32,
  rowsPerGroup: 2,
  loadsInFlight: 2,
  tokensPerLane: 4,
  blocksPerWorkgroup: 1,
};

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = { 'shader-f16': 'f16', 'dot-i8': 'i8' };

const arithmeticOf = (variant: string): Arithmetic => ARITHMETIC[variant] ?? 'f32';

/**
 * f16 products of f16 activations, and sums of two: three roundings of 2⁻¹¹ to a term. Where two such sums are
 * multiplied, a few outputs are most of the energy, and their errors are not averaged out at a few places.
 */
const f16Tolerance = ({ form }: { readonly form: Form }): Tolerance => ({ nmse: matricesIn(form) === 1 ? 1e-6 : 1e-5 });

/**
 * Variants of a kernel whose parameters name the format of its weights. Biased forms have the portable one alone, which
 * is what a decode step runs: nothing else asks for them.
 */
export function projectionVariants<P extends { readonly format: string; readonly form: Form }>(): Readonly<
  Record<string, Variant<P>>
> {
  const exists = (arithmetic: Arithmetic) => (p: P) =>
    !FORMS[p.form].biased && hasArithmetic(formatById(p.format), arithmetic);
  return {
    portable: { requires: [] },
    subgroups: { requires: ['subgroups'], exists: exists('f32'), thorough: true },
    'shader-f16': { requires: ['shader-f16'], exists: exists('f16'), tolerance: f16Tolerance },
    'dot-i8': { requires: ['packed_4x8_integer_dot_product'], exists: exists('i8'), thorough: true },
  };
}

/**
 * Vectors of four that a thread multiplies in one step, all written out: 256 multiply-adds, which is a few KiB of code.
 * More would crowd an instruction cache, and software adapters compile longer than they run.
 */
const MOST_PRODUCTS = 64;

/** Of what a row's threads would load in a step beyond its end, so much is worth a shorter step. */
const WORTH_SPARING = 1 / 4;

/**
 * How a group's threads are laid over a row and its tokens: as tuned, or less where a step would be too long, or would
 * lie to a good part beyond the end of a short row: what is loaded there weighs nothing, and costs as much.
 */
function groupOf({ slots, form, layout }: Projection, t: ProjectionTuning) {
  const { loadsPerRow } = layout;
  const productsPerToken = t.rowsPerGroup * matricesIn(form) * (quantsPerLoad(layout.format) / 4);
  const most = Math.max(1, Math.floor(MOST_PRODUCTS / productsPerToken));
  const tokens = Math.min(t.tokensPerLane, slots, most);
  const tokenLanes = 2 ** Math.ceil(Math.log2(slots / tokens));
  const lanes = Math.min(
    Math.max(1, t.lanes / tokenLanes),
    t.workgroupSize / tokenLanes,
    2 ** Math.ceil(Math.log2(loadsPerRow)),
  );
  const loads = (inFlight: number) => inFlight * lanes * Math.ceil(loadsPerRow / (inFlight * lanes));
  let loadsInFlight = Math.min(t.loadsInFlight, 2 ** Math.floor(Math.log2(Math.max(1, most / tokens))));
  while (loadsInFlight > 1 && loads(loadsInFlight / 2) <= (1 - WORTH_SPARING) * loads(loadsInFlight))
    loadsInFlight /= 2;
  return { tokens, tokenLanes, lanes, loadsInFlight };
}

/** Blocks of rows that workgroups share between them. */
export function blocks(projection: Projection, t: ProjectionTuning): number {
  const { tokenLanes, lanes } = groupOf(projection, t);
  return Math.ceil(projection.rows / ((t.workgroupSize / (tokenLanes * lanes)) * t.rowsPerGroup));
}

/** Workgroups for so many blocks. */
export const workgroupsFor = (work: number, t: ProjectionTuning): number => Math.ceil(work / t.blocksPerWorkgroup);

/** Sums of 32 tokens are what a group's threads hold between them. */
const MOST_SLOTS = 32;

/**
 * The tokens of a batch, in as few tiles of as few as can be. Tiles of the same rows are taken by workgroups beside each
 * other: up to 32 tokens share a reading of the weights in registers, more of them through a cache, if it can. The
 * work counts it once, as the fewest bytes that do.
 */
export function tokenTiles(batch: number): { readonly tiles: number; readonly slots: number } {
  const tiles = Math.ceil(batch / MOST_SLOTS);
  return { tiles, slots: Math.ceil(batch / tiles) };
}

/** Why this tuning cannot run, or undefined. */
export function refusal(projection: Projection, t: ProjectionTuning): string | undefined {
  const { rows, yRows = rows, planes } = projection;
  if (planes > 1 && yRows % (4 * planes) !== 0) {
    return `rows must be whole loads of the weights that y meets, ${4 * planes} values each; got ${yRows}`;
  }
  const { tokens, lanes } = groupOf(projection, t);
  if (lanes < 1) return `tokensPerLane is too few for ${projection.slots} tokens in ${t.workgroupSize} threads`;
  const sums = t.rowsPerGroup * matricesIn(projection.form) * tokens;
  const bytes = 4 * t.workgroupSize * sums;
  if (bytes > WORKGROUP_MEMORY) {
    return `workgroupSize × rowsPerGroup × tokens must fit ${WORKGROUP_MEMORY} bytes of workgroup memory; it takes ${bytes}`;
  }
  const products = sums * (quantsPerLoad(projection.layout.format) / 4);
  return products <= 2 * MOST_PRODUCTS
    ? undefined
    : `a thread may multiply at most ${2 * MOST_PRODUCTS} × 4 weights in a step; this tuning takes ${products}`;
}

/** The constants of projection.wgsl, for `work` blocks in all. */
export function constantsOf(projection: Projection, t: ProjectionTuning, variant: string, work: number) {
  const { format, loadsPerRow } = projection.layout;
  const { tokens, tokenLanes, lanes, loadsInFlight } = groupOf(projection, t);
  const perStep = lanes * loadsInFlight;
  return {
    WORKGROUP_SIZE: t.workgroupSize,
    WORKGROUPS: workgroupsFor(work, t),
    WORK: work,
    BLOCKS_PER_WORKGROUP: t.blocksPerWorkgroup,
    LANES: lanes,
    TOKEN_LANES: tokenLanes,
    ROWS: projection.rows,
    LOADS_PER_ROW: loadsPerRow,
    STEPS: Math.ceil(loadsPerRow / perStep),
    RAGGED: loadsPerRow % perStep,
    PARTS: quantsPerLoad(format) / 4,
    PARTS_PER_SCALE: partsPerScale(format),
    BYTE_VECTORS: spread(format),
    X_PART: projection.xInOrder ? 1 : loadsPerRow,
    X_LOAD: projection.xInOrder ? vectorsPerLoad(format, 'f32') : 1,
    ROWS_PER_GROUP: t.rowsPerGroup,
    TOKENS: tokens,
    MATRICES: matricesIn(projection.form),
    LOADS_IN_FLIGHT: loadsInFlight,
    PLANES: projection.planes,
    OUTPUT_STEPS: Math.ceil((t.rowsPerGroup * tokens) / lanes),
    ...(arithmeticOf(variant) !== 'i8' && { SCALES_PER_LOAD: quantsPerLoad(format) / 4 / partsPerScale(format) }),
    // Masks of a shuffle are below 128.
    ...(variant === 'subgroups' && { SHUFFLES: Math.log2(Math.min(lanes, 128 / tokenLanes)) }),
  };
}

const MULTIPLY_FLOATS = `\
//#unroll I < LOADS_IN_FLIGHT
//#unroll G < SCALES_PER_LOAD
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let scale_I_G_R_M = select(0.0, weights_scale(row_R_M, at_I, G * PARTS_PER_SCALE), live_I);
//#end
//#end
//#end
//#unroll P < PARTS
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let w_I_P_R_M = unpack_P(load_I_R_M);
//#end
//#end
//#unroll C < TOKENS
let x_I_P_C = Quants(x[x_C + P * X_PART + at_I * X_LOAD]);
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
sum_R_M_C = fma(scale_I_{P/PARTS_PER_SCALE}_R_M, product(w_I_P_R_M, x_I_P_C), sum_R_M_C);
//#end
//#end
//#end
//#end
//#end
`;

const PRODUCT_F32 = 'fn product(w: vec4<f32>, x: vec4<f32>) -> f32 { return dot(w, x); }\n';

/** Two at a time, as hardware has it, and no more than two terms in f16. */
const PRODUCT_F16 = `\
fn product(w: vec4<f16>, x: vec4<f16>) -> f32 {
  let pairs = fma(w.zw, x.zw, w.xy * x.xy);
  return f32(pairs.x) + f32(pairs.y);
}
`;

const MULTIPLY_BYTES = `\
//#unroll I < LOADS_IN_FLIGHT
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
//#unroll C < TOKENS
var dot_I_R_M_C = 0;
//#end
//#end
//#end
//#unroll K < BYTE_VECTORS
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let w_I_K_R_M = bytes_K(load_I_R_M);
//#end
//#end
//#unroll C < TOKENS
let x_I_K_C = x[x_C + K * X_PART + at_I * X_LOAD];
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
dot_I_R_M_C += dot16(w_I_K_R_M, x_I_K_C);
//#end
//#end
//#end
//#end
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let scale_I_R_M = select(0.0, weights_scale(row_R_M, at_I, 0u), live_I);
//#unroll C < TOKENS
sum_R_M_C = fma(scale_I_R_M, f32(dot_I_R_M_C), sum_R_M_C);
//#end
//#end
//#end
//#end
`;

const DOT16 = `\
fn dot16(a: vec4<u32>, b: vec4<u32>) -> i32 {
  return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y) + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
}
`;

/** Within a subgroup by shuffles: its size is the GPU's, 4 to 128, and known only there. */
const SUBGROUP_SUM = `\
fn subgroup_sum(value: f32, size: u32) -> f32 {
  var sum = value;
  //#unroll S < SHUFFLES
  sum += select(0.0, subgroupShuffleXor(sum, TOKEN_LANES << S), (TOKEN_LANES << S) < size);
  //#end
  return sum;
}
`;

const NO_SUBGROUPS = 'fn subgroup_sum(value: f32, size: u32) -> f32 { return value; }\n';

/**
 * Without subgroups every thread is one of its own. The 1 comes from where no compiler sees it: one that unrolls the
 * sum over all lanes, as Mesa's does, takes seconds for it.
 */
const SIZE_OF_NONE = 'let subgroup_size = workgroups.z;';

/** WGSL that makes `value` of the sums `total_0` and, where there are two matrices, `total_1`. */
function finish(form: Form): string {
  const { matrices, biased } = FORMS[form];
  const product = (matrix: number) =>
    `total_${matrix} * scale${biased ? ` + bias[place.matrix_row + ${matrix}u * ROWS + row]` : ''}`;
  if (matrices === 1) return `let value = ${product(0)};`;
  return `let gate = ${product(0)};\nlet value = gate / (1.0 + exp(-gate)) * (${product(1)});`;
}

/** A kernel's WGSL: its format's, its own `kernelWgsl`, and the inside, where `beside` stands before each place's sums. */
export function projectionWgsl(
  { layout, form }: Pick<Projection, 'layout' | 'form'>,
  variant: string,
  kernelWgsl: string,
  beside = '',
): string {
  const arithmetic = arithmeticOf(variant);
  const ofBytes = arithmetic === 'i8';
  const withSubgroups = variant === 'subgroups';
  return [
    matrixWgsl('weights', layout, arithmetic),
    `fn x_scale(token: u32) -> f32 { return ${ofBytes ? 'x_scales[token]' : '1.0'}; }\n`,
    { f32: PRODUCT_F32, f16: PRODUCT_F16, i8: DOT16 }[arithmetic],
    withSubgroups ? SUBGROUP_SUM : NO_SUBGROUPS,
    kernelWgsl,
    inside
      .replace('//@ subgroup size built in', withSubgroups ? '@builtin(subgroup_size) subgroup_size: u32,' : '')
      .replace('//@ subgroup size here', withSubgroups ? '' : SIZE_OF_NONE)
      .replace('//@ beside', beside)
      .replace('//@ multiply', ofBytes ? MULTIPLY_BYTES : MULTIPLY_FLOATS)
      .replace('//@ finish', finish(form)),
  ].join('');
}

/** The vectors of a token's x, from one to the next, where they lie in planes: what `x_of` steps by. */
export const xStride = ({ format, loadsPerRow }: MatrixLayout, variant: string): number =>
  loadsPerRow * vectorsPerLoad(format, arithmeticOf(variant));

/** Of biased forms a bias to each row of the matrix, in f32. */
export const biasInputs = ({ form, layout }: Pick<Projection, 'form' | 'layout'>): Input[] =>
  FORMS[form].biased
    ? [{ kind: 'random', name: 'bias', type: 'array<f32>', bytes: Math.ceil(layout.rows / 4) * 16, words: f32.words }]
    : [];

/** Bytes of the biases of `rows` rows of the matrix. */
export const biasBytes = (form: Form, rows: number): number => (FORMS[form].biased ? 4 * rows : 0);

/** The bias of a row of the matrix: 0 where the form has none. @throws if the input is missing. */
export function biasReader(form: Form, { bias }: Readonly<Record<string, WordReader>>): (row: number) => number {
  if (!FORMS[form].biased) return () => 0;
  if (!bias) throw new Error('a biased projection needs the input bias');
  return (row) => f32.quant(bias(row));
}

/** Activations are the same in every run. */
const ACTIVATION_SEED = 1;

/**
 * The activations of `tokens` tokens, in the order of `activationIndex`, zero where the weights are padding: `x` in f32
 * or, for integer dot products, `x` in bytes and `x_scales`.
 */
export function activationInputs(layout: MatrixLayout, tokens: number, variant: string): Input[] {
  const arithmetic = arithmeticOf(variant);
  const size = tokens * layout.storedColumns;
  let made: Activations | undefined;
  const activations = () => {
    made ??= makeActivations(layout, tokens, arithmetic);
    return made;
  };
  // A plan asks for names and sizes of many inputs, and fills few of them: the values are made when they are wanted.
  const x = (type: string, bytes: number): Input => ({
    kind: 'given',
    name: 'x',
    type,
    bytes,
    get data() {
      return activations().x;
    },
  });
  if (arithmetic !== 'i8') return [x('array<vec4<f32>>', 4 * size)];
  return [
    x('array<vec4<u32>>', size),
    {
      kind: 'given',
      name: 'x_scales',
      type: 'array<f32>',
      bytes: Math.ceil(tokens / 4) * 16,
      get data() {
        return activations().scales;
      },
    },
  ];
}

/** Words of x, and of a scale for each token. */
interface Activations {
  readonly x: Uint32Array<ArrayBuffer>;
  readonly scales: Uint32Array<ArrayBuffer>;
}

function makeActivations(layout: MatrixLayout, tokens: number, arithmetic: Arithmetic): Activations {
  const { columns, storedColumns } = layout;
  const places = Array.from({ length: columns }, (_, k) => activationIndex(k, layout, arithmetic));
  const x = new (arithmetic === 'i8' ? Uint8Array : Float32Array)(tokens * storedColumns);
  const scales = new Float32Array(tokens);
  for (let token = 0; token < tokens; token++) {
    const first = token * storedColumns;
    const row = Float32Array.from({ length: columns }, (_, k) =>
      f32.quant(randomWord(first + k, ACTIVATION_SEED, f32.words)),
    );
    const scale = activationScale(row);
    scales[token] = scale;
    for (const [k, place] of places.entries()) {
      const value = row[k] ?? 0;
      x[first + place] = arithmetic === 'i8' ? activationCode(value, scale) : value;
    }
  }
  return { x: new Uint32Array(x.buffer), scales: new Uint32Array(scales.buffer) };
}

/** Activation `k` of `token`, in f64, as the kernel sees it. @throws if an input is missing. */
export function activationReader(
  layout: MatrixLayout,
  { x, x_scales }: Readonly<Record<string, WordReader>>,
  variant: string,
): (token: number, k: number) => number {
  const arithmetic = arithmeticOf(variant);
  const at = (token: number, k: number) => token * layout.storedColumns + activationIndex(k, layout, arithmetic);
  if (!x) throw new Error('a projection needs the input x');
  if (arithmetic !== 'i8') return (token, k) => f32.quant(x(at(token, k)));
  if (!x_scales) throw new Error('bytes need the input x_scales');
  return (token, k) => {
    const place = at(token, k);
    const code = (x(Math.floor(place / 4)) >>> ((place % 4) * 8)) & 0xff;
    return activationValue(code, f32.quant(x_scales(token)));
  };
}

/** Bytes of the activations of `tokens` tokens, scales included, without padding. */
export const activationBytes = ({ columns }: MatrixLayout, tokens: number, variant: string): number =>
  arithmeticOf(variant) === 'i8' ? tokens * (columns + 4) : 4 * tokens * columns;

/** An output, from its rows' products with each matrix, biases included. */
export function finished(form: Form, products: readonly number[]): number {
  const [first = 0, second = 0] = products;
  return matricesIn(form) === 1 ? first : (first / (1 + Math.exp(-first))) * second;
}

/** Multiply-adds, and what the form does with their sums, for each output. */
export const flopsPerOutput = (form: Form, columns: number): number => 2 * matricesIn(form) * columns;

/** Matrices of a form, one behind the other. */
export const matricesIn = (form: Form): number => FORMS[form].matrices;
