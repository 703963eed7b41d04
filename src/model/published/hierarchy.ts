/**
 * A fit of quantities that members of groups share. Each row has a value y, and each of its quantities is the sum of a
 * prior mean and of the offsets of the groups that the row belongs to, from the largest group to the smallest. Offsets
 * are normal about 0: a group with few rows stays close to the group above it (partial pooling, as in A. Gelman and J.
 * Hill, "Data Analysis Using Regression and Multilevel/Hierarchical Models", 2007, chapter 12).
 *
 * Rows have the errors of Student's t with `FREEDOM` degrees of freedom, so that a row far off has no say. The fit is
 * the most likely one, found by Gauss–Newton; the covariance of offsets is that of Laplace's approximation there.
 */

/** Degrees of freedom of the errors: about as heavy tails as measurements of strangers have. */
export const FREEDOM = 3;

const MAX_ROUNDS = 100;
const SETTLED = 1e-7;

/** A group that a row belongs to, for one of its quantities. */
export interface Membership {
  readonly quantity: number;
  /** The name of the group, by which rows share it. */
  readonly group: string;
  /** Standard deviation of the offsets of such groups. */
  readonly spread: number;
}

export interface PooledRow {
  readonly y: number;
  readonly memberships: readonly Membership[];
  /** The expected y and its derivatives by each quantity. */
  readonly expected: (quantities: readonly number[]) => { readonly y: number; readonly slopes: readonly number[] };
}

export interface Pooled {
  /** The quantities of a row, known or new. Groups without rows add nothing to them, and their spread to the variance. */
  at(memberships: readonly Membership[]): {
    readonly quantities: readonly number[];
    /** The covariance of the quantities. */
    readonly covariance: readonly (readonly number[])[];
  };
}

/** Fits rows whose quantities have the prior means `means`, and whose errors have the scale `noise`. */
export function pool(rows: readonly PooledRow[], means: readonly number[], noise: number): Pooled {
  const index = new Map<string, number>();
  const spreads: number[] = [];
  const keyOf = ({ quantity, group }: Membership): string => `${quantity} ${group}`;
  for (const { memberships } of rows) {
    for (const one of memberships) {
      if (index.has(keyOf(one))) continue;
      index.set(keyOf(one), spreads.length);
      spreads.push(one.spread);
    }
  }
  const known = rows.map(({ memberships }) =>
    memberships.map((one) => ({ quantity: one.quantity, at: index.get(keyOf(one)) as number })),
  );
  const expectedAt = (offsets: readonly number[], i: number) => {
    const quantities = [...means];
    for (const { quantity, at } of known[i] ?? [])
      quantities[quantity] = (quantities[quantity] as number) + (offsets[at] as number);
    return (rows[i] as PooledRow).expected(quantities);
  };
  const loss = (offsets: readonly number[]): number => {
    let total = 0;
    for (const [i, { y }] of rows.entries()) {
      const off = (expectedAt(offsets, i).y - y) / noise;
      total += ((FREEDOM + 1) / 2) * Math.log1p(off ** 2 / FREEDOM);
    }
    for (const [k, spread] of spreads.entries()) total += ((offsets[k] as number) / spread) ** 2 / 2;
    return total;
  };
  /** The curvature and the gradient of the loss. */
  const slopesAt = (offsets: readonly number[]) => {
    const size = spreads.length;
    const curvature = spreads.map((spread, k) => {
      const row = new Array<number>(size).fill(0);
      row[k] = 1 / spread ** 2;
      return row;
    });
    const gradient = spreads.map((spread, k) => (offsets[k] as number) / spread ** 2);
    for (const [i, { y }] of rows.entries()) {
      const { y: expected, slopes } = expectedAt(offsets, i);
      const off = (expected - y) / noise;
      const weight = (FREEDOM + 1) / (FREEDOM + off ** 2) / noise ** 2;
      for (const a of known[i] ?? []) {
        const slope = slopes[a.quantity] as number;
        gradient[a.at] = (gradient[a.at] as number) + weight * slope * (expected - y);
        const row = curvature[a.at] as number[];
        for (const b of known[i] ?? [])
          row[b.at] = (row[b.at] as number) + weight * slope * (slopes[b.quantity] as number);
      }
    }
    return { curvature, gradient };
  };

  let offsets = spreads.map(() => 0);
  let now = loss(offsets);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { curvature, gradient } = slopesAt(offsets);
    const step = solve(factor(curvature), gradient);
    let next = offsets;
    let then = now;
    for (let part = 1; part > 1e-3; part /= 2) {
      next = offsets.map((offset, k) => offset - part * (step[k] as number));
      then = loss(next);
      if (then <= now) break;
    }
    if (!(then < now - SETTLED)) break;
    [offsets, now] = [next, then];
  }
  const lower = factor(slopesAt(offsets).curvature);
  return {
    at: (memberships) => {
      const quantities = [...means];
      const columns = means.map(() => spreads.map(() => 0));
      const unknown = means.map(() => 0);
      for (const one of memberships) {
        const at = index.get(keyOf(one));
        const { quantity } = one;
        if (at === undefined) unknown[quantity] = (unknown[quantity] as number) + one.spread ** 2;
        else {
          quantities[quantity] = (quantities[quantity] as number) + (offsets[at] as number);
          (columns[quantity] as number[])[at] = 1;
        }
      }
      const solved = columns.map((column) => solve(lower, column));
      const covariance = columns.map((column, a) =>
        solved.map((other, b) => dot(column, other) + (a === b ? (unknown[a] as number) : 0)),
      );
      return { quantities, covariance };
    },
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
};

/** Cholesky's factor L of a positive definite matrix: A = L·Lᵀ. */
function factor(a: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  for (const [i, row] of a.entries()) {
    const mine: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? mine : (lower[j] as number[]);
      let rest = row[j] as number;
      for (let k = 0; k < j; k++) rest -= (mine[k] as number) * (other[k] as number);
      mine.push(j === i ? Math.sqrt(rest) : rest / (other[j] as number));
    }
    lower.push(mine);
  }
  return lower;
}

/** Solves L·Lᵀ·x = b. */
function solve(lower: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x = [...b];
  for (let i = 0; i < x.length; i++) {
    const row = lower[i] as readonly number[];
    let rest = x[i] as number;
    for (let k = 0; k < i; k++) rest -= (row[k] as number) * (x[k] as number);
    x[i] = rest / (row[i] as number);
  }
  for (let i = x.length - 1; i >= 0; i--) {
    let rest = x[i] as number;
    for (let k = i + 1; k < x.length; k++) rest -= ((lower[k] as readonly number[])[i] as number) * (x[k] as number);
    x[i] = rest / ((lower[i] as readonly number[])[i] as number);
  }
  return x;
}
