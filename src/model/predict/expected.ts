/**
 * The speed that an engine is expected to reach on a GPU, with an interval, beside the bound that the GPU's peak gives.
 * What engines reach of peaks was fitted to published figures (`results/reference/engine-costs.ts`): a GPU without figures has
 * the costs of its architecture, and an architecture without figures those of its backend.
 */

import { mean } from 'simple-statistics';
import { kindOf } from '../../../results/gpus/kinds.ts';
import { ENGINE_FITS, type EngineFit } from '../../../results/reference/engine-costs.ts';
import { countText, integerText } from '../../../results/text/figures.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { promptAtPeak, promptWork, requestTime } from '../serving/prompt.ts';
import { promptSeconds } from '../theory/engine-time.ts';
import { stepTime } from '../theory/step-time.ts';
import type { RequestAnswer } from './answers.ts';
import { ENGINES, type Engine, type EngineId } from './engines.ts';
import {
  type EngineGpu,
  type EngineOn,
  evidenceOf,
  expectedStepOf,
  groupOf,
  outsideRanges,
  spreadOf,
  WIDER,
} from './expected-step.ts';
import type { MeasuredMachine, MeasuredSteps } from './machines.ts';
import { type PredictedPoint, type Prediction, type Served, workOf } from './predict.ts';

export type { EngineGpu } from './expected-step.ts';

type Interval = readonly [low: number, high: number];

export interface Expected {
  readonly engine: EngineId;
  /** Throughput of all sequences; null where nothing is known, or where the point does not fit. */
  readonly tokensPerSecond: number | null;
  /** What 95 % of measured figures are expected within, never above the bound. Null where there is no figure. */
  readonly interval: Interval | null;
  /** The figures behind the expectation, or the reason why there is none. */
  readonly evidence: string;
  /** Where the question lies outside the figures, for which the interval is wider. */
  readonly warnings: readonly string[];
}

/**
 * The expected speed of a predicted point.
 * @param gpu undefined for a machine that is not named
 */
export function expectedOf(
  engine: EngineId,
  gpu: EngineGpu | undefined,
  served: Served,
  prediction: Prediction,
): Expected {
  const none = (evidence: string): Expected => ({
    ...{ engine, tokensPerSecond: null, interval: null, evidence, warnings: [] },
  });
  const found = fitFor(engine, gpu, prediction);
  if (typeof found === 'string') return none(found);
  const step = expectedStepOf(found, served, prediction);
  if (typeof step === 'string') return none(step);
  const { seconds, slower, faster, evidence, warnings } = step;
  const bound = prediction.tokensPerSecond as number;
  const tokensPerSecond = Math.min(bound, prediction.batch / seconds);
  const interval = [tokensPerSecond / slower, Math.min(bound, tokensPerSecond * faster)] as const;
  return { engine, tokensPerSecond, interval, evidence, warnings };
}

/** The engine that a record is of. */
export const RECORDED_ENGINE: EngineId = 'hbmark';

/**
 * The expected speed of a point that was predicted from a record: that of the law of its decode steps, with an interval
 * for what the law does not know of its costs, for how far steps lie from it, and for a model that was not timed.
 */
export function expectedOfRecord(
  engine: EngineId,
  { costs, steps }: Pick<MeasuredMachine, 'costs' | 'steps'>,
  served: Served,
  prediction: Prediction,
): Expected {
  const none = (evidence: string): Expected => ({
    ...{ engine, tokensPerSecond: null, interval: null, evidence, warnings: [] },
  });
  if (engine === 'peak') return none(PEAK);
  if (engine !== RECORDED_ENGINE)
    return none(`no expectation: a record says what HBMark’s steps take; for ${engine} give --gpu NAME`);
  if (typeof steps === 'string') return none(`no expectation: ${steps}`);
  if (!prediction.fits) return none(NO_ROOM);
  const { tokensPerSecond } = prediction;
  const work = workOf(served, prediction);
  const dispatches = dispatchesOf(served.model);
  const seconds = stepTime(work, costs, dispatches).seconds;
  const drawn = steps.draws.map((draw) => Math.log(stepTime(work, draw, dispatches).seconds / seconds) ** 2);
  const { warnings, wider } = outsideSteps(steps, served, prediction);
  const off = Math.exp(1.96 * Math.hypot(Math.sqrt(mean(drawn)), steps.noise, wider));
  const speed = tokensPerSecond as number;
  return {
    ...{ engine, tokensPerSecond, interval: [speed / off, speed * off] },
    evidence: `the law of the record’s ${countText(steps.count, 'decode step')}`,
    warnings,
  };
}

/** Standard deviation of ln T of a model that a law has not seen: of a DGX Spark's five models, each from the others. */
const ANOTHER_MODEL = 0.12;

/** The same of weights in another format, whose bytes a machine reads at another rate. */
const ANOTHER_FORMAT = 0.2;

/** What a point has more, or less, of than all steps of a record had. */
function outsideSteps(steps: MeasuredSteps, served: Served, point: PredictedPoint) {
  const { model, weights } = served;
  const { weightBytes, kvBytes } = workOf(served, point);
  const found = outsideRanges(steps, weightBytes + kvBytes, point);
  const more = [
    ...(steps.models.includes(model.id) ? [] : [{ by: ANOTHER_MODEL, warning: `the run did not time ${model.id}` }]),
    ...(weights === steps.format
      ? []
      : [{ by: ANOTHER_FORMAT, warning: `the run did not time weights in ${weights}` }]),
    ...(steps.isMisfit ? [{ by: 0, warning: 'no form of the law fits the run’s steps' }] : []),
  ];
  return {
    warnings: [...more.map(({ warning }) => warning), ...found.warnings],
    wider: Math.hypot(found.wider, ...more.map(({ by }) => by)),
  };
}

/** What an engine is expected to make of a request, from end to end. Times and speed are null where nothing is known. */
export interface ExpectedRequest {
  readonly engine: EngineId;
  readonly firstTokenMs: number | null;
  readonly firstTokenInterval: Interval | null;
  readonly totalMs: number | null;
  readonly totalInterval: Interval | null;
  /** Output tokens over the whole time. */
  readonly tokensPerSecond: number | null;
  readonly interval: Interval | null;
  /** As in `Expected`. */
  readonly evidence: string;
  readonly warnings: readonly string[];
}

/** Nothing is known of a request, for a reason. */
export const noExpectedRequest = (engine: EngineId, evidence: string): ExpectedRequest => ({
  ...{ engine, firstTokenMs: null, firstTokenInterval: null, totalMs: null, totalInterval: null },
  ...{ tokensPerSecond: null, interval: null, evidence, warnings: [] },
});

/** The expected times of a request whose decode steps are those of a predicted point. @param answer its bound */
export function expectedRequestOf(
  engine: EngineId,
  gpu: EngineGpu | undefined,
  served: Served,
  prediction: Prediction,
  answer: RequestAnswer,
): ExpectedRequest {
  const found = fitFor(engine, gpu, prediction);
  if (typeof found === 'string') return noExpectedRequest(engine, found);
  const step = expectedStepOf(found, served, prediction);
  if (typeof step === 'string') return noExpectedRequest(engine, step);
  const { fit, backend } = found;
  const { gbps, shaderTflops, name } = found.gpu;
  const costs = groupOf(fit.prompts.costs, backend, name);
  if (!costs) return noExpectedRequest(engine, NOTHING_MEASURED);
  if (shaderTflops === undefined) {
    return noExpectedRequest(engine, `no expectation of prompts: the peak of ${name} is not known`);
  }
  const { promptTokens: prompt, outputTokens: output } = answer;
  const { model, tensors, kv } = served;
  const peak = promptAtPeak(promptWork(model, tensors, prompt, kv), gbps, shaderTflops);
  const { seconds: first, computing } = promptSeconds(peak, costs.computeShare, costs.promptSeconds);
  const { warnings, wider } = outsidePrompts(fit, prompt);
  const spread = spreadOf(costs.covariance, computing / first, costs.promptSeconds / first);
  const firstOff = Math.exp((fit.prompts.reach[backend] ?? 0) * Math.hypot(spread, fit.prompts.noise, wider));
  const { batch } = prediction;
  const rest = requestTime({ prompt, output }, 0, (context) => step.secondsAt({ context, batch })).restSeconds;
  const bounds = [answer.firstTokenMs / 1000, (answer.totalMs - answer.firstTokenMs) / 1000] as const;
  const [firstTimes, restTimes] = [
    timesOf(first, [firstOff, firstOff], bounds[0]),
    timesOf(rest, [step.faster, step.slower], bounds[1]),
  ];
  // Both parts at their best, and both at their worst: nothing says that they are independent.
  const total = firstTimes.map((time, i) => 1000 * (time + (restTimes[i] as number)));
  const [low = 0, ms = 0, high = 0] = total;
  return {
    engine,
    firstTokenMs: 1000 * firstTimes[1],
    firstTokenInterval: [1000 * firstTimes[0], 1000 * firstTimes[2]],
    ...{ totalMs: ms, totalInterval: [low, high] },
    tokensPerSecond: (1000 * output) / ms,
    interval: [(1000 * output) / high, (1000 * output) / low],
    evidence: `prompts from ${evidenceOf(costs, name)}; steps from ${step.evidence}`,
    warnings: [...warnings, ...step.warnings],
  };
}

/** The least, the expected and the most time, none below the bound. */
function timesOf(
  seconds: number,
  [faster, slower]: readonly [number, number],
  bound: number,
): readonly [number, number, number] {
  const expected = Math.max(bound, seconds);
  return [Math.max(bound, expected / faster), expected, expected * slower];
}

const PEAK = 'the peak is a bound, and no engine’s speed';

const NO_ROOM = 'no expectation: it does not fit';

const NOTHING_MEASURED = 'no expectation: nothing measured on this kind';

/** An engine's fit for a GPU, or the reason why a point has no expectation. */
function fitFor(engine: EngineId, gpu: EngineGpu | undefined, { fits }: Prediction): EngineOn | string {
  if (engine === 'peak') return PEAK;
  if (gpu === undefined) return 'no expectation: the machine is not the GPU of a name';
  const { fit: id, backends }: Engine = ENGINES[engine];
  const kind = kindOf(gpu.name);
  const fit = id === undefined ? undefined : ENGINE_FITS[id];
  const backend = kind && backends[kind.vendor];
  const costs = fit && backend !== undefined ? groupOf(fit.costs, backend, gpu.name) : undefined;
  if (!fit || backend === undefined || !costs) return NOTHING_MEASURED;
  if (!fits) return NO_ROOM;
  return { fit, backend, costs, gpu };
}

/** What a prompt has more, or less, of than all figures of a fit had. */
function outsidePrompts({ prompts: { tokens } }: EngineFit, prompt: number) {
  const [least, most] = tokens;
  const ratio = Math.max(prompt / most, least / prompt);
  if (ratio <= 1) return { warnings: [], wider: 0 };
  const those = least === most ? integerText(least) : `${integerText(least)} to ${integerText(most)}`;
  return {
    warnings: [`a prompt of ${integerText(prompt)} tokens; those behind the expectation have ${those}`],
    wider: WIDER.prompt * Math.log2(ratio),
  };
}
