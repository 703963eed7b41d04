/**
 * How the figures of a group lie, in buckets: each is 0.5 % wide, and keeps the number of its figures and their sum. A
 * figure is added and taken away at the same cost however many there are. A quantile takes each figure for the mean of its
 * bucket, and so is off by less than a bucket's width; where a bucket's figures are equal, it is exact.
 */

/** The width of a bucket: its upper end over its lower one. */
const WIDTH = 1.005;

export interface Bucket {
  readonly bucket: number;
  readonly n: number;
  readonly total: number;
}

/** Whether a figure can be counted: a number above 0. */
export const isCountable = (figure: number): boolean => Number.isFinite(figure) && figure > 0;

/** The number of the bucket that holds a figure above 0. */
export const bucketOf = (figure: number): number => Math.floor(Math.log(figure) / Math.log(WIDTH));

/** The mean of a bucket's figures. Sums drift by rounding as figures come and go, but no mean leaves its bucket. */
function meanOf({ bucket, n, total }: Bucket): number {
  const mean = Math.min(Math.max(total / n, WIDTH ** bucket), WIDTH ** (bucket + 1));
  return Number(mean.toPrecision(12));
}

export interface Quartiles {
  readonly n: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** The quartiles of all figures, interpolated as `quantileSorted` of simple-statistics does. NaN if there is none. */
export function quartilesOf(buckets: readonly Bucket[]): Quartiles {
  const filled = buckets.filter(({ n }) => n > 0).sort((a, b) => a.bucket - b.bucket);
  const n = filled.reduce((sum, bucket) => sum + bucket.n, 0);
  const at = (rank: number): number => {
    let before = 0;
    for (const bucket of filled) {
      before += bucket.n;
      if (rank < before) return meanOf(bucket);
    }
    return Number.NaN;
  };
  const quantile = (p: number): number => {
    const place = (n - 1) * p;
    const [below, above] = [at(Math.floor(place)), at(Math.ceil(place))];
    return Number((below + (place - Math.floor(place)) * (above - below)).toPrecision(12));
  };
  return { n, lower: quantile(0.25), median: quantile(0.5), upper: quantile(0.75) };
}
