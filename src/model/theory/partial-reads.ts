/**
 * Where the essay's product law becomes true: a model that reads a small part ρ of the KV caches that it keeps. With the
 * memory full,
 *
 *     X = (M − W)·BW / (c·[W_r + ρ(M − W)])
 *
 * For ρ = 1 that is (BW/c)(1 − W/M), which more memory hardly raises. For ρ(M − W) ≪ W_r and M ≫ W it is M·BW/(c·W_r),
 * which is the product law. This project derived it. It holds where one time of a step's reading binds: neither compute,
 * nor what picks the positions to read, is counted.
 */

import { fullMemoryThroughput, type Serving } from './laws.ts';

/** X(2M)/X(M) at one bandwidth. The product law says 2. */
export const gainOfDoubling = (serving: Serving): number =>
  fullMemoryThroughput({ ...serving, memoryBytes: 2 * serving.memoryBytes }) / fullMemoryThroughput(serving);

/** The gains of a doubling that count as the product law: 2, to a tenth. */
export const PRODUCT_GAIN = [1.8, 2.2] as const;

/** The memory, as a factor, over which the gain must be that for a law: a doubling after another. */
export const LAW_SPAN = 2;

/** What the gain of more memory hangs on: W, W_r and ρ. BW and c cancel. */
export interface PartialReads {
  readonly weightBytes: number;
  readonly weightBytesRead: number;
  readonly cacheShareRead: number;
}

/** The memories, from and to, at which twice the memory is twice the throughput, to a tenth. The gain falls with M. */
export function productLawRange(of: PartialReads): readonly [number, number] {
  const memoryAt = (gain: number): number => {
    // In logarithms of M − W, where the gain falls from infinity to 1.
    let [low, high] = [-20, 30];
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      const memoryBytes = of.weightBytes * (1 + Math.exp(middle));
      if (gainOfDoubling({ ...of, memoryBytes, bytesPerSecond: 1, cacheBytes: 1 }) > gain) low = middle;
      else high = middle;
    }
    return of.weightBytes * (1 + Math.exp(low));
  };
  return [memoryAt(PRODUCT_GAIN[1]), memoryAt(PRODUCT_GAIN[0])];
}

/** The largest ρ with which the product law holds over memories that differ `LAW_SPAN` times. */
export function shareForProductLaw({ weightBytes, weightBytesRead }: Omit<PartialReads, 'cacheShareRead'>): number {
  let [low, high] = [1e-9, 1];
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    const [from, to] = productLawRange({ weightBytes, weightBytesRead, cacheShareRead: middle });
    if (to / from >= LAW_SPAN) low = middle;
    else high = middle;
  }
  return low;
}
