/**
 * What the step time and the memory together allow: how many requests, at which speed, and what more bandwidth or more
 * memory would buy. Bytes, seconds, tokens; B is a real number here, where a machine has whole requests.
 *
 *     B = (M − W)/c      T = (W_r + ρ·c·B)/BW      X = B/T      v = 1/T
 *
 * W_r is one number: of a mixture of experts, what a step reads once the batch touches nearly all of them. Left out
 * are fixed costs and, but in `throughputAtSpeed`, compute: where they count, use `step-time.ts`. The laws are this
 * project's derivation; the product law is the essay's that it tests.
 */

/** A model on a machine. */
export interface Serving {
  /** M: memory for weights and caches. */
  readonly memoryBytes: number;
  /** BW, bytes/s. */
  readonly bytesPerSecond: number;
  /** W, held. */
  readonly weightBytes: number;
  /** c: KV cache of one request, held. */
  readonly cacheBytes: number;
  /** W_r: weights that a step reads. Default: W. */
  readonly weightBytesRead?: number;
  /** ρ: the part of a cache that a step reads: below 1 with sparse or sliding attention, or parked sessions. Default: 1. */
  readonly cacheShareRead?: number;
}

/** Requests whose caches lie beside the weights: (M − W)/c, and none where the weights do not fit. */
export const capacity = ({
  memoryBytes,
  weightBytes,
  cacheBytes,
}: Pick<Serving, 'memoryBytes' | 'weightBytes' | 'cacheBytes'>): number =>
  Math.max(0, memoryBytes - weightBytes) / cacheBytes;

/** φ = W/M: the part of the memory that the weights take. */
export const weightShare = ({ weightBytes, memoryBytes }: Serving): number => weightBytes / memoryBytes;

const readOf = ({ weightBytes, weightBytesRead = weightBytes, cacheShareRead = 1 }: Serving) => ({
  weights: weightBytesRead,
  share: cacheShareRead,
});

/**
 * Tokens/s with the memory full of requests, at whatever speed each then has:
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

/** By what power of bandwidth and of memory throughput grows: ε = ∂ ln X / ∂ ln x. */
export interface Elasticities {
  readonly bandwidth: number;
  readonly memory: number;
}

/**
 * Of `fullMemoryThroughput`: ε_BW = 1 and ε_M = M·W_r / ((M − W)·[W_r + ρ(M − W)]), which is φ/(1 − φ) with W_r = W and
 * ρ = 1. So more memory buys much where the weights hardly fit, and nothing where they are small beside it.
 */
export function fullMemoryElasticities(serving: Serving): Elasticities {
  const { weights, share } = readOf(serving);
  const free = serving.memoryBytes - serving.weightBytes;
  return { bandwidth: 1, memory: (serving.memoryBytes * weights) / (free * (weights + share * free)) };
}

/** What limits throughput at a given speed. */
export type Branch = 'capacity' | 'bandwidth' | 'compute';

export interface SpeedThroughput {
  /** X, tokens/s of all requests; 0 where no request can have that speed. */
  readonly perSecond: number;
  /** What each limit alone would allow. */
  readonly branches: Readonly<Record<Branch, number>>;
  readonly bound: Branch;
}

/**
 * Tokens/s where each request is to have `speed` v, in tokens/s:
 *
 *     X = min( v(M − W)/c, (BW − v·W_r)/(ρ·c), F/f )
 *
 * a minimum, not a product: more of what does not bind buys nothing. Requests wait for the slower of bandwidth and
 * compute, as if they did not share the step: near F the true X is lower.
 *
 * @param compute F in operations/s and f, operations of a token. Default: never binds.
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
  const bound = (Object.keys(branches) as Branch[]).reduce((least, one) =>
    branches[one] < branches[least] ? one : least,
  );
  return { perSecond: branches[bound], branches, bound };
}

/** The speed below which capacity binds and above which bandwidth does: BW / (W_r + ρ(M − W)), which is BW/M with ρ = 1. */
export function crossingSpeed(serving: Serving): number {
  const { weights, share } = readOf(serving);
  return serving.bytesPerSecond / (weights + share * Math.max(0, serving.memoryBytes - serving.weightBytes));
}

/** Of `throughputAtSpeed`: M/(M − W) or BW/(BW − v·W_r) for what binds, and 0 for the rest. */
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
 * The essay's law: X ∝ M·BW, with the factor that makes it touch X = (BW/c)(1 − φ) at φ = ½:
 *
 *     X = M·BW / (4·W·c)
 *
 * There it is the tangent (ε_M = 1); everywhere else it promises more than memory and bandwidth give.
 */
export const productLaw = ({ memoryBytes, bytesPerSecond, weightBytes, cacheBytes }: Serving): number =>
  (memoryBytes * bytesPerSecond) / (4 * weightBytes * cacheBytes);

/**
 * `count` such machines as one, which hold the weights once: M and BW are theirs together, so that of each only W/N is
 * weights. Its throughput is at least that of as many machines apart; true as long as their links are no limit.
 */
export const asOneDomain = (serving: Serving, count: number): Serving => ({
  ...serving,
  memoryBytes: count * serving.memoryBytes,
  bytesPerSecond: count * serving.bytesPerSecond,
});

/**
 * Weights in SRAM of `sramBytesPerSecond`, caches in memory, one read after the other (as an LPU beside a GPU): memory
 * holds caches alone, and bandwidth reads them in what is left of a step.
 *
 *     X = min( vM/c, BW(1 − v·W_r/β_s)/(ρ·c) )
 *
 * So weights that cost nothing leave the caches where they were: X is at most BW/(ρ·c). For SRAM that all of W fits.
 */
export function throughputWithWeightsInSram(
  serving: Serving,
  sramBytesPerSecond: number,
  speed: number,
): SpeedThroughput {
  const weights = (readOf(serving).weights / sramBytesPerSecond) * serving.bytesPerSecond;
  // As bandwidth sees it, weights are as many bytes of memory as pass while they are read.
  return throughputAtSpeed({ ...serving, weightBytes: 0, weightBytesRead: weights }, speed);
}
