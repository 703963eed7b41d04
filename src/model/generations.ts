/**
 * Generations of machines that serve one model as one domain: what the derived laws make of them, and what the essay's
 * product law does. For two figures: throughput over generations by both laws, and tokens/s to a megawatt.
 *
 * These are ceilings of memory: compute, links and fixed costs are left out (`theory/laws.ts`), and each generation
 * serves the same weights and caches, where real ones moved to narrower formats as well.
 */

import { GPUS } from '../../results/gpus.ts';
import {
  asOneDomain,
  fullMemoryThroughput,
  productLaw,
  type Serving,
  type SpeedThroughput,
  throughputAtSpeed,
} from './theory/laws.ts';

export interface Generation {
  readonly name: string;
  readonly gpus: number;
  /** Of one GPU. GB are 10⁹ bytes. */
  readonly memoryGB: number;
  readonly gbps: number;
  /** Of all of it, at most, everything in its case included. */
  readonly kilowatts: number;
  readonly source: string;
  /** Not yet sold when this was written: its figures may change. */
  readonly announced?: true;
}

/** `count` GPUs of the table, in one machine. @throws Error where the table has no such row. */
function of(count: number, gpu: string): Pick<Generation, 'gpus' | 'memoryGB' | 'gbps'> {
  const row = GPUS.find(({ name }) => name === gpu);
  if (!row) throw new Error(`results/data/reference/gpus.json has no ${gpu}`);
  return { gpus: count, memoryGB: row.memoryGB, gbps: row.gbps };
}

/** Oldest first. */
export const GENERATIONS: readonly Generation[] = [
  { name: 'DGX A100', ...of(8, 'NVIDIA A100 80GB'), kilowatts: 6.5, source: 'NVIDIA DGX A100 data sheet' },
  { name: 'DGX H100', ...of(8, 'NVIDIA H100'), kilowatts: 10.2, source: 'NVIDIA DGX H100 data sheet' },
  { name: 'DGX H200', ...of(8, 'NVIDIA H200'), kilowatts: 10.2, source: 'NVIDIA DGX H200 data sheet' },
  { name: 'DGX B200', ...of(8, 'NVIDIA B200'), kilowatts: 14.3, source: 'NVIDIA DGX B200 data sheet' },
  {
    ...{ name: 'GB200 NVL72', ...of(72, 'NVIDIA GB200'), kilowatts: 120 },
    source: '120 kW to a rack: servethehome.com, from GTC 2024; integrators give up to 132',
  },
  {
    ...{ name: 'Rubin NVL72', gpus: 72, memoryGB: 288, gbps: 22_000, kilowatts: 120 },
    source: 'memory as announced at GTC 2026; power as the essay has it, others expect more',
    announced: true,
  },
];

/** What is served: W and c, in bytes. */
export type Workload = Pick<Serving, 'weightBytes' | 'cacheBytes'>;

/**
 * The essay's point: 1,920 requests at 100 tokens/s each, of a model with 1 TB of weights and 7.7 GB of cache to each, about
 * Kimi K2 in fp8 at 110,000 positions.
 */
export const ESSAY = {
  workload: { weightBytes: 1e12, cacheBytes: 7.7e9 },
  speed: 100,
  requests: 1920,
} as const;

export interface GenerationPoint {
  readonly generation: Generation;
  /** M and BW of the whole domain. */
  readonly memoryBytes: number;
  readonly bytesPerSecond: number;
  /** X with the memory full, at whatever speed; 0 where the weights do not fit. */
  readonly fullMemory: number;
  /** X = M·BW/(4·W·c). */
  readonly product: number;
  /** X where each request has the speed asked for, and what binds. */
  readonly atSpeed: SpeedThroughput;
  /** Requests at that speed, whole ones. */
  readonly requests: number;
  /** Tokens/s at that speed to a megawatt. */
  readonly perMegawatt: number;
}

/** Each generation with `workload`, at `speed` tokens/s to a request. */
export const generationPoints = (
  workload: Workload,
  speed: number,
  generations: readonly Generation[] = GENERATIONS,
): GenerationPoint[] =>
  generations.map((generation) => {
    const { gpus, memoryGB, gbps, kilowatts } = generation;
    const serving = asOneDomain({ ...workload, memoryBytes: memoryGB * 1e9, bytesPerSecond: gbps * 1e9 }, gpus);
    const atSpeed = throughputAtSpeed(serving, speed);
    return {
      generation,
      ...{ memoryBytes: serving.memoryBytes, bytesPerSecond: serving.bytesPerSecond },
      ...{ fullMemory: fullMemoryThroughput(serving), product: productLaw(serving), atSpeed },
      requests: Math.floor(atSpeed.perSecond / speed),
      perMegawatt: (1000 * atSpeed.perSecond) / kilowatts,
    };
  });
