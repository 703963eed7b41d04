/**
 * Growth of generations in published tests, GPU for GPU, beside what the laws say (`growthOf`). Weights are in the
 * format of each result; newer results often have a narrower one.
 */

import { groupBy } from '../../../results/lists.ts';
import type { ThroughputRow } from '../../../results/published.ts';
import { weightBytesHeld } from '../models/accounting.ts';
import { GENERATIONS, type Generation, type Growth, servingOn } from '../theory/generations.ts';
import { fullMemoryThroughput } from '../theory/laws.ts';
import { publishedTensors } from './weights.ts';

export interface MeasuredGrowth extends Omit<Growth, 'generation'> {
  readonly test: string;
  readonly model: string;
  readonly from: { readonly gpu: string; readonly weights: string };
  readonly to: { readonly gpu: string; readonly weights: string };
  /** Tokens/s per GPU, over those of `from`. */
  readonly measured: number;
}

/** Whether a test measures only throughput, with no limit on latency. */
const isOfThroughput = ({ test }: ThroughputRow): boolean =>
  test.endsWith('Offline') || test.startsWith('TensorRT-LLM 2023');

/** The name of a row's test without its batch, which each GPU may choose. */
const testOf = ({ test }: ThroughputRow): string => test.replace(/, batch \d+/, '');

/** The growth in each test: the best result of every later generation over that of the first one in the test. */
export function measuredGrowth(rows: readonly ThroughputRow[]): MeasuredGrowth[] {
  const tests = groupBy(rows.filter(isOfThroughput), (row) => `${testOf(row)} ${row.model}`);
  return [...tests.values()].flatMap((ofTest) => {
    const best = GENERATIONS.flatMap((generation) => {
      const [top] = ofTest
        .filter(({ gpu }) => gpu === generation.gpu)
        .sort((a, b) => b.tokensPerSecondPerGpu - a.tokensPerSecondPerGpu);
      return top ? [{ generation, top }] : [];
    });
    const [first, ...later] = best;
    return first
      ? later.map(({ generation, top }): MeasuredGrowth => {
          const derivedOf = (one: Generation, row: ThroughputRow): number => {
            const weightBytes = weightBytesHeld(publishedTensors(row));
            return fullMemoryThroughput(servingOn(one, { weightBytes, cacheBytes: 1 })) / one.gpus;
          };
          const before = first.generation;
          const bandwidth = generation.gbps / before.gbps;
          return {
            ...{ test: testOf(top), model: top.model },
            from: { gpu: first.top.gpu, weights: first.top.weights },
            to: { gpu: top.gpu, weights: top.weights },
            measured: top.tokensPerSecondPerGpu / first.top.tokensPerSecondPerGpu,
            bandwidth,
            product: (bandwidth * generation.memoryGB) / before.memoryGB,
            derived: derivedOf(generation, top) / derivedOf(before, first.top),
          };
        })
      : [];
  });
}
