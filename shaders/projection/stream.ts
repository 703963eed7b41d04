/**
 * What projections do in place of a norm of the residual stream. One whose y joins the stream writes the new stream h and
 * h · g, where g are the weights of the norm, and sums of h² over a few rows each, behind y. The next one reads h · g, adds
 * up these sums, and scales its products by one over the root mean square: a factor of all values of a token may wait.
 */

import { f32 } from '../formats/f32.ts';
import type { Input, Output, Reference, WordReader } from '../kernel.ts';
import { randomWord } from '../random.ts';

/** The parameters of projections that take the place of a norm. */
export type StreamParams = {
  /** `joined`: y is h · g, where h is the stream with the products. Default: y is the products. */
  readonly writes?: 'joined';
  /** `unscaled`: x is h · g, with sums of h² behind it. Default: x is the vector itself. */
  readonly reads?: 'unscaled';
  /** The ε that is added to the mean square of what is unscaled. Default: 0. */
  readonly epsilon?: number;
};

/** The rows of a sum of squares. Each workgroup makes whole sums, and hundreds of them are read in one load or two. */
export const ROWS_PER_SQUARE = 8;

/** The width of a stream is a multiple of this, so that its sums of squares are whole vectors of four. */
const STREAM_ROWS = 4 * ROWS_PER_SQUARE;

/** The number of 16-byte loads of a token's sums of squares. */
export const squareLoads = (columns: number): number => Math.ceil(columns / STREAM_ROWS);

/** Returns why a projection cannot make the values of a stream. */
export function refusesJoined(rows: number, rowsPerBlock: number): string | undefined {
  if (rows % STREAM_ROWS !== 0)
    return `a y that joins the stream must have a multiple of ${STREAM_ROWS} rows; got ${rows}`;
  return rowsPerBlock % ROWS_PER_SQUARE === 0
    ? undefined
    : `where y joins the stream, a workgroup must take a multiple of ${ROWS_PER_SQUARE} rows; this tuning takes ${rowsPerBlock}`;
}

/** The inputs of a projection of `tokens` tokens whose y, of `rows` rows, joins the stream. */
export const joinedInputs = (tokens: number, rows: number): Input[] =>
  (
    [
      ['stream', tokens],
      ['norm_weight', 1],
    ] as const
  ).map(([name, count]) => ({ kind: 'random', name, type: 'array<f32>', bytes: 4 * count * rows, words: f32.words }));

/** The new stream. */
export const joinedOutput = (tokens: number, rows: number): Output => ({
  ...{ name: 'sum', type: 'array<f32>', elements: tokens * rows, compare: 'f32' },
});

/**
 * The values of a stream and of y that projections joined, in f64. `productOf` is a product by its row (a token) and value;
 * `yValue` finds these of an index of y.
 */
export function joinedReference(
  { stream, norm_weight }: Readonly<Record<string, WordReader>>,
  {
    rows,
    columns,
    productOf,
    yValue,
  }: {
    readonly rows: number;
    readonly columns: number;
    productOf(row: number, value: number): number;
    yValue(index: number): readonly [row: number, value: number];
  },
): Reference {
  if (!stream || !norm_weight) throw new Error('a y that joins the stream needs the inputs stream and norm_weight');
  const joined = (row: number, value: number) => f32.quant(stream(row * columns + value)) + productOf(row, value);
  return (output, index) => {
    if (output === 'sum') return joined(Math.floor(index / columns), index % columns);
    if (index < rows * columns) {
      const [row, value] = yValue(index);
      return joined(row, value) * f32.quant(norm_weight(value));
    }
    const first = (index - rows * columns) * ROWS_PER_SQUARE;
    let squares = 0;
    for (let i = first; i < first + ROWS_PER_SQUARE; i++) squares += joined(Math.floor(i / columns), i % columns) ** 2;
    return squares;
  };
}

/** The seed of the sums of squares that examples are given. */
const SEED = 2;

/** Sums of squares of the tokens' streams, as words. */
export const givenSquares = (tokens: number, columns: number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(
    { length: 4 * tokens * squareLoads(columns) },
    (_, i) => randomWord(i, SEED, f32.words) & 0x7fffffff,
  );

/** One over the root mean square of a token's stream, from its sums of squares, the first of which is word `first` of x. */
export function inverseRms(x: WordReader, first: number, columns: number, epsilon: number): number {
  let squares = 0;
  for (let i = 0; i < 4 * squareLoads(columns); i++) squares += f32.quant(x(first + i));
  return 1 / Math.sqrt(squares / columns + epsilon);
}
