/**
 * Validates the laws on pairs of GPUs that differ only in their memory: what the second gains in the same test, and
 * what each law says. None of the laws is fitted.
 */

import { GPUS, type GpuSpec } from '../../../results/gpus/by-name.ts';
import type { ThroughputRow } from '../../../results/reference/published.ts';
import { activeParameters, kvBytesHeld, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { asOneDomain, capacity, fullMemoryThroughput, productLaw, type Serving } from '../theory/laws.ts';
import { atPeak, stepTime } from '../theory/step-time.ts';
import { publishedTensors } from './weights.ts';

/** Pairs of GPUs with one architecture and the same dense operations/s in fp8. Source: the vendors' data sheets. */
const PAIRS = [
  { from: 'NVIDIA H100', to: 'NVIDIA H200', fp8Tflops: 1979 },
  { from: 'AMD Instinct MI300X', to: 'AMD Instinct MI325X', fp8Tflops: 2615 },
] as const;

/** Throughput of the second GPU over that of the first, by each law. */
export interface Gains {
  /** The ratio by compute alone, which is 1. */
  readonly compute: number;
  /** The ratio by bandwidth alone. */
  readonly bandwidth: number;
  /** The ratio by BW · (1 − φ), with the memory full and all of it read. */
  readonly derived: number;
  /** The ratio by the essay's product law, M · BW. */
  readonly product: number;
  /**
   * The ratio by the law with compute and prefill at the peaks, with the memory full. Null where lengths of requests
   * are unknown.
   */
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

function gpuCalled(name: string): GpuSpec {
  const gpu = GPUS.find((one) => one.name === name);
  if (!gpu) throw new Error(`results/data/reference/gpus.json has no ${name}`);
  return gpu;
}

function gainsOf(row: ThroughputRow, from: GpuSpec, to: GpuSpec, fp8Tflops: number): Gains {
  const model = modelById(row.model);
  const tensors = publishedTensors(row);
  const weightBytes = weightBytesHeld(tensors);
  const domain = domainOf(row, weightBytes, from);
  const servingOn = (gpu: GpuSpec): Serving =>
    asOneDomain({ memoryBytes: gpu.memoryBytes, bytesPerSecond: gpu.gbps * 1e9, weightBytes, cacheBytes: 1 }, domain);
  const ratio = (of: (gpu: GpuSpec) => number): number => of(to) / of(from);
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
            // Servers keep KV caches in fp8, which takes half the bytes of f16.
            const cacheBytes = kvBytesHeld(model, input + output, 'f16', 'window') / 2;
            const batch = Math.max(1, Math.floor(capacity({ memoryBytes, weightBytes, cacheBytes })));
            const work = stepWork(model, tensors, { batch, context: input + Math.ceil(output / 2), kv: 'f16' });
            const half = { ...work, kvBytes: work.kvBytes / 2 };
            const step = stepTime(half, atPeak(bytesPerSecond, flopsPerSecond)).seconds;
            // Each generated token carries its share of the prefill of its request.
            const prefill = ((input / output) * 2 * activeParameters(model)) / flopsPerSecond;
            return batch / (step + batch * prefill);
          }),
  };
}

/**
 * The number of GPUs that hold the weights once between them: all GPUs of TensorRT-LLM rows; otherwise the smallest
 * power of two at which the smaller GPU can hold them.
 */
function domainOf({ test, gpus }: ThroughputRow, weightBytes: number, from: GpuSpec): number {
  if (test.startsWith('TensorRT-LLM')) return gpus;
  let domain = 1;
  while (domain < gpus && domain * from.memoryBytes < weightBytes / MAX_WEIGHT_SHARE) domain *= 2;
  return domain;
}

/** Maximum share of the memory that a server gives to weights. */
const MAX_WEIGHT_SHARE = 0.8;
