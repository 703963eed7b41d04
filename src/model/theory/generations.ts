/**
 * Generations of machines that serve a model as one domain, by the derived laws and by the essay's product law: the
 * Pareto frontier of a rack, throughput over generations beside bandwidth alone (`published/generations.ts` has
 * measured points), and tokens/s per megawatt.
 *
 * All figures are ceilings by memory. Compute, links and fixed costs are left out (`theory/laws.ts`). Every generation
 * serves the same weights and caches, unless `inOwnFormat` narrows them as real ones did.
 */

import { GPUS } from '../../../results/gpus/by-name.ts';
import { type OperatingPoint, paretoFrontier, sweepBatches } from './frontier.ts';
import {
  asOneDomain,
  capacity,
  crossingSpeed,
  type Elasticities,
  elasticitiesAtSpeed,
  fullMemoryThroughput,
  productLaw,
  type Serving,
  type SpeedThroughput,
  throughputAtSpeed,
  throughputWithWeightsInSram,
  weightShare,
} from './laws.ts';

export interface Generation {
  readonly name: string;
  /** Name of its GPU: as in `results/data/reference/gpus.json`, if that has it. */
  readonly gpu: string;
  readonly gpus: number;
  /** Memory of one GPU as its driver reports it. GB is 10⁹ bytes. */
  readonly memoryGB: number;
  /** Bandwidth of one GPU. */
  readonly gbps: number;
  /** Bytes of a weight in the narrowest format that its GPUs multiply: f16, fp8, or nvfp4 with its scales. */
  readonly weightBytes: number;
  /** Maximum power of the whole machine. Absent where no figure is certain. */
  readonly kilowatts?: number;
  readonly source: string;
  /** True for a projection: announced and not sold when this was written, so its figures may change. */
  readonly announced?: true;
}

/** Bytes of a weight by format, as `shaders/formats` lays it out. */
const [F16, FP8, NVFP4] = [2, 1, 0.5625];

/** A machine of `count` GPUs with figures from the table. @throws Error where the table has no such GPU. */
function of(count: number, gpu: string): Pick<Generation, 'gpu' | 'gpus' | 'memoryGB' | 'gbps'> {
  const row = GPUS.find(({ name }) => name === gpu);
  if (!row) throw new Error(`results/data/reference/gpus.json has no ${gpu}`);
  return { gpu, gpus: count, memoryGB: row.memoryBytes / 1e9, gbps: row.gbps };
}

/** All generations, the oldest first. */
export const GENERATIONS: readonly Generation[] = [
  {
    name: 'DGX A100',
    weightBytes: F16,
    ...of(8, 'NVIDIA A100 80GB'),
    kilowatts: 6.5,
    source: 'NVIDIA DGX A100 data sheet',
  },
  {
    name: 'DGX H100',
    weightBytes: FP8,
    ...of(8, 'NVIDIA H100'),
    kilowatts: 10.2,
    source: 'NVIDIA DGX H100 data sheet',
  },
  {
    name: 'DGX H200',
    weightBytes: FP8,
    ...of(8, 'NVIDIA H200'),
    kilowatts: 10.2,
    source: 'NVIDIA DGX H200 data sheet',
  },
  {
    name: 'DGX B200',
    weightBytes: NVFP4,
    ...of(8, 'NVIDIA B200'),
    kilowatts: 14.3,
    source: 'NVIDIA DGX B200 data sheet',
  },
  {
    ...{ name: 'GB200 NVL72', weightBytes: NVFP4, ...of(72, 'NVIDIA GB200'), kilowatts: 120 },
    source: '120 kW to a rack: servethehome.com, from GTC 2024; integrators give up to 132',
  },
  {
    ...{ name: 'GB300 NVL72', weightBytes: NVFP4, ...of(72, 'NVIDIA GB300') },
    source: 'memory and bandwidth alone: its power is quoted from 132 to 140 kW',
  },
  {
    ...{ name: 'Rubin NVL72', weightBytes: NVFP4, gpu: 'Rubin', gpus: 72, memoryGB: 288, gbps: 22_000, kilowatts: 120 },
    source: 'memory as announced at GTC 2026; power as the essay has it, others expect more',
    announced: true,
  },
  {
    ...{
      name: 'Rubin Ultra NVL576',
      weightBytes: NVFP4,
      gpu: 'Rubin Ultra',
      gpus: 144,
      memoryGB: 1000,
      gbps: 32_000,
      kilowatts: 600,
    },
    source:
      'as announced at GTC 2025: 576 dies in 144 packages of 1 TB, 4.6 PB/s and 600 kW to a rack; a roadmap, of which others have since reported less memory',
    announced: true,
  },
];

/** The served model: W and c, in bytes. */
export type Demand = Pick<Serving, 'weightBytes' | 'cacheBytes'>;

/**
 * The essay's operating point: 1,920 requests at 100 tokens/s each, on a model with 1 TB of weights and 7.7 GB of cache
 * for each request. That is about Kimi K2 in fp8 at 110,000 positions.
 */
export const ESSAY = {
  workload: { weightBytes: 1e12, cacheBytes: 7.7e9 },
  speed: 100,
  requests: 1920,
} as const;

/** A workload on all GPUs of a generation as one domain. */
export const servingOn = ({ memoryGB, gbps, gpus }: Generation, workload: Demand): Serving =>
  asOneDomain({ ...workload, memoryBytes: memoryGB * 1e9, bytesPerSecond: gbps * 1e9 }, gpus);

/**
 * The Pareto frontier of a machine, up to the batch that fills its memory. T = (W + c·B)/BW, so every batch is on the
 * frontier: X rises to (BW/c)(1 − φ) as v falls to BW/M.
 */
export function rackFrontier(generation: Generation, workload: Demand): OperatingPoint[] {
  const serving = servingOn(generation, workload);
  const secondsAt = (batch: number): number =>
    (workload.weightBytes + workload.cacheBytes * batch) / serving.bytesPerSecond;
  return paretoFrontier(sweepBatches(secondsAt, Math.floor(capacity(serving))));
}

/** A generation over the first one, GPU for GPU: the ratio of bandwidth, and of throughput by each law. */
export interface Growth {
  readonly generation: Generation;
  readonly bandwidth: number;
  /** Ratio of BW over the bytes of a weight, each in its own format. */
  readonly perWeight: number;
  /** Ratio of M·BW. */
  readonly product: number;
  /** Ratio of (BW/c)(1 − φ), with the memory full. */
  readonly derived: number;
}

/** A workload given in f16, in the format of a generation. Caches are in f16 or, beside narrower weights, in fp8. */
export const inOwnFormat =
  ({ weightBytes, cacheBytes }: Demand) =>
  (generation: Generation): Demand => ({
    weightBytes: (weightBytes * generation.weightBytes) / F16,
    cacheBytes: generation.weightBytes < F16 ? (cacheBytes * FP8) / F16 : cacheBytes,
  });

/**
 * The growth of each generation over the first, GPU for GPU. The GPUs of a generation hold the weights once between
 * them.
 *
 * @param workload what all generations serve, or what each does
 */
export function growthOf(
  workload: Demand | ((generation: Generation) => Demand),
  generations: readonly Generation[] = GENERATIONS,
): Growth[] {
  const demandOn = typeof workload === 'function' ? workload : () => workload;
  const [first] = generations;
  if (!first) return [];
  const over = (of: (one: Generation) => number, generation: Generation): number =>
    of(generation) / generation.gpus / (of(first) / first.gpus);
  return generations.map((generation) => ({
    generation,
    bandwidth: generation.gbps / first.gbps,
    perWeight: (generation.gbps / generation.weightBytes) * (first.weightBytes / first.gbps),
    product: (generation.gbps * generation.memoryGB) / (first.gbps * first.memoryGB),
    derived: over((one) => fullMemoryThroughput(servingOn(one, demandOn(one))), generation),
  }));
}

export interface GenerationPoint {
  readonly generation: Generation;
  /** M of the whole domain. */
  readonly memoryBytes: number;
  /** BW of the whole domain. */
  readonly bytesPerSecond: number;
  /** X with the memory full, whatever the speed of a request; 0 where the weights do not fit. */
  readonly fullMemory: number;
  /** X = M·BW/(4·W·c). */
  readonly product: number;
  /** X where each request has the given speed, with what binds. */
  readonly atSpeed: SpeedThroughput;
  /** What more bandwidth and more memory buy at that speed; null where no request has it. */
  readonly elasticities: Elasticities | null;
  /** φ: the part of the memory that the weights take. */
  readonly weightShare: number;
  /** The speed below which capacity binds, and above which bandwidth does. */
  readonly crossingSpeed: number;
  /** X at that speed with the weights in an SRAM that reads them in no time. */
  readonly weightsInSram: number;
  /** Whole number of requests at that speed. */
  readonly requests: number;
  /** Tokens/s per megawatt at that speed; null where the power is not known. */
  readonly perMegawatt: number | null;
}

/** Each generation with a workload, at `speed` tokens/s for each request. */
export const generationPoints = (
  workload: Demand,
  speed: number,
  generations: readonly Generation[] = GENERATIONS,
): GenerationPoint[] =>
  generations.map((generation) => {
    const { kilowatts } = generation;
    const serving = servingOn(generation, workload);
    const atSpeed = throughputAtSpeed(serving, speed);
    return {
      generation,
      ...{ memoryBytes: serving.memoryBytes, bytesPerSecond: serving.bytesPerSecond },
      ...{ fullMemory: fullMemoryThroughput(serving), product: productLaw(serving), atSpeed },
      elasticities: atSpeed.perSecond > 0 ? elasticitiesAtSpeed(serving, speed) : null,
      ...{ weightShare: weightShare(serving), crossingSpeed: crossingSpeed(serving) },
      weightsInSram: throughputWithWeightsInSram(serving, Number.POSITIVE_INFINITY, speed).perSecond,
      requests: Math.floor(atSpeed.perSecond / speed),
      perMegawatt: kilowatts === undefined ? null : (1000 * atSpeed.perSecond) / kilowatts,
    };
  });
