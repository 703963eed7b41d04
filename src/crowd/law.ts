/**
 * The law over the collection: do tokens/s follow the bandwidth of memory, from one part to the next? Each part is one
 * point, the median of its runs, so that a part which many people have weighs no more than one that few have.
 *
 * What is compared is the rate at which a step's bytes were read, tokens/s × bytes of a step ÷ batch, with the read
 * ceiling of the same part. Over parts, rate = share · ceiling ^ exponent. Where memory alone sets the speed, exponent
 * and share are 1.
 */

import { median } from 'simple-statistics';
import { maxOf, minOf } from '../../results/lists.ts';
import { bootstrap, type Estimate } from '../../results/statistics.ts';
import { significant } from '../../results/text/figures.ts';
import type { Part } from './row.ts';

/** A part as a point of the law. Both figures are those of its median run. */
export interface PartPoint {
  readonly part: Part;
  /** The read ceiling in GB/s. */
  readonly gbps: number;
  /** The rate in GB/s at which the bytes of the step were read. */
  readonly stepGBps: number;
}

/** A part that is off the law. */
export interface Outlier {
  readonly part: Part;
  /** Its rate over the one that its ceiling leads to. */
  readonly times: number;
  readonly reason: string;
}

export interface CrowdLaw {
  readonly parts: number;
  /** The power by which the rate of steps grows with the read ceiling. */
  readonly exponent: Estimate;
  /** The part of the ceiling at which a step's bytes are read, by the median part. */
  readonly share: Estimate;
  /** How far parts lie off the law: two in three are nearer, relative. */
  readonly scatter: number;
  readonly outliers: readonly Outlier[];
  /** The rate in GB/s that a ceiling leads to. */
  readonly at: (gbps: number) => number;
}

/** The minimum of parts for a law, and the factor by which the largest ceiling exceeds the smallest. */
const [MIN_PARTS, MIN_SPAN] = [4, 2];

/** Huber's k: 95 % as efficient as least squares where scatter is normal. */
const HUBER = 1.345;

/** Rounds of weights: they settle in fewer. */
const ROUNDS = 12;

/** Makes the median of distances the standard deviation of normal ones. */
const NORMAL = 1.4826;

/** A scatter below this is rounding, relative. */
const MIN_SCATTER = 1e-3;

/** A part is an outlier beyond so many scatters, and off by at least this share. */
const [FAR, MIN_OFF] = [3.5, 0.15];

const SEED = 1;

interface Line {
  readonly exponent: number;
  /** ln of the rate at a ceiling of 1 GB/s. */
  readonly intercept: number;
  readonly scatter: number;
}

interface LogPoint {
  readonly x: number;
  readonly y: number;
}

/** The law over some parts; undefined for too few, or too much alike. */
export function crowdLaw(points: readonly PartPoint[]): CrowdLaw | undefined {
  const logs = points.map(({ gbps, stepGBps }): LogPoint => ({ x: Math.log(gbps), y: Math.log(stepGBps) }));
  const xs = logs.map(({ x }) => x);
  if (logs.length < MIN_PARTS || maxOf(xs) - minOf(xs) < Math.log(MIN_SPAN)) return undefined;
  const line = robustLine(logs);
  if (!line) return undefined;
  const at = (gbps: number) => Math.exp(line.intercept + line.exponent * Math.log(gbps));
  return {
    parts: points.length,
    exponent: bootstrap(logs, (drawn) => redrawn(drawn, line), SEED),
    share: bootstrap(logs, (drawn) => Math.exp(median(drawn.map(({ x, y }) => y - x))), SEED),
    scatter: Math.expm1(line.scatter),
    outliers: points.flatMap((point) => outlierOf(point, at(point.gbps), line.scatter)),
    at,
  };
}

function outlierOf({ part, stepGBps }: PartPoint, expected: number, scatter: number): Outlier[] {
  const times = stepGBps / expected;
  if (Math.abs(Math.log(times)) <= Math.max(FAR * scatter, Math.log1p(MIN_OFF))) return [];
  const reason =
    times < 1
      ? `writes ${significant(times, 2)} times the tokens per second that its memory leads to expect: something else holds it up, such as arithmetic or starting work`
      : `writes ${significant(times, 2)} times the tokens per second that its memory leads to expect: a cache may help it, or its memory was measured too slow`;
  return [{ part, times, reason }];
}

/** The line through points by Huber's weights, whose reach follows from the median distance; undefined for one x. */
function robustLine(points: readonly LogPoint[]): Line | undefined {
  let line: Line = { exponent: 1, intercept: median(points.map(({ x, y }) => y - x)), scatter: MIN_SCATTER };
  for (let round = 0; round < ROUNDS; round++) {
    const off = points.map(({ x, y }) => Math.abs(y - line.intercept - line.exponent * x));
    const scatter = Math.max(MIN_SCATTER, NORMAL * median(off));
    const next = weightedLine(points, { ...line, scatter });
    if (!next) return undefined;
    line = next;
  }
  return line;
}

/** The rounds for points that were drawn anew: their line is near that of all. */
const FEW_ROUNDS = 3;

/** The exponent of points that were drawn from those of `line`. */
function redrawn(points: readonly LogPoint[], line: Line): number {
  let next: Line | undefined = line;
  for (let round = 0; round < FEW_ROUNDS && next; round++) next = weightedLine(points, next);
  return next?.exponent ?? line.exponent;
}

/** The least-squares line, each point weighted by its distance from `line`; undefined for one x. */
function weightedLine(points: readonly LogPoint[], { exponent, intercept, scatter }: Line): Line | undefined {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const off = Math.abs(y - intercept - exponent * x);
    const weight = off <= HUBER * scatter ? 1 : (HUBER * scatter) / off;
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  }
  const base = wxx - (wx * wx) / w;
  if (!(base > 1e-12 * wxx)) return undefined;
  const slope = (wxy - (wx * wy) / w) / base;
  return { exponent: slope, intercept: (wy - slope * wx) / w, scatter };
}
