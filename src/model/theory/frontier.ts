/** The Pareto frontier of serving: what speed of a user costs in throughput of all, batch by batch. */

export interface OperatingPoint {
  readonly batch: number;
  /** v = 1/T: tokens/s of each request. */
  readonly speed: number;
  /** X = B/T: tokens/s of all. */
  readonly throughput: number;
}

/**
 * Batches from 1 to `maxBatch`, eight to a doubling, both ends included, each with v and X of a step that takes
 * `secondsAt(batch)`. Empty where no request fits.
 */
export function sweepBatches(secondsAt: (batch: number) => number, maxBatch: number): OperatingPoint[] {
  if (!(maxBatch >= 1)) return [];
  const steps = Math.ceil(8 * Math.log2(maxBatch));
  const batches = Array.from({ length: steps + 1 }, (_, i) => Math.min(maxBatch, Math.round(2 ** (i / 8))));
  return [...new Set([...batches, maxBatch])].map((batch) => {
    const seconds = secondsAt(batch);
    return { batch, speed: 1 / seconds, throughput: batch / seconds };
  });
}

/** The points that no other beats in speed and throughput, the fastest first; of equals, one. */
export function paretoFrontier<T extends Pick<OperatingPoint, 'speed' | 'throughput'>>(points: readonly T[]): T[] {
  const bySpeed = [...points].sort((a, b) => b.speed - a.speed || b.throughput - a.throughput);
  let best = Number.NEGATIVE_INFINITY;
  return bySpeed.filter(({ throughput }) => {
    const isBetter = throughput > best;
    best = Math.max(best, throughput);
    return isBetter;
  });
}
