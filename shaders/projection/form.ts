/** The forms of a projection: how many matrices it has, whether it has biases, and what it makes of the products. */

import { f32 } from '../formats/f32.ts';
import type { MatrixLayout } from '../formats/format.ts';
import type { Input, WordReader } from '../kernel.ts';

/**
 * The forms by name. One matrix gives y = W x. Two give y = silu(G x) · (U x): the rows of G lie before those of U. The
 * biased forms first add to each product the bias of its row.
 */
const FORMS = {
  plain: { matrices: 1, biased: false },
  'gate-up': { matrices: 2, biased: false },
  biased: { matrices: 1, biased: true },
  'biased-gate-up': { matrices: 2, biased: true },
} as const;
export type Form = keyof typeof FORMS;

/** The number of matrices that an output is made of. */
export const matricesIn = (form: Form): number => FORMS[form].matrices;

export const isBiased = (form: Form): boolean => FORMS[form].biased;

/** Returns the WGSL that makes `value` of the products `total_0` and, with two matrices, `total_1`. */
export function finishWgsl(form: Form): string {
  const { matrices, biased } = FORMS[form];
  const product = (matrix: number) =>
    `total_${matrix} * scale${biased ? ` + bias[place.matrix_row + ${matrix}u * ROWS + row]` : ''}`;
  if (matrices === 1) return `let value = ${product(0)};`;
  return `let gate = ${product(0)};\nlet value = gate / (1.0 + exp(-gate)) * (${product(1)});`;
}

/** The CPU's twin of `finishWgsl`: an output in f64, from its products with each matrix, biases included. */
export function finished(form: Form, products: readonly number[]): number {
  const [first = 0, second = 0] = products;
  return matricesIn(form) === 1 ? first : (first / (1 + Math.exp(-first))) * second;
}

/** The number of operations of one output: a multiplication and an addition for every weight. */
export const flopsPerOutput = (form: Form, columns: number): number => 2 * matricesIn(form) * columns;

/** The input `bias`, one f32 for each row of the matrix; none for a form without biases. */
export const biasInputs = (form: Form, { rows }: MatrixLayout): Input[] =>
  isBiased(form)
    ? [{ kind: 'random', name: 'bias', type: 'array<f32>', bytes: Math.ceil(rows / 4) * 16, words: f32.words }]
    : [];

/** The bytes of the biases of `rows` rows of the matrix. */
export const biasBytes = (form: Form, rows: number): number => (isBiased(form) ? 4 * rows : 0);

/**
 * Returns a reader of the bias of a row of the matrix: 0 if the form has none. @throws Error if the input is missing.
 */
export function biasReader(form: Form, { bias }: Readonly<Record<string, WordReader>>): (row: number) => number {
  if (!isBiased(form)) return () => 0;
  if (!bias) throw new Error('a biased projection needs the input bias');
  return (row) => f32.quant(bias(row));
}
