/**
 * Non-negative least squares for a handful of costs.
 *
 * Source: C. Lawson, R. Hanson, "Solving Least Squares Problems", 1974, chapter 23, in the form of R. Bro and S. de
 * Jong, J. Chemometrics 11, 1997, which needs only the normal equations. These square the condition number of the
 * columns. Columns are therefore scaled to length 1, and callers leave out columns that nearly depend on others
 * (`identify`).
 */

import { maxOf, minOf } from '../../../results/lists.ts';

/** The length of a vector. It is scaled, so that no square is too large or too small for a number. */
function normOf(values: readonly number[]): number {
  const largest = maxOf(values.map(Math.abs));
  if (!(largest > 0)) return 0;
  let squares = 0;
  for (const value of values) squares += (value / largest) ** 2;
  return largest * Math.sqrt(squares);
}

/** The normal equations AᵀA·x = Aᵀy. */
interface NormalEquations {
  readonly gram: readonly (readonly number[])[];
  readonly moments: readonly number[];
}

function normalEquations(rows: readonly (readonly number[])[], y: readonly number[], count: number): NormalEquations {
  const gram = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const moments = new Array<number>(count).fill(0);
  for (const [r, row] of rows.entries()) {
    for (let i = 0; i < count; i++) {
      const at = row[i] as number;
      if (at === 0) continue;
      moments[i] = (moments[i] as number) + at * (y[r] as number);
      const line = gram[i] as number[];
      for (let j = 0; j < count; j++) line[j] = (line[j] as number) + at * (row[j] as number);
    }
  }
  return { gram, moments };
}

/** A pivot of a column of length 1 that is smaller than this is rounding. */
const ROUNDING = 1e-11;

/**
 * Solves `gram`·x = `moments` in the variables `set`, by Cholesky. Returns undefined where they depend on each other.
 */
function solveWithin({ gram, moments }: NormalEquations, set: readonly number[]): number[] | undefined {
  const n = set.length;
  const lower = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const at = (i: number, j: number) => (lower[i] as number[])[j] as number;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = (gram[set[i] as number] as readonly number[])[set[j] as number] as number;
      for (let k = 0; k < j; k++) rest -= at(i, k) * at(j, k);
      if (i === j && rest <= ROUNDING) return undefined;
      (lower[i] as number[])[j] = i === j ? Math.sqrt(rest) : rest / at(j, j);
    }
  }
  const x = set.map((index) => moments[index] as number);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(i, k) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - at(k, i) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  return x;
}

/** A shorter column counts as zeros: what it is multiplied by might be larger than any number. */
const SHORTEST = 1e-280;

/**
 * Finds the x ≥ 0 for which `rows`·x is nearest to `y`. A column of zeros, or one that depends on others, may get 0.
 */
export function leastSquaresNonNegative(rows: readonly (readonly number[])[], y: readonly number[]): number[] {
  const count = rows[0]?.length ?? 0;
  const norms = Array.from({ length: count }, (_, i) => normOf(rows.map((row) => row[i] as number)));
  const lengths = norms.map((norm) => (norm < SHORTEST ? 0 : norm));
  const scaled = rows.map((row) => row.map((value, i) => value / (lengths[i] || 1)));
  const equations = normalEquations(scaled, y, count);
  const { gram, moments } = equations;
  const maxMoment = maxOf([...moments.map(Math.abs), Number.MIN_VALUE]);

  const unscaled = (solution: readonly number[]) => solution.map((value, i) => value / (lengths[i] || 1));
  // The plain solution stands where no bound is active, which is the usual case.
  const unbounded = solveWithin(equations, [...lengths.keys()]);
  if (unbounded?.every((value) => value >= 0)) return unscaled(unbounded);

  let x = new Array<number>(count).fill(0);
  let free: number[] = [];
  const barred = new Set<number>();
  // Each round frees one variable, and hardly any is freed twice.
  for (let round = 0; round < 4 * count; round++) {
    const gradient = moments.map(
      (moment, i) => moment - (gram[i] as readonly number[]).reduce((total, g, j) => total + g * (x[j] as number), 0),
    );
    const next = gradient
      .map((slope, i) => ({ slope, i }))
      .filter(({ slope, i }) => !free.includes(i) && !barred.has(i) && slope > 1e-12 * maxMoment)
      .sort((a, b) => b.slope - a.slope)[0];
    if (!next) break;
    free.push(next.i);
    for (;;) {
      const solution = solveWithin(equations, free);
      if (!solution) {
        barred.add(next.i);
        free = free.filter((i) => i !== next.i);
        break;
      }
      const target = new Array<number>(count).fill(0);
      for (const [k, i] of free.entries()) target[i] = solution[k] as number;
      const negative = free.filter((i) => (target[i] as number) <= 0);
      if (negative.length === 0) {
        x = target;
        break;
      }
      // Go towards the solution as far as all variables stay positive; one that reaches 0 is bound there.
      const reach = minOf(negative.map((i) => (x[i] as number) / ((x[i] as number) - (target[i] as number) || 1)));
      x = x.map((value, i) => value + reach * ((target[i] as number) - value));
      const left = free.filter((i) => (x[i] as number) > 1e-15);
      free = left.length < free.length ? left : free.filter((i) => !negative.includes(i));
      for (const i of x.keys()) if (!free.includes(i)) x[i] = 0;
    }
  }
  return unscaled(x);
}

/** The independence of a column from those before it. */
export interface Independence {
  /** Share of its length that those before it do not explain: the sine of the angle. 0 for a column of zeros. */
  readonly share: number;
  /** Indices of the columns before it that explain it; empty where `share` is large enough. */
  readonly explainedBy: readonly number[];
}

/**
 * Measures how independent each column is of those before it, by Gram–Schmidt. A column with a share below `needs` is
 * left out of the basis for later ones.
 */
export function independence(columns: readonly (readonly number[])[], needs: number): Independence[] {
  const basis: { readonly index: number; readonly direction: readonly number[] }[] = [];
  return columns.map((column, index) => {
    const length = normOf(column);
    if (length === 0) return { share: 0, explainedBy: [] };
    let rest = column.map((value) => value / length);
    // One pass leaves rounding errors as large as the shares that matter.
    for (const _ of [0, 1]) {
      for (const { direction } of basis) {
        const along = direction.reduce((total, value, i) => total + value * (rest[i] as number), 0);
        rest = rest.map((value, i) => value - along * (direction[i] as number));
      }
    }
    const share = normOf(rest);
    if (share >= needs) {
      basis.push({ index, direction: rest.map((value) => value / share) });
      return { share, explainedBy: [] };
    }
    const accepted = basis.map((one) => one.index);
    const rows = column.map((_, r) => accepted.map((i) => (columns[i] as readonly number[])[r] as number));
    const parts = leastSquaresNonNegative(rows, column);
    const explainedBy = accepted.filter(
      (i, k) => (parts[k] as number) * normOf(columns[i] as readonly number[]) > EXPLAINS * length,
    );
    return { share, explainedBy };
  });
}

/** Minimum share of another column's length that a column must make up to explain it. */
const EXPLAINS = 0.02;
