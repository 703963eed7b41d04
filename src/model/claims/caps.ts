/**
 * The cabin: a memory that is capped at several sizes, on purpose, and the best batch at each. The claims `cabin` and
 * `product` ask for the same.
 */

import type { DecodeCase } from '../../../results/schema.ts';
import { type Estimate, estimate } from '../../../results/statistics.ts';
import { kvBytesHeld, weightBytesHeld } from '../models/accounting.ts';
import { SLICE } from '../models/slices.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { MAX_STEPS } from '../request/tasks.ts';
import { fullMemoryThroughput, productLaw, type Serving } from '../theory/laws.ts';
import { type Chart, chartPoint, linePoints, logSpaced } from './chart.ts';
import { coldSteps, type Evidence, type MeasuredStep } from './evidence.ts';
import { LONG, sliced } from './sweeps.ts';

/** A capped memory, and what was tried in it. */
export interface Cap {
  readonly memoryBytes: number;
  /** One sequence too many: the cap refuses it, or it is none. */
  readonly refused: DecodeCase;
  /** The most sequences that it holds, and half of them. */
  readonly tried: readonly DecodeCase[];
}

/** Sequences that caps have room for: the weights take from seven eighths of the memory down to a third. */
const BATCHES = [2, 4, 8, 16, 24];

const WEIGHT_BYTES = weightBytesHeld(tensorsIn(SLICE, allIn('f16')));
/** Sequences have room to grow while they are timed. */
const CACHE_BYTES = kvBytesHeld(SLICE, LONG + MAX_STEPS, 'f16', 'all');

/** Weights, so many caches and half a one: for activations, which take less. */
export const CAPS: readonly Cap[] = BATCHES.map((most) => {
  const memoryBytes = Math.round(WEIGHT_BYTES + (most + 0.5) * CACHE_BYTES);
  const capped = (batch: number): DecodeCase => ({ ...sliced(batch, LONG), memoryBytes });
  return { memoryBytes, refused: capped(most + 1), tried: [capped(Math.ceil(most / 2)), capped(most)] };
});

export const CAPPED_STEPS: readonly DecodeCase[] = CAPS.flatMap(({ refused, tried }) => [refused, ...tried]);

/** A memory as full as it was, and the best throughput in it. */
export interface Seated {
  /** What the fullest step kept in memory: the cap, but for the rest that no sequence fitted into. */
  readonly memoryBytes: number;
  /** The best batch, … */
  readonly best: MeasuredStep;
  /** … and the one that filled the memory. */
  readonly fullest: MeasuredStep;
}

/** What every cap held, or what is missing. */
export function seated(evidence: Evidence): readonly Seated[] | string {
  const out: Seated[] = [];
  for (const { refused, tried } of CAPS) {
    const steps = coldSteps(evidence, tried);
    if (typeof steps === 'string') return steps;
    // It comes before them in the plan.
    if (!evidence.isSkipped(refused)) {
      return `a memory of ${refused.memoryBytes} bytes should not hold batch ${refused.batch}, and nothing shows that it does not`;
    }
    const sorted = [...steps].sort((a, b) => b.tokensPerSecond.value - a.tokensPerSecond.value);
    const [best, fullest] = [sorted[0], steps.at(-1)];
    if (best && fullest) out.push({ memoryBytes: fullest.residentBytes, best, fullest });
  }
  return out;
}

/** The model in that memory; of bandwidth only the shape of a law is asked for here. */
const servingIn = ({ memoryBytes, fullest }: Seated): Serving => ({
  ...{ memoryBytes, bytesPerSecond: 1 },
  weightBytes: fullest.weightBytesHeld,
  cacheBytes: fullest.work.kvBytes / fullest.case.batch,
});

/** X by the derived law, with the memory full and all of it read, in units of bandwidth. */
export const byLaw = (of: Seated): number => fullMemoryThroughput(servingIn(of));

/** X by the essay's, in units of bandwidth. */
export const byProduct = (of: Seated): number => productLaw(servingIn(of));

/** `f` of the best throughputs, replicate by replicate. */
export function overThroughputs(caps: readonly Seated[], f: (perSecond: readonly number[]) => number): Estimate {
  const figures = caps.map(({ best }) => best.tokensPerSecond);
  const of = (pick: (figure: Estimate) => number) => f(figures.map(pick));
  const replicates = (figures[0]?.replicates ?? []).map((_, i) => of(({ replicates: all }) => all[i] ?? Number.NaN));
  return estimate(
    of(({ value }) => value),
    replicates,
    Math.min(...figures.map(({ units }) => units)),
  );
}

/** Throughput over memory, beside both laws. */
export function throughputOverMemory(evidence: Evidence): Chart {
  const caps = seated(evidence);
  const there = typeof caps === 'string' ? [] : caps;
  const [smallest, largest] = [there[0], there.at(-1)];
  // Laws have a shape alone here: they go through the largest memory.
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
      { name: '(BW/c)(1 − φ)', kind: 'line', points: line(byLaw) },
      { name: 'in proportion to memory', kind: 'line', points: line(byProduct) },
    ],
  };
}
