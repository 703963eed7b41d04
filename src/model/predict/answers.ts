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

/** What tokens cost at a throughput, each null where power or price is not known. */
interface Cost {
  readonly joulesPerToken: number | null;
  readonly dollarsPerMillionTokens: number | null;
}

/** The cost at the throughput that an engine is expected to have. */
interface ExpectedCost extends Cost {
  readonly joulesInterval: Interval | null;
  readonly dollarsInterval: Interval | null;
}

type Interval = readonly [low: number, high: number];

/** The cost by the law, which at a machine's peak is the least, and as it is expected. */
export interface CostAnswer extends Cost {
  /** Null where no speed is expected. */
  readonly expected: ExpectedCost | null;
  /** Where power and price come from, in words. */
  readonly basis: string;
}

/**
 * The cost of a token at a throughput.
 * @param expected what an engine is expected to have of it; null or absent: not known
 */
export function costAt(
  tokensPerSecond: number,
  { watts, dollarsPerHour, basis = '' }: Running,
  expected: { readonly tokensPerSecond: number | null; readonly interval: Interval | null } | null = null,
): CostAnswer {
  const at = (speed: number): Cost => ({
    joulesPerToken: watts === undefined ? null : joulesOfToken(watts, speed),
    dollarsPerMillionTokens: dollarsPerHour === undefined ? null : pricePerMillion(dollarsPerHour, speed),
  });
  return { ...at(tokensPerSecond), expected: expected && expectedCost(at, expected), basis };
}

/** The highest speed costs least. */
function expectedCost(
  at: (speed: number) => Cost,
  { tokensPerSecond, interval }: { readonly tokensPerSecond: number | null; readonly interval: Interval | null },
): ExpectedCost | null {
  if (tokensPerSecond === null || interval === null) return null;
  const [most, least] = interval.map(at) as [Cost, Cost];
  const between = (of: keyof Cost): Interval | null => {
    const [low, high] = [least[of], most[of]];
    return low === null || high === null ? null : [low, high];
  };
  return {
    ...at(tokensPerSecond),
    joulesInterval: between('joulesPerToken'),
    dollarsInterval: between('dollarsPerMillionTokens'),
  };
}
