/** What the laws of `theory/` say of a served model on a machine: its frontier, and the quantities of its formulas. */

import { kvBytesHeld, kvBytesRead, ROUTING, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import { type OperatingPoint, paretoFrontier, sweepBatches } from '../theory/frontier.ts';
import type { Serving } from '../theory/laws.ts';
import { type Machine, maxSequences, type Served, timeOf } from './predict.ts';

/**
 * The frontier of a served model on a machine with sequences of `context` positions: from one sequence to as many as
 * fit. Empty where not even one fits.
 */
export const frontierOf = (served: Served, machine: Machine, context: number): OperatingPoint[] =>
  paretoFrontier(
    sweepBatches(
      (batch) => timeOf(served, machine, { context, batch }).seconds,
      maxSequences(served, machine, context),
    ),
  );

/**
 * The quantities of the laws of `theory/laws.ts`, for sequences of `context` positions. Weights are read as by the
 * largest batch that fits. Compute and fixed costs have no place in these laws, and BW is the rate of weights.
 */
export function servingOf(served: Served, machine: Machine, context: number): Serving {
  const { model, tensors, kv } = served;
  const cacheBytes = kvBytesHeld(model, context, kv, 'window');
  return {
    memoryBytes: machine.memoryBytes,
    bytesPerSecond: machine.costs.weightBytesPerSecond,
    weightBytes: weightBytesHeld(tensors),
    cacheBytes,
    weightBytesRead: weightBytesRead(tensors, Math.max(1, maxSequences(served, machine, context)), ROUTING),
    cacheShareRead: kvBytesRead(model, context, kv) / cacheBytes,
  };
}
