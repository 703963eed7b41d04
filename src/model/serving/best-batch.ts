/** The batch at which a machine makes most tokens. */

import type { Lengths } from './lengths.ts';
import { type Machine, maxSequences } from './machine-step.ts';
import type { Kept } from './split.ts';

/**
 * The batch of the highest throughput among those that fit, of which there must be one.
 *
 * Each further sequence shares the bytes of weights, so that all that fit are best, but in two cases. The step of a
 * pipeline takes as long as its fullest group: full groups are better than one more of few sequences. And where weights
 * may lie in the CPU's memory, the caches of further sequences push weights out there: throughput may rise while all
 * weights fit, fall beyond, and rise again once a step reads all experts anyway.
 *
 * @param rateAt throughput at a batch
 */
export function bestBatch(kept: Kept, machine: Machine, lengths: Lengths, rateAt: (batch: number) => number): number {
  const most = maxSequences(kept, machine, lengths);
  const { gpus, offloadBytesPerSecond } = machine;
  if (offloadBytesPerSecond === undefined) {
    return bestOf([most, gpus ? most - (most % gpus.count) : most], rateAt);
  }
  const { offloadBytesPerSecond: _, ...alone } = machine;
  const rungs = [maxSequences(kept, alone, lengths), most];
  for (let rung = 1; rung < most; rung *= 2) rungs.push(rung);
  const around = [...new Set(rungs)].filter((rung) => rung > 0).sort((a, b) => a - b);
  const top = around.indexOf(bestOf(around, rateAt));
  const [low = 1, , high = most] = [around[Math.max(0, top - 1)], around[top], around[top + 1]];
  return bestOf([around[top] as number, peakBetween(low, high, rateAt)], rateAt);
}

const bestOf = (batches: readonly number[], rateAt: (batch: number) => number): number =>
  batches
    .filter((batch) => batch > 0)
    .map((batch) => ({ batch, rate: rateAt(batch) }))
    .reduce((best, one) => (one.rate > best.rate ? one : best)).batch;

/** The whole number of the highest rate between two, where rates rise up to it and fall from it on. */
function peakBetween(low: number, high: number, rateAt: (batch: number) => number): number {
  let [from, to] = [low, high];
  while (to > from) {
    const middle = Math.floor((from + to) / 2);
    if (rateAt(middle + 1) > rateAt(middle)) from = middle + 1;
    else to = middle;
  }
  return from;
}
