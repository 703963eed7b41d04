/**
 * Laws of serving, which follow from step time and memory: how many requests fit, at which speed, and what more
 * bandwidth or memory would buy. Units are bytes, seconds and tokens. B is a real number here, while a machine has
 * whole requests.
 *
 *     B = (M − W)/c      T = (W_r + ρ·c·B)/BW      X = B/T      v = 1/T
 *
 * W_r does not depend on B here: for a mixture of experts, take what a step reads once the batch touches nearly all
 * experts. Fixed costs are left out, and so is compute, except in `throughputAtSpeed`; where they matter, use
 * `step-time.ts`. This project derived the laws. The product law is that of the essay that it tests.
 */

/** A model on a machine. */
export interface Serving {
  /** M: memory for weights and KV caches. */
  readonly memoryBytes: number;
  /** BW: bandwidth in bytes/s. */
  readonly bytesPerSecond: number;
  /** W: bytes of weights held. */
  readonly weightBytes: number;
  /** c: bytes of KV cache held for one request. */
  readonly cacheBytes: number;
  /** W_r: bytes of weights that a step reads. Default: W. */
  readonly weightBytesRead?: number;
  /**
   * ρ: share of a KV cache that a step reads. Below 1 with sparse or sliding attention, or parked sessions. Default: 1.
   */
  readonly cacheShareRead?: number;
}

/** Capacity B = (M − W)/c: requests whose KV caches fit beside the weights. 0 where the weights do not fit. */
export const capacity = ({
  memoryBytes,
  weightBytes,
  cacheBytes,
}: Pick<Serving, 'memoryBytes' | 'weightBytes' | 'cacheBytes'>): number =>
  Math.max(0, memoryBytes - weightBytes) / cacheBytes;

/** φ = W/M: the share of the memory that the weights take. */
export const weightShare = ({ weightBytes, memoryBytes }: Serving): number => weightBytes / memoryBytes;

const readOf = ({ weightBytes, weightBytesRead = weightBytes, cacheShareRead = 1 }: Serving) => ({
  weights: weightBytesRead,
  share: cacheShareRead,
});

/**
 * Throughput in tokens/s with the memory full of requests, whatever the speed of each:
 *
 *     X = (M − W)·BW / (c·[W_r + ρ(M − W)])
 *
 * With W_r = W and ρ = 1, T = M/BW and X = (BW/c)(1 − φ). X grows as M·BW only where M ≫ W and ρ(M − W) ≪ W_r.
 */
export function fullMemoryThroughput(serving: Serving): number {
  const { weights, share } = readOf(serving);
  const free = Math.max(0, serving.memoryBytes - serving.weightBytes);
  return (free * serving.bytesPerSecond) / (serving.cacheBytes * (weights + share * free));
}

/** Elasticities ε = ∂ ln X / ∂ ln x: the powers by which throughput grows with bandwidth and with memory. */
export interface Elasticities {
  readonly bandwidth: number;
  readonly memory: number;
}

/**
 * The elasticities of `fullMemoryThroughput`: ε_BW = 1 and ε_M = M·W_r / ((M − W)·[W_r + ρ(M − W)]), which is φ/(1 − φ)
 * with W_r = W and ρ = 1. So more memory buys much where the weights hardly fit, and nothing where they are small
 * beside it.
 */
export function fullMemoryElasticities(serving: Serving): Elasticities {
  const { weights, share } = readOf(serving);
  const free = serving.memoryBytes - serving.weightBytes;
  return { bandwidth: 1, memory: (serving.memoryBytes * weights) / (free * (weights + share * free)) };
}

/** The limits of throughput at a given speed, of which the smallest binds. */
export type Branch = 'capacity' | 'bandwidth' | 'compute';

export interface SpeedThroughput {
  /** X: tokens/s of all requests. 0 where no request can have that speed. */
  readonly perSecond: number;
  /** X that each limit alone would allow. */
  readonly branches: Readonly<Record<Branch, number>>;
  readonly bound: Branch;
}

/**
 * Throughput where each request has `speed` v, both in tokens/s:
 *
 *     X = min( v(M − W)/c, (BW − v·W_r)/(ρ·c), F/f )
 *
 * It is a minimum, not a product: more of what does not bind buys nothing. The compute limit assumes that compute and
 * bandwidth fully overlap; near F, the true X is lower.
 *
 * @param compute F in operations/s, and f in operations per token. Default: never binds.
 */
export function throughputAtSpeed(
  serving: Serving,
  speed: number,
  compute = { flopsPerSecond: Number.POSITIVE_INFINITY, flopsPerToken: 1 },
): SpeedThroughput {
  const { weights, share } = readOf(serving);
  const branches = {
    capacity: speed * capacity(serving),
    bandwidth: Math.max(0, serving.bytesPerSecond - speed * weights) / (share * serving.cacheBytes),
    compute: compute.flopsPerSecond / compute.flopsPerToken,
  };
  const bound = (Object.keys(branches) as Branch[]).reduce((lowest, one) =>
    branches[one] < branches[lowest] ? one : lowest,
  );
  return { perSecond: branches[bound], branches, bound };
}

/**
 * The speed below which capacity binds, and above which bandwidth does: BW / (W_r + ρ(M − W)), or BW/M with W_r = W and
 * ρ = 1.
 */
export function crossingSpeed(serving: Serving): number {
  const { weights, share } = readOf(serving);
  return serving.bytesPerSecond / (weights + share * Math.max(0, serving.memoryBytes - serving.weightBytes));
}

/**
 * The elasticities of `throughputAtSpeed`: M/(M − W) or BW/(BW − v·W_r) for the limit that binds, and 0 for the other.
 */
export function elasticitiesAtSpeed(
  serving: Serving,
  speed: number,
  compute?: Parameters<typeof throughputAtSpeed>[2],
): Elasticities {
  const { bytesPerSecond, memoryBytes, weightBytes } = serving;
  const { bound } = throughputAtSpeed(serving, speed, compute);
  const streamed = speed * readOf(serving).weights;
  return {
    bandwidth: bound === 'bandwidth' ? bytesPerSecond / (bytesPerSecond - streamed) : 0,
    memory: bound === 'capacity' ? memoryBytes / (memoryBytes - weightBytes) : 0,
  };
}

/**
 * The essay's product law, X ∝ M·BW, with the factor at which it touches X = (BW/c)(1 − φ) at φ = ½:
 *
 *     X = M·BW / (4·W·c)
 *
 * It is the tangent there (ε_M = 1), and promises too much everywhere else.
 */
export const productLaw = ({ memoryBytes, bytesPerSecond, weightBytes, cacheBytes }: Serving): number =>
  (memoryBytes * bytesPerSecond) / (4 * weightBytes * cacheBytes);

/**
 * `count` machines as one domain, which holds the weights once: M and BW add up, and each machine holds W/N. Its
 * throughput is at least that of as many separate machines, as long as links do not limit it.
 */
export const asOneDomain = (serving: Serving, count: number): Serving => ({
  ...serving,
  memoryBytes: count * serving.memoryBytes,
  bytesPerSecond: count * serving.bytesPerSecond,
});

/**
 * Throughput with the weights in SRAM of β_s = `sramBytesPerSecond` and the KV caches in memory, read one after the
 * other, as by an LPU beside a GPU. Memory holds only caches, and bandwidth reads them in the rest of a step:
 *
 *     X = min( vM/c, BW(1 − v·W_r/β_s)/(ρ·c) )
 *
 * Even where the weights take no time, X is at most BW/(ρ·c). The SRAM must hold all of W.
 */
export function throughputWithWeightsInSram(
  serving: Serving,
  sramBytesPerSecond: number,
  speed: number,
): SpeedThroughput {
  const weights = (readOf(serving).weights / sramBytesPerSecond) * serving.bytesPerSecond;
  // The weights count, for bandwidth, as the bytes of memory that could be read in their time.
  return throughputAtSpeed({ ...serving, weightBytes: 0, weightBytesRead: weights }, speed);
}
