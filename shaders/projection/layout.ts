/**
 * The layout of a matrix–vector product on the GPU: what may be tuned, how threads are laid over rows and tokens, how
 * many workgroups there are, and which tunings are refused. projection.wgsl is the code.
 */

import { spread, vectorsPerLoad } from '../formats/activations.ts';
import { type MatrixLayout, partsPerScale, quantsPerLoad, scalesPerLoad } from '../formats/format.ts';
import { WORKGROUP_MEMORY } from '../kernel.ts';
import { type Form, matricesIn } from './form.ts';
import { ROWS_PER_SQUARE, refusesJoined, squareLoads } from './stream.ts';
import { arithmeticOf } from './variants.ts';

/** A product of one matrix, such as that of an expert or a head, and the tokens that share its reading. */
export interface Projection {
  /** The layout of all matrices together: they lie one after another. */
  readonly layout: MatrixLayout;
  readonly form: Form;
  /** The number of outputs of a token. The matrix has twice as many rows if gate and up are in one. */
  readonly rows: number;
  /** The number of values in a row of y. Other dispatches may write some of them. */
  readonly yRows: number;
  /** The number of tokens that share one reading of the weights. */
  readonly slots: number;
  /** The number of planes y is stored in, to match the weights that read it (formats/activations.ts); 1 = row order. */
  readonly planes: number;
  /** Whether x is stored in row order, in f32, and not in the planes that these weights read. */
  readonly xInOrder: boolean;
  /** Whether y joins the residual stream (stream.ts). */
  readonly joined: boolean;
  /** Whether x is unscaled, with sums of squares behind it (stream.ts). */
  readonly unscaled: boolean;
}

export type ProjectionTuning = {
  readonly workgroupSize: number;
  /**
   * The maximum number of threads that share a row and its tokens. If there is one token, this is how often K is split.
   */
  readonly lanes: number;
  readonly rowsPerGroup: number;
  /** The maximum number of 16-byte loads of each row that a thread has in flight. */
  readonly loadsInFlight: number;
  /** The maximum number of tokens of one thread. If there are more tokens, neighbouring threads share the loads. */
  readonly tokensPerLane: number;
  /** The number of blocks of rows that a workgroup takes one after the other, striding over the grid; 1 = no loop. */
  readonly blocksPerWorkgroup: number;
};

export const PROJECTION_TUNABLE = {
  workgroupSize: [64, 128, 256],
  lanes: [1, 8, 16, 32, 64, 128, 256],
  rowsPerGroup: [1, 2, 4, 8],
  loadsInFlight: [1, 2, 4, 8],
  tokensPerLane: [1, 2, 4, 8],
  blocksPerWorkgroup: [1, 4],
} as const;

/**
 * Four loads in flight (two of each of two rows), and 32 threads to a row for any number of tokens. More threads would
 * have more sums to add up between them than products to compute.
 */
export const PROJECTION_DEFAULTS: ProjectionTuning = {
  workgroupSize: 128,
  lanes: 32,
  rowsPerGroup: 2,
  loadsInFlight: 2,
  tokensPerLane: 4,
  blocksPerWorkgroup: 1,
};

/** The loads that a thread has in flight by default: more take registers that some GPUs do not have. */
const DEFAULT_LOADS = 4;

/**
 * With fewer workgroups than this, four rows have too few bytes in flight for a large GPU: at 4 KiB each, 512 have 2 MiB, about
 * what an H100's memory delivers while a load waits for it. That is a matrix of 4,096 rows.
 */
const MIN_WORKGROUPS = 512;

/**
 * The rows of a group, and the workgroup, for small codes in bytes. Half as many threads take twice as many rows, so that
 * there are as many workgroups.
 */
const FOUR_ROWS = { rowsPerGroup: 4, workgroupSize: 64 };

/**
 * Returns the defaults of a projection. `workOf` returns the number of its blocks with a tuning.
 *
 * Where codes of 4 bits and less are multiplied as bytes, the activations and their sums cost as much as the weights: by
 * 4 rows to each of their loads they cost less. That takes a grid that is large enough. Codes that become floats or are
 * rewritten, and batches, have no registers for it (docs/codegen.md). Two matrices, which are walked together, leave one load of each
 * row in flight.
 */
export function projectionDefaults<T extends ProjectionTuning>(
  projection: Projection,
  base: T,
  variant: string,
  workOf: (t: T) => number,
): T {
  const { layout, form, slots } = projection;
  const withLoads = (t: T): T => ({
    ...t,
    loadsInFlight: Math.min(t.loadsInFlight, DEFAULT_LOADS / (t.rowsPerGroup * matricesIn(form))),
  });
  const { bits, bytes } = layout.format;
  const isSmall = arithmeticOf(variant) === 'i8' && bits <= 4 && !bytes?.rewritten;
  const four = withLoads({ ...base, ...FOUR_ROWS });
  const suits = isSmall && slots === 1 && matricesIn(form) === 1 && workgroupsFor(workOf(four), four) >= MIN_WORKGROUPS;
  return suits ? four : withLoads(base);
}

/**
 * The maximum number of vectors of four that a thread multiplies in one step, all of them unrolled: 256 multiply-adds,
 * a few KiB of code. More would crowd an instruction cache, and software adapters would compile longer than they run.
 */
const MAX_PRODUCTS = 64;

/** Steps are made shorter if that saves at least this share of the loads that the threads of a row issue. */
const MIN_SHARE_SAVED = 1 / 4;

/** The maximum number of sums of other lanes that a thread reads at once. */
const MAX_SUMS_PER_TURN = 8;
/** The same where subgroups have added up theirs: a subgroup of 16 or more has at most two to a row of 32 lanes. */
const SUBGROUPS_PER_TURN = 2;

/** The maximum number of tokens whose sums the threads of a group can hold between them. */
const MAX_SLOTS = 32;

/**
 * Splits the tokens of a batch into as few tiles as possible, and these as small as possible. Up to 32 tokens share a
 * reading of the weights in registers. Tiles of the same rows go to neighbouring workgroups, so that further tiles can
 * find the weights in a cache; the work counts the weights once, as the minimum that can be read.
 */
export function tokenTiles(batch: number): { readonly tiles: number; readonly slots: number } {
  const tiles = Math.ceil(batch / MAX_SLOTS);
  return { tiles, slots: Math.ceil(batch / tiles) };
}

/**
 * Lays a group's threads over its rows and tokens: as tuned, or with less if a step would be too long, or would reach
 * far beyond the end of a short row. A load beyond the end adds nothing and costs as much as any other.
 */
function threadLayout({ slots, form, layout }: Projection, t: ProjectionTuning) {
  const { loadsPerRow } = layout;
  const productsPerToken = t.rowsPerGroup * matricesIn(form) * (quantsPerLoad(layout.format) / 4);
  const maxLoadsAndTokens = Math.max(1, Math.floor(MAX_PRODUCTS / productsPerToken));
  const tokens = Math.min(t.tokensPerLane, slots, maxLoadsAndTokens);
  const tokenLanes = 2 ** Math.ceil(Math.log2(slots / tokens));
  const lanes = Math.min(
    Math.max(1, t.lanes / tokenLanes),
    t.workgroupSize / tokenLanes,
    2 ** Math.ceil(Math.log2(loadsPerRow)),
  );
  const issued = (inFlight: number) => inFlight * lanes * Math.ceil(loadsPerRow / (inFlight * lanes));
  let loadsInFlight = Math.min(t.loadsInFlight, 2 ** Math.floor(Math.log2(Math.max(1, maxLoadsAndTokens / tokens))));
  while (loadsInFlight > 1 && issued(loadsInFlight / 2) <= (1 - MIN_SHARE_SAVED) * issued(loadsInFlight))
    loadsInFlight /= 2;
  return { tokens, tokenLanes, lanes, loadsInFlight };
}

/** The number of rows of a block. */
function rowsPerBlock(projection: Projection, t: ProjectionTuning): number {
  const { tokenLanes, lanes } = threadLayout(projection, t);
  return (t.workgroupSize / (tokenLanes * lanes)) * t.rowsPerGroup;
}

/** Returns the number of blocks of rows in one matrix. */
export const blocks = (projection: Projection, t: ProjectionTuning): number =>
  Math.ceil(projection.rows / rowsPerBlock(projection, t));

/** The number of workgroups that `work` blocks need. */
export const workgroupsFor = (work: number, t: ProjectionTuning): number => Math.ceil(work / t.blocksPerWorkgroup);

/** Returns why this tuning cannot run (the rule and the value met), or undefined if it can. */
export function refusal(projection: Projection, t: ProjectionTuning): string | undefined {
  const { yRows, planes } = projection;
  if (planes > 1 && yRows % (4 * planes) !== 0) {
    return `a row of y must be a multiple of ${4 * planes}, a vector of four in each of ${planes} planes; got ${yRows}`;
  }
  const { tokens, lanes } = threadLayout(projection, t);
  if (lanes < 1) {
    return `workgroupSize × tokensPerLane must cover ${projection.slots} tokens; got ${t.workgroupSize} × ${tokens}`;
  }
  const sums = t.rowsPerGroup * matricesIn(projection.form) * tokens;
  const bytes = 4 * (sumsHeld(projection, t) + (projection.joined ? squaresHeld(projection, t) : 0));
  if (bytes > WORKGROUP_MEMORY) {
    return `the sums of a workgroup must fit ${WORKGROUP_MEMORY} bytes of workgroup memory; this tuning takes ${bytes}`;
  }
  const why = projection.joined ? refusesJoined(projection.rows, rowsPerBlock(projection, t)) : undefined;
  if (why !== undefined) return why;
  const products = sums * (quantsPerLoad(projection.layout.format) / 4);
  return products <= 2 * MAX_PRODUCTS
    ? undefined
    : `a thread must multiply at most ${2 * MAX_PRODUCTS} vectors of four in a step; this tuning takes ${products}`;
}

/** The number of sums that a workgroup holds: those of products and, where x is unscaled, of squares. */
function sumsHeld(projection: Projection, t: ProjectionTuning): number {
  const { tokens } = threadLayout(projection, t);
  return t.workgroupSize * tokens * (t.rowsPerGroup * matricesIn(projection.form) + (projection.unscaled ? 1 : 0));
}

/** The number of squares that a workgroup holds where y joins the stream. */
function squaresHeld(projection: Projection, t: ProjectionTuning): number {
  const { tokens, tokenLanes } = threadLayout(projection, t);
  return rowsPerBlock(projection, t) * tokens * tokenLanes;
}

/** Returns the constants of projection.wgsl, for `work` blocks in all. */
export function projectionConstants(projection: Projection, t: ProjectionTuning, variant: string, work: number) {
  const { joined, unscaled } = projection;
  const { columns, format, loadsPerRow } = projection.layout;
  const { tokens, tokenLanes, lanes, loadsInFlight } = threadLayout(projection, t);
  const perStep = lanes * loadsInFlight;
  const hasSubgroups = variant === 'subgroups';
  const sumsPerTurn = Math.min(lanes, hasSubgroups ? SUBGROUPS_PER_TURN : MAX_SUMS_PER_TURN);
  const reach = hasSubgroups ? 0 : (sumsPerTurn - 1) * tokenLanes;
  /** Returns the last place at which a turn begins in an array of the sums of so many values. */
  const lastIn = (values: number) => values * tokens * t.workgroupSize - 1 - reach;
  return {
    WORKGROUP_SIZE: t.workgroupSize,
    WORKGROUPS: workgroupsFor(work, t),
    WORK: work,
    BLOCKS_PER_WORKGROUP: t.blocksPerWorkgroup,
    LANES: lanes,
    SEVERAL_LANES: lanes === 1 ? 0 : 1,
    TURNS_WAIT: lanes === 1 && !joined ? 0 : 1,
    UNSCALED: unscaled ? 1 : 0,
    JOINED: joined ? 1 : 0,
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
    SUMS: sumsHeld(projection, t),
    SUMS_PER_TURN: sumsPerTurn,
    // The sums of further matrices lie behind it.
    LAST_SUM: lastIn((t.rowsPerGroup - 1) * matricesIn(projection.form) + 1),
    OUTPUT_STEPS: Math.ceil((t.rowsPerGroup * tokens) / lanes),
    SCALES_PER_LOAD: scalesPerLoad(format),
    ...(arithmeticOf(variant) === 'i8' && {
      EXCESS: format.bytes?.excess ?? 0,
      ONE_TOKEN: tokens === 1 ? 1 : 0,
      SEVERAL_TOKENS: tokens === 1 ? 0 : 1,
      WORDS_PER_LOAD: 4,
      WORDS_PER_SCALE: 4 / scalesPerLoad(format),
    }),
    ...(unscaled && { SQUARE_LOADS: squareLoads(columns), LAST_SQUARE: lastIn(1), COLUMNS: columns }),
    ...(joined && {
      SQUARED: squaresHeld(projection, t),
      ROWS_PER_BLOCK: rowsPerBlock(projection, t),
      ROWS_PER_SQUARE,
    }),
    // A shuffle's mask must be below 128.
    ...(hasSubgroups && { SHUFFLES: Math.log2(Math.min(lanes, 128 / tokenLanes)) }),
  };
}
