/**
 * The first law: the time of a GEMV is affine in the bytes it streams,
 *
 *     T = a + bytes / β        T in ms, a: the fixed cost of a dispatch, β: the bandwidth behind the door
 *
 * (S. Williams et al., "Roofline", CACM 52(4), 2009, for the bandwidth term; a is this project's.) It stops being
 * true where the bytes fit a cache, and where arithmetic takes longer than the memory.
 */

import { type Estimate, estimate, REPLICATES, randomSource } from '../../results/statistics.ts';

/** One size: the bytes of a dispatch, and the time it took. */
export interface FitPoint {
  readonly bytes: number;
  readonly ms: Estimate;
}

export interface AffineFit {
  /** a, in ms. */
  readonly overheadMs: Estimate;
  /** β, in GB/s. */
  readonly gbps: Estimate;
  /** Largest relative residual of the points: how far from a line they lie. */
  readonly worstResidual: number;
  readonly points: readonly FitPoint[];
  /** T at `bytes`, in ms, with the interval that follows from those of a and β. */
  predictMs(bytes: number): Estimate;
}

interface Line {
  readonly overheadMs: number;
  readonly msPerByte: number;
}

interface XY {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Fits T = a + bytes/β with a ≥ 0.
 *
 * The intervals hold both the noise of the samples and the points' distance from a line.
 *
 * @returns undefined for fewer than three sizes: two points fit any line.
 */
export function fitAffine(points: readonly FitPoint[], seed = 1): AffineFit | undefined {
  if (new Set(points.map((p) => p.bytes)).size < 3) return undefined;
  const value = fitLine(points.map((p) => ({ bytes: p.bytes, ms: p.ms.value })));
  const replicates = resampledLines(points, value, seed);
  const through = (f: (line: Line) => number): Estimate => estimate(f(value), replicates.map(f), points.length);
  return {
    overheadMs: through((line) => line.overheadMs),
    gbps: through((line) => 1 / line.msPerByte / 1e6),
    worstResidual: Math.max(...points.map((p) => Math.abs(at(value, p.bytes) / p.ms.value - 1))),
    points,
    predictMs: (bytes) => through((line) => at(line, bytes)),
  };
}

/**
 * Lines that could as well have been: each point at one of its own replicates (the noise of its samples), moved by
 * its relative residual up or down (its distance from a line). The sizes stay, as they were chosen, not drawn.
 * Source: C. F. J. Wu's wild bootstrap (Ann. Statist. 14, 1986), with Rademacher signs.
 */
function resampledLines(points: readonly FitPoint[], line: Line, seed: number): Line[] {
  const random = randomSource(seed);
  const inflation = Math.sqrt(points.length / (points.length - PARAMETERS));
  return Array.from({ length: REPLICATES }, () =>
    fitLine(
      points.map(({ bytes, ms }) => {
        const replicate = ms.replicates[random.below(ms.replicates.length)] ?? ms.value;
        const residual = (ms.value / at(line, bytes) - 1) * inflation;
        return { bytes, ms: replicate * (1 + (random.below(2) === 0 ? residual : -residual)) };
      }),
    ),
  );
}

/** a and β. */
const PARAMETERS = 2;

/**
 * Least squares in relative error (weights 1/T²), since the noise of a duration grows with it. Neither a negative
 * fixed cost nor a negative cost of a byte is physical: then the line goes through the origin, or is flat.
 */
function fitLine(points: readonly XY[]): Line {
  const sum = (f: (p: XY) => number) => points.reduce((total, p) => total + f(p) / p.ms ** 2, 0);
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

const at = (line: Line, bytes: number): number => line.overheadMs + bytes * line.msPerByte;
