/**
 * Decode steps in memory that is capped on purpose, at several sizes, each with its best batch. The claims `cabin`,
 * `product` and `partial-reads` share them.
 */

import { linearRegression } from 'simple-statistics';
import { minOf } from '../../../results/lists.ts';
import type { DecodeCase } from '../../../results/record/schema.ts';
import { type Estimate, estimate } from '../../../results/statistics.ts';
import { kvBytesHeld, weightBytesHeld } from '../models/accounting.ts';
import { modelOfCase } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { SLICE } from '../models/slices.ts';
import { tensorsAllIn } from '../models/tensors.ts';
import { MAX_STEPS } from '../request/tasks.ts';
import { fullMemoryThroughput, productLaw, type Serving } from '../theory/laws.ts';
import { type Chart, chartPoint, linePoints, logSpaced } from './chart.ts';
import { coldSteps, type Evidence, type MeasuredStep } from './evidence.ts';
import { LONG, sliced } from './sweeps.ts';

/** A cap of the memory, and the steps that are tried in it. */
export interface Cap {
  readonly memoryBytes: number;
  /** A step of one sequence too many, which the cap must refuse. */
  readonly refused: DecodeCase;
  /** Steps of half as many sequences as the cap holds, and of all. */
  readonly tried: readonly DecodeCase[];
}

/** Sequences that the caps have room for. The weights take from seven eighths of the memory down to a third. */
const BATCHES = [2, 4, 8, 16, 24];

const WEIGHT_BYTES = weightBytesHeld(tensorsAllIn(SLICE, 'f16'));
/** Bytes of a sequence's KV cache, with room to grow while it is timed. */
const CACHE_BYTES = kvBytesHeld(SLICE, LONG + MAX_STEPS, 'f16', 'all');

/** Caps that hold the weights, a number of KV caches, and half a cache more for activations, which take less. */
export const capsOf = (model: Model, batches: readonly number[]): readonly Cap[] =>
  batches.map((sequences) => {
    const memoryBytes = Math.round(WEIGHT_BYTES + (sequences + 0.5) * CACHE_BYTES);
    const capped = (batch: number): DecodeCase => ({ ...sliced(batch, LONG), model: model.id, memoryBytes });
    return {
      memoryBytes,
      refused: capped(sequences + 1),
      tried: [capped(Math.ceil(sequences / 2)), capped(sequences)],
    };
  });

export const CAPS = capsOf(SLICE, BATCHES);

export const stepsOf = (caps: readonly Cap[]): readonly DecodeCase[] =>
  caps.flatMap(({ refused, tried }) => [refused, ...tried]);

export const CAPPED_STEPS = stepsOf(CAPS);

/** A cap as it was filled, with the best throughput in it. */
export interface Seated {
  /** Bytes that the fullest step kept in memory: the cap without the rest that no sequence fits into. */
  readonly memoryBytes: number;
  /** The step of the best batch. */
  readonly best: MeasuredStep;
  /** The step that filled the memory. */
  readonly fullest: MeasuredStep;
}

/** Every cap as it was filled, or what is missing. */
export function seated(evidence: Evidence, all = CAPS): readonly Seated[] | string {
  const out: Seated[] = [];
  for (const { refused, tried } of all) {
    const steps = coldSteps(evidence, tried);
    if (typeof steps === 'string') return steps;
    // The refused step comes before the others in the plan: it was skipped for what it takes, not for lack of time.
    if (!evidence.isSkipped(refused)) {
      return `a memory of ${refused.memoryBytes} bytes should not hold batch ${refused.batch}, but the run does not show that it was refused`;
    }
    const sorted = [...steps].sort((a, b) => b.tokensPerSecond.value - a.tokensPerSecond.value);
    const [best, fullest] = [sorted[0], steps.at(-1)];
    if (best && fullest) out.push({ memoryBytes: fullest.residentBytes, best, fullest });
  }
  return out;
}

/** The model in that memory, at a bandwidth of 1: only the shape of the laws matters here. */
export function servingIn({ memoryBytes, fullest }: Seated): Serving {
  const { batch, context, kv, model: id } = fullest.case;
  const model = modelOfCase(id);
  const read = fullest.work.kvBytes / batch;
  const cacheBytes = model ? kvBytesHeld(model, context, kv, 'all') : read;
  return {
    ...{ memoryBytes, bytesPerSecond: 1, cacheBytes, cacheShareRead: read / cacheBytes },
    weightBytes: fullest.weightBytesHeld,
  };
}

/** X by the derived law, with the memory full, per unit of bandwidth. */
export const byLaw = (of: Seated): number => fullMemoryThroughput(servingIn(of));

/** X by the essay's product law, per unit of bandwidth. */
export const byProduct = (of: Seated): number => productLaw(servingIn(of));

/** The estimate of `f` over the best throughputs, replicate by replicate. */
export function overThroughputs(caps: readonly Seated[], f: (perSecond: readonly number[]) => number): Estimate {
  const figures = caps.map(({ best }) => best.tokensPerSecond);
  const of = (pick: (figure: Estimate) => number) => f(figures.map(pick));
  const replicates = (figures[0]?.replicates ?? []).map((_, i) => of(({ replicates: all }) => all[i] ?? Number.NaN));
  return estimate(
    of(({ value }) => value),
    replicates,
    minOf(figures.map(({ units }) => units)),
  );
}

/** ε_M over all caps: the slope of throughput over memory, both in logarithms. */
export const elasticity = (caps: readonly Seated[], perSecond: readonly number[]): number =>
  linearRegression(caps.map(({ memoryBytes }, i) => [Math.log(memoryBytes), Math.log(perSecond[i] as number)])).m;

/** The chart of throughput over memory, with both laws. */
export function throughputOverMemory(evidence: Evidence, all = CAPS): Chart {
  const caps = seated(evidence, all);
  const there = typeof caps === 'string' ? [] : caps;
  const [smallest, largest] = [there[0], there.at(-1)];
  // Both lines go through the largest memory, since only the laws' shape matters.
  const line = (law: (of: Seated) => number) =>
    smallest && largest
      ? linePoints(
          logSpaced(smallest.memoryBytes / 1e9, largest.memoryBytes / 1e9),
          (gb) => (largest.best.tokensPerSecond.value * law({ ...largest, memoryBytes: gb * 1e9 })) / law(largest),
        )
      : [];
  return {
    x: { title: 'memory, GB', scale: 'log' },
    y: { title: 'tokens/s at the best batch', scale: 'log' },
    series: [
      {
        ...{ name: 'measured', kind: 'points' },
        points: there.map(({ memoryBytes, best }) => chartPoint(memoryBytes / 1e9, best.tokensPerSecond)),
      },
      { name: all === CAPS ? '(BW/c)(1 − φ)' : 'the law of partial reads', kind: 'line', points: line(byLaw) },
      { name: 'in proportion to memory', kind: 'line', points: line(byProduct) },
    ],
  };
}
