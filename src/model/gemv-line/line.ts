/**
 * The law of a GEMV: its time is affine in the bytes that it streams,
 *
 *     T = a + bytes / β        T in ms, a: the fixed cost of a dispatch, β: the bandwidth
 *
 * The bandwidth term is that of S. Williams et al., "Roofline", CACM 52(4), 2009; the fixed cost is this project's. The
 * law does not hold where the bytes fit a cache, or where arithmetic takes longer than memory.
 */

import { quantile } from 'simple-statistics';
import { maxOf } from '../../../results/lists.ts';
import { type Estimate, estimate, REPLICATES, randomSource } from '../../../results/statistics.ts';

/** A GEMV of one size: the bytes of a dispatch, and the time it took. */
export interface FitPoint {
  readonly bytes: number;
  readonly ms: Estimate;
}

export interface AffineFit {
  /** a, in ms. */
  readonly overheadMs: Estimate;
  /** β, in GB/s. */
  readonly gbps: Estimate;
  /** Maximum relative distance of a point from the line. */
  readonly worstResidual: number;
  readonly points: readonly FitPoint[];
  /** T at `bytes` in ms, with the interval that follows from those of a and β. */
  predictMs(bytes: number): Estimate;
}

export interface GemvLine {
  readonly overheadMs: number;
  readonly msPerByte: number;
}

export interface XY {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Fits T = a + bytes/β with a ≥ 0. The intervals reflect both the noise of the samples and the points' distance from
 * the line.
 * @returns undefined for fewer than three sizes, since any two points lie on a line
 */
export function fitAffine(points: readonly FitPoint[], seed = 1): AffineFit | undefined {
  if (new Set(points.map((p) => p.bytes)).size < 3) return undefined;
  const value = fitLine(
    points.map((p) => ({ bytes: p.bytes, ms: p.ms.value })),
    points,
  );
  const replicates = resampledLines(points, value, seed);
  const through = (f: (line: GemvLine) => number): Estimate => estimate(f(value), replicates.map(f), points.length);
  return {
    overheadMs: through((line) => line.overheadMs),
    gbps: through((line) => 1 / line.msPerByte / 1e6),
    worstResidual: maxOf(points.map((p) => Math.abs(at(value, p.bytes) / p.ms.value - 1))),
    points,
    predictMs: (bytes) => through((line) => at(line, bytes)),
  };
}

/**
 * Draws lines that the points allow as well: each through replicates of the points, which hold the noise of their
 * samples. Sizes are not drawn, since they were chosen. If points lie farther from the line than their noise
 * explains, all replicates are moved away from their points by the same factor. Source of the factor: R. T. Birge,
 * Phys. Rev. 40, 1932, as S of the Particle Data Group, "Review of Particle Physics", §5.2.2.
 */
function resampledLines(points: readonly FitPoint[], line: GemvLine, seed: number): GemvLine[] {
  const random = randomSource(seed);
  /** Distances of replicates from their points in ms, by draw and point. */
  const errors = Array.from({ length: REPLICATES }, () =>
    points.map(({ ms }) => (ms.replicates[random.below(ms.replicates.length)] ?? ms.value) - ms.value),
  );
  const moved = (from: (point: FitPoint) => number, by: readonly number[], scale = 1): XY[] =>
    points.map((point, i) => ({ bytes: point.bytes, ms: from(point) + scale * (by[i] ?? 0) }));
  const noise = errors.map((by) => {
    const straight = moved(({ bytes }) => at(line, bytes), by);
    return distance(straight, fitLine(straight, points));
  });
  const seen = distance(
    moved(({ ms }) => ms.value, []),
    line,
  );
  const [typical, expected] = [quantile(noise, 0.5), quantile(noise, 0.95)];
  const scale = seen > expected && typical > 0 ? Math.sqrt(seen / typical) : 1;
  return errors.map((by) =>
    fitLine(
      moved(({ ms }) => ms.value, by, scale),
      points,
    ),
  );
}

/** The distance of points from a line: the sum of their squared relative residuals. */
const distance = (points: readonly XY[], line: GemvLine): number =>
  points.reduce((total, { bytes, ms }) => total + (ms / at(line, bytes) - 1) ** 2, 0);

/**
 * Fits a line by least squares in relative error, since the noise of a duration grows with it. The weights are 1/T² of
 * the measured times, whatever times are drawn. Negative costs are not physical: where the fixed cost would be
 * negative, the line goes through the origin; where the cost of a byte would be, the line is flat.
 */
export function fitLine(points: readonly XY[], measured: readonly FitPoint[]): GemvLine {
  const sum = (f: (p: XY) => number) =>
    points.reduce((total, p, i) => total + f(p) / (measured[i] as FitPoint).ms.value ** 2, 0);
  const [w, x, y, xx, xy] = [
    sum(() => 1),
    sum((p) => p.bytes),
    sum((p) => p.ms),
    sum((p) => p.bytes ** 2),
    sum((p) => p.bytes * p.ms),
  ];
  const msPerByte = (w * xy - x * y) / (w * xx - x * x);
  const overheadMs = (y - msPerByte * x) / w;
  if (msPerByte < 0) return { overheadMs: y / w, msPerByte: 0 };
  return overheadMs >= 0 ? { overheadMs, msPerByte } : { overheadMs: 0, msPerByte: xy / xx };
}

const at = (line: GemvLine, bytes: number): number => line.overheadMs + bytes * line.msPerByte;
