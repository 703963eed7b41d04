/**
 * Whether the law holds over a collection: whether decoding is as fast as memory lets it be, on all parts alike. Each part
 * is one point, its medians, so that a GPU which many people have counts no more than one that few have. Pure.
 */

import { median, medianAbsoluteDeviation, quantile } from 'simple-statistics';
import type { Figure } from '../../../results/figures.ts';
import type { LawView, PartFigures } from './api.ts';

/** The least number of parts of which a law can be said: with fewer, one odd part is most of them. */
const MIN_PARTS = 3;

/** The least number of parts from which one is called off the law. */
const MIN_FOR_OUTLIERS = 5;

/**
 * How many robust standard deviations off the law an outlier is: Iglewicz and Hoaglin, How to Detect and Handle Outliers
 * (1993).
 */
const MAX_Z = 3.5;

/** What the median absolute deviation of a normal distribution is multiplied by to give its standard deviation. */
const NORMAL = 1.4826;

/** The least share that is off: what runs of one part differ by anyway. */
const MIN_OFF = 0.05;

/** @param bytes of a step. Null: too few parts have both a read ceiling and this step */
export function lawOf(parts: readonly PartFigures[], bytes: number): LawView | null {
  const points = parts.flatMap(({ key, gbps, tokens }) =>
    gbps && tokens ? [{ key, log: Math.log((tokens.median * bytes) / 1e9 / gbps.median) }] : [],
  );
  if (points.length < MIN_PARTS) return null;
  const logs = points.map(({ log }) => log);
  const middle = median(logs);
  const scale = NORMAL * medianAbsoluteDeviation(logs);
  const offs = points.map(({ key, log }) => ({
    key,
    off: Math.expm1(log - middle),
    z: Math.abs(log - middle) / scale,
  }));
  const isOutlier = ({ off, z }: { off: number; z: number }): boolean =>
    points.length >= MIN_FOR_OUTLIERS && Math.abs(off) >= MIN_OFF && z > MAX_Z;
  return {
    share: shareOf(logs, middle),
    spread: quantile(
      offs.filter((one) => !isOutlier(one)).map(({ off }) => Math.abs(off)),
      0.9,
    ),
    outliers: offs.filter(isOutlier).map(({ key, off }) => ({ key, off, why: off < 0 ? SLOWER : FASTER })),
  };
}

const SLOWER = 'something else than memory takes time here: launches, compute, or a clock that was low';
const FASTER =
  'its steps read faster than its memory did: a cache may have helped, or its read ceiling was measured low';

/**
 * The median with its 95 % interval by order statistics, which assumes nothing of how parts scatter: between the ends,
 * the true median lies with this probability if parts are drawn alike.
 */
function shareOf(logs: readonly number[], middle: number): Figure {
  const sorted = [...logs].sort((a, b) => a - b);
  const rank = lowRank(sorted.length);
  const [low, high] = [sorted[rank], sorted[sorted.length - 1 - rank]];
  const interval = rank < 0 || low === undefined || high === undefined ? null : ([low, high] as const);
  return { value: Math.exp(middle), ci95: interval && [Math.exp(interval[0]), Math.exp(interval[1])] };
}

/** The largest index r for which the chance is 2.5 % at most that fewer than r + 1 of n lie below the median; −1: none. */
function lowRank(n: number): number {
  let below = 0;
  let chance = 0.5 ** n;
  for (let r = 0; r <= n; r++) {
    below += chance;
    if (below > 0.025) return r - 1;
    chance *= (n - r) / (r + 1);
  }
  return -1;
}
