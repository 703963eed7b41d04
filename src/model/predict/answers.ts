/** What buyers ask beyond a step: a request from end to end, drafts, and what tokens cost. */

import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { ROUTING, weightBytesRead, weightFlopsPerToken } from '../models/accounting.ts';
import { joulesOfToken, pricePerMillion } from '../serving/cost.ts';
import { checkWork, type Drafting, secondsPerToken } from '../serving/drafts.ts';
import { neededOn, prefillSeconds } from '../serving/machine-step.ts';
import { requestTime } from '../serving/prompt.ts';
import { ridgeBatch, stepTime } from '../theory/step-time.ts';
import { type Machine, type PredictedPoint, type Prediction, type Served, timeOf, workOf } from './predict.ts';

/** A request from end to end. */
export interface RequestAnswer {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Time to first token, in ms: the prefill of the prompt alone. */
  readonly firstTokenMs: number;
  /** From the prompt to the last token, in ms. */
  readonly totalMs: number;
  /** Output tokens over the whole time. */
  readonly tokensPerSecond: number;
}

/** The answer to a request whose decode steps are shared by the sequences of a point; null where the point does not fit. */
export function requestAt(
  served: Served,
  machine: Machine,
  prediction: Prediction,
  prompt: number,
): RequestAnswer | null {
  const { context, batch, fits } = prediction;
  if (!fits) return null;
  const output = context - prompt;
  const prefill = prefillSeconds(served, machine, { context: prompt, batch }, dispatchesOf(served.model));
  const { firstSeconds, restSeconds } = requestTime(
    { prompt, output },
    prefill,
    (at) => timeOf(served, machine, { context: at, batch }).seconds,
  );
  const seconds = firstSeconds + restSeconds;
  return {
    promptTokens: prompt,
    outputTokens: output,
    firstTokenMs: 1000 * firstSeconds,
    totalMs: 1000 * seconds,
    tokensPerSecond: output / seconds,
  };
}

/**
 * The batch from which on multiplying the weights takes longer than reading them, on each GPU of a machine; null where
 * compute is left out, or never binds.
 */
export const ridgeOf = ({ model, tensors }: Served, { costs }: Machine): number | null =>
  ridgeBatch((batch) => weightBytesRead(tensors, batch, ROUTING), weightFlopsPerToken(model), costs) ?? null;

/** Speculative decoding by a smaller model. */
export interface DraftAnswer extends Drafting {
  readonly model: string;
  /** Speed of each sequence; null where both models do not fit together. */
  readonly tokensPerSecondPerUser: number | null;
  /** That speed over the one without drafts; null as above. */
  readonly speedUp: number | null;
}

/** The speed of a point with drafts of a smaller model on the same machine, of one GPU. */
export function draftedAt(
  served: Served,
  machine: Machine,
  point: PredictedPoint,
  draft: Served,
  how: Drafting,
): DraftAnswer {
  const about = { model: draft.model.id, ...how };
  const needed = neededOn(served, machine, point) + neededOn(draft, machine, point);
  if (needed > machine.memoryBytes) return { ...about, tokensPerSecondPerUser: null, speedUp: null };
  const check = stepTime(
    checkWork(workOf(served, point), served.tensors, how),
    machine.costs,
    dispatchesOf(served.model),
  ).seconds;
  const seconds = secondsPerToken(how, timeOf(draft, machine, point).seconds, check);
  return { ...about, tokensPerSecondPerUser: 1 / seconds, speedUp: timeOf(served, machine, point).seconds / seconds };
}

/** What a machine takes, in power and in money. */
export interface Running {
  /** Power of all GPUs; undefined: not known. */
  readonly watts?: number | undefined;
  /** US dollars; undefined: not known. */
  readonly dollarsPerHour?: number | undefined;
  /** Where both come from, in words. */
  readonly basis?: string;
}

export interface CostAnswer {
  readonly joulesPerToken: number | null;
  readonly dollarsPerMillionTokens: number | null;
  /** Where power and price come from, in words. */
  readonly basis: string;
}

/** The cost of a token at a throughput. */
export const costAt = (tokensPerSecond: number, { watts, dollarsPerHour, basis = '' }: Running): CostAnswer => ({
  joulesPerToken: watts === undefined ? null : joulesOfToken(watts, tokensPerSecond),
  dollarsPerMillionTokens: dollarsPerHour === undefined ? null : pricePerMillion(dollarsPerHour, tokensPerSecond),
  basis,
});
