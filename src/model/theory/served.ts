/**
 * The served-throughput law: what a GPU of a server makes, where requests come and go, so that their prefill is
 * interleaved with the steps of those that are there:
 *
 *     T = a + b·B + bytes/(η_d·BW) + ops_dense/(η_p·F) + ops_experts/(η_e·F) + α·n_x        X = B/(N·T)
 *
 * B requests are in a step of N GPUs. In the time of a step, as many positions are prefilled as tokens are made, times
 * input over output: ops holds both. n_x are the exchanges between GPUs: two to a layer, each of log₂ N hops. What a
 * step waits for is added up, since engines do one after the other.
 *
 * T is linear in its six costs, so that least squares fits them (`published/served.ts`). It does not hold where prefill
 * runs on GPUs of its own, where tokens are drafted, or where prompts are read from a cache.
 */

/** What a step asks of one GPU and of what feeds it. */
export interface ServedStep {
  /** B: requests that one scheduler has in a step. */
  readonly requests: number;
  /** Time of reading the bytes of a step at the peak of the memory. */
  readonly memorySeconds: number;
  /** Time of the dense operations of decode, prefill and attention, at the peak of their format. */
  readonly denseSeconds: number;
  /** Time of the operations with experts, at the peak of their format. */
  readonly expertSeconds: number;
  /** n_x: hops of the exchanges between GPUs, one after the other. */
  readonly hops: number;
}

/** The costs of a server's software. Efficiencies are kept as their inverses, in which T is linear. */
export interface ServedCosts {
  /** a. */
  readonly stepSeconds: number;
  /** b. */
  readonly requestSeconds: number;
  /** 1/η_d. */
  readonly memory: number;
  /** 1/η_p. */
  readonly dense: number;
  /** 1/η_e. */
  readonly experts: number;
  /** α. */
  readonly hopSeconds: number;
}

/** What a step waits for. */
export type Wait = 'overhead' | 'memory' | 'compute' | 'exchange';

/** ∂T/∂cost, in the order of `ServedCosts`. */
export const servedSlopes = (step: ServedStep): number[] => [
  ...[1, step.requests, step.memorySeconds, step.denseSeconds, step.expertSeconds, step.hops],
];

/** T in seconds, by what the step waits for. */
export function servedWaits(step: ServedStep, costs: ServedCosts): Readonly<Record<Wait, number>> {
  return {
    overhead: costs.stepSeconds + costs.requestSeconds * step.requests,
    memory: costs.memory * step.memorySeconds,
    compute: costs.dense * step.denseSeconds + costs.experts * step.expertSeconds,
    exchange: costs.hopSeconds * step.hops,
  };
}

/** T in seconds. */
export function servedSeconds(step: ServedStep, costs: ServedCosts): number {
  const { overhead, memory, compute, exchange } = servedWaits(step, costs);
  return overhead + memory + compute + exchange;
}

/** The costs of a machine at its peaks, without overhead: the law of memory and compute alone. */
export const SERVED_AT_PEAK: ServedCosts = {
  ...{ stepSeconds: 0, requestSeconds: 0, memory: 1, dense: 1, experts: 1, hopSeconds: 0 },
};

/** The thesis: a step takes as long as reading its bytes, and nothing else. */
export const SERVED_BY_MEMORY: ServedCosts = { ...SERVED_AT_PEAK, dense: 0, experts: 0 };
