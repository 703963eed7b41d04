/**
 * Two GPUs that compute alike and differ in their memories, in the same test: what the second gains, against what the
 * laws say it should, of which none has been fitted to anything.
 */

import { GPUS, type Gpu } from '../../../results/gpus.ts';
import type { ThroughputRow } from '../../../results/published.ts';
import { activeParameters, kvBytesHeld, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/index.ts';
import { asOneDomain, capacity, fullMemoryThroughput, productLaw, type Serving } from '../theory/laws.ts';
import { atPeak, stepTime } from '../theory/step-time.ts';
import { publishedTensors } from './weights.ts';

/** Pairs of one architecture; dense operations/s in fp8 are the same in both. Source: accelerators' data sheets, by vendor. */
const PAIRS = [
  { from: 'NVIDIA H100', to: 'NVIDIA H200', fp8Tflops: 1979 },
  { from: 'AMD Instinct MI300X', to: 'AMD Instinct MI325X', fp8Tflops: 2615 },
] as const;

/** What each law says that the second does of the first's throughput. */
export interface Gains {
  /** Compute alone: nothing. */
  readonly compute: number;
  readonly bandwidth: number;
  /** Memory full, all of it read: BW · (1 − φ). */
  readonly derived: number;
  /** The essay's: M · BW. */
  readonly product: number;
  /** Memory full, compute and prefill counted, at peaks; where the lengths of requests are known. */
  readonly roofline: number | null;
}

export interface PairResult {
  readonly from: string;
  readonly to: string;
  readonly model: string;
  readonly test: string;
  readonly by: string;
  readonly gpus: number;
  /** Throughput of `to` over that of `from`, as published. */
  readonly measured: number;
  readonly gains: Gains;
}

export function pairResults(rows: readonly ThroughputRow[]): PairResult[] {
  const isAlike = (a: ThroughputRow, b: ThroughputRow): boolean =>
    a.test === b.test && a.model === b.model && a.weights === b.weights && a.by === b.by && a.gpus === b.gpus;
  return PAIRS.flatMap(({ from, to, fp8Tflops }) =>
    rows
      .filter(({ gpu }) => gpu === from)
      .flatMap((before) => {
        const after = rows.find((row) => row.gpu === to && isAlike(row, before));
        if (!after) return [];
        const measured = after.tokensPerSecondPerGpu / before.tokensPerSecondPerGpu;
        const { model, test, by, gpus } = before;
        return {
          from,
          to,
          model,
          test,
          by,
          gpus,
          measured,
          gains: gainsOf(before, gpuCalled(from), gpuCalled(to), fp8Tflops),
        };
      }),
  );
}

function gpuCalled(name: string): Gpu {
  const gpu = GPUS.find((one) => one.name === name);
  if (!gpu) throw new Error(`results/data/reference/gpus.json has no ${name}`);
  return gpu;
}

function gainsOf(row: ThroughputRow, from: Gpu, to: Gpu, fp8Tflops: number): Gains {
  const model = modelById(row.model);
  const tensors = publishedTensors(row);
  const weightBytes = weightBytesHeld(tensors);
  const domain = domainOf(row, weightBytes, from);
  const servingOn = (gpu: Gpu): Serving =>
    asOneDomain(
      { memoryBytes: gpu.memoryGB * 1e9, bytesPerSecond: gpu.gbps * 1e9, weightBytes, cacheBytes: 1 },
      domain,
    );
  const ratio = (of: (gpu: Gpu) => number): number => of(to) / of(from);
  const { input, output } = row;
  return {
    compute: 1,
    bandwidth: ratio(({ gbps }) => gbps),
    derived: ratio((gpu) => fullMemoryThroughput(servingOn(gpu))),
    product: ratio((gpu) => productLaw(servingOn(gpu))),
    roofline:
      input === undefined || output === undefined
        ? null
        : ratio((gpu) => {
            const { memoryBytes, bytesPerSecond } = servingOn(gpu);
            const flopsPerSecond = fp8Tflops * 1e12 * domain;
            // A byte to a value, as servers keep it in fp8: half of f16.
            const cacheBytes = kvBytesHeld(model, input + output, 'f16', 'window') / 2;
            const batch = Math.max(1, Math.floor(capacity({ memoryBytes, weightBytes, cacheBytes })));
            const work = stepWork(model, tensors, { batch, context: input + Math.ceil(output / 2), kv: 'f16' });
            const half = { ...work, kvBytes: work.kvBytes / 2 };
            const step = stepTime(half, atPeak(bytesPerSecond, flopsPerSecond)).seconds;
            // To each token that is made belongs a part of the reading of its request.
            const prefill = ((input / output) * 2 * activeParameters(model)) / flopsPerSecond;
            return batch / (step + batch * prefill);
          }),
  };
}

/** GPUs that hold the weights once: those of a row that says so, else as few of the smaller ones as can, a power of two. */
function domainOf({ test, gpus }: ThroughputRow, weightBytes: number, from: Gpu): number {
  if (test.startsWith('TensorRT-LLM')) return gpus;
  let domain = 1;
  while (domain < gpus && domain * from.memoryGB * 1e9 < weightBytes / MAX_WEIGHT_SHARE) domain *= 2;
  return domain;
}

/** More of its memory no server gives to weights. */
const MAX_WEIGHT_SHARE = 0.8;
