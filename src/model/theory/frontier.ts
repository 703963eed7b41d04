/** The Pareto frontier of serving: the speed of one request against the throughput of all, batch by batch. */

export interface OperatingPoint {
  readonly batch: number;
  /** v = 1/T, in tokens/s of each request. */
  readonly speed: number;
  /** X = B/T, in tokens/s of all requests. */
  readonly throughput: number;
}

/**
 * Operating points at batches from 1 to `maxBatch`, both included, with about eight batches to a doubling. `secondsAt`
 * is the time of a step. Empty where no request fits.
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

/** The points that no other beats in both speed and throughput, the fastest first; one of several equal points. */
export function paretoFrontier<T extends Pick<OperatingPoint, 'speed' | 'throughput'>>(points: readonly T[]): T[] {
  const bySpeed = [...points].sort((a, b) => b.speed - a.speed || b.throughput - a.throughput);
  let best = Number.NEGATIVE_INFINITY;
  return bySpeed.filter(({ throughput }) => {
    const isBetter = throughput > best;
    best = Math.max(best, throughput);
    return isBetter;
  });
}
