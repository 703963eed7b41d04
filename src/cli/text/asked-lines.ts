/** What was asked beyond a step, as the terminal prints it: a line for each answer. */

import { bytesText, countText, givenText, integerText, msText, significant } from '../../../results/text/figures.ts';
import { ROUTING, ROUTING_RANGE } from '../../model/models/accounting.ts';
import type { CostAnswer, DraftAnswer, RequestAnswer } from '../../model/predict/answers.ts';
import type { Expected, ExpectedRequest } from '../../model/predict/expected.ts';
import type { Prediction } from '../../model/predict/predict.ts';
import { expectedRatio } from '../../model/predict/ratio.ts';
import type { SpeedAnswer } from '../../model/predict/users.ts';
import type { Asked } from '../predicting/asked.ts';
import type { ExpectedPrediction } from './tables/predict-table.ts';

/** A request at the bound, and as an engine is expected to answer it. */
export interface AnsweredRequest extends RequestAnswer {
  /** Whether no engine can be faster, as `AnsweredPrediction` has it. */
  readonly isUpperBound: boolean;
  /** Whether the bound counts compute, which binds prompts. */
  readonly computeCounted: boolean;
  readonly expected: ExpectedRequest;
}

/** A prediction with what else was asked of it; null is what was not asked, or has no answer. */
export type AnsweredPrediction = ExpectedPrediction & {
  /** The machine's name. */
  readonly machine: string;
  /**
   * Whether no engine can exceed the speed. False for a record, for experts in batches, which texts pick, and for links
   * by default.
   */
  readonly isUpperBound: boolean;
  /** `weightBytes` for texts that pick experts more alike than most, and less; null where texts do not decide. */
  readonly weightBytesRange: readonly [least: number, most: number] | null;
  /** The batch from which on compute binds the weights; null where it is not known. */
  readonly ridgeBatch: number | null;
  readonly request: AnsweredRequest | null;
  readonly atSpeed: SpeedAnswer | null;
  readonly drafts: DraftAnswer | null;
  readonly cost: CostAnswer | null;
};

/** The lines of the machine beside its one GPU, and a warning where defaults of its links decide. */
export function besideLines(
  { machine: { gpus, offloadBytesPerSecond }, linkDefaults }: Pick<Asked, 'machine' | 'linkDefaults'>,
  rows: readonly Prediction[],
): string[] {
  if (gpus) {
    const { count, split, link } = gpus;
    const way = `${givenText(link.bytesPerSecond / 1e9)} GB/s, ${givenText(link.seconds * 1e6)} µs a message`;
    const isBound = rows.some(({ bound }) => bound === 'links');
    return [
      `GPUs       ${integerText(count)}, ${split} parallel, over ${way}; memory and bandwidth are of each`,
      ...(isBound && linkDefaults.length > 0
        ? [`! messages bind, with ${linkDefaults.join(' and ')} by default: faster links make steps shorter`]
        : []),
    ];
  }
  if (offloadBytesPerSecond === undefined) return [];
  return [
    `offload    what does not fit is read at ${givenText(offloadBytesPerSecond / 1e9)} GB/s from the CPU’s memory, experts first`,
  ];
}

/** The ridge batch of each model, where compute is known: once. */
export function ridgeLines(rows: readonly AnsweredPrediction[]): string[] {
  const lines = rows.flatMap(({ model, weights, ridgeBatch }) =>
    ridgeBatch === null
      ? []
      : [
          `ridge      ${model} in ${weights}: from batch ${integerText(ridgeBatch)} on, multiplying the weights takes longer than reading them`,
        ],
  );
  return [...new Set(lines)];
}

const placeOf = ({ model, context, batch }: Prediction): string =>
  `${model} at context ${integerText(context)}, batch ${integerText(batch)}`;

/** Weights that a step reads by the texts of its sequences: each model and batch once. */
export function pickLines(rows: readonly AnsweredPrediction[]): string[] {
  const lines = rows.flatMap(({ model, batch, fits, weightBytes, weightBytesRange: range }) =>
    range === null || !fits
      ? []
      : [
          `γ          ${model} at batch ${integerText(batch)}: texts decide which experts a step reads: ${bytesText(weightBytes)} of weights by the law, with γ = ${ROUTING}, and ${range.map((bytes) => bytesText(bytes)).join(' to ')} with ${ROUTING_RANGE.join(' to ')}`,
        ],
  );
  return [...new Set(lines)];
}

/** A line for each answer. */
export function answerLines(rows: readonly AnsweredPrediction[]): string[] {
  return rows.flatMap((row) => [...speedLine(row), ...requestLine(row), ...draftLine(row), ...costLine(row)]);
}

/** `at most `, or `at least `, where no engine can exceed the law. */
const bounded = ({ isUpperBound }: { readonly isUpperBound: boolean }, words: 'at most' | 'at least'): string =>
  isUpperBound ? `${words} ` : '';

function speedLine(row: AnsweredPrediction): string[] {
  if (!row.atSpeed) return [];
  const { tokensPerSecondPerUser: asked, users } = row.atSpeed;
  const at = `${row.model} at context ${integerText(row.context)}`;
  const most = `${row.isUpperBound ? 'at most' : 'by the law'} ${countText(users, 'user')} at ${givenText(asked)} tokens/s each`;
  if (users > 0) return [`speed      ${at}: ${most}${expectedUsersText(row.atSpeed, row.expected)}`];
  const { tokensPerSecondPerUser } = row;
  const alone =
    tokensPerSecondPerUser === null
      ? 'not even one fits'
      : `one alone has ${bounded(row, 'at most')}${significant(tokensPerSecondPerUser)}`;
  return [`! ${at}: no user has ${givenText(asked)} tokens/s; ${alone}`];
}

function expectedUsersText({ expectedUsers, expectedUsersInterval }: SpeedAnswer, expected: Expected): string {
  if (expected.engine === 'peak') return '';
  if (expectedUsers === null || expectedUsersInterval === null) return `; ${expected.engine}: ${expected.evidence}`;
  const number = expectedUsers === 0 ? 'none' : integerText(expectedUsers);
  const [low, high] = expectedUsersInterval;
  const between = low === high ? '' : ` (95 %: ${integerText(low)} to ${integerText(high)})`;
  return `; ${expected.engine} is expected to serve ${number} so${between}`;
}

function requestLine(row: AnsweredPrediction): string[] {
  if (!row.request) return [];
  const beside = row.batch > 1 ? `, in a batch of ${integerText(row.batch)}` : '';
  const { promptTokens, outputTokens, firstTokenMs, totalMs, tokensPerSecond, computeCounted, expected } = row.request;
  const least = bounded(row.request, 'at least');
  const leftOut = computeCounted
    ? ''
    : '; compute is left out, so that the prompt takes longer: --flops TFLOP/s counts it';
  return [
    `request    ${row.model}, ${countText(promptTokens, 'token')} in and ${integerText(outputTokens)} out${beside}: the first token after ${least}${msText(firstTokenMs)}, all after ${least}${msText(totalMs)}; ${bounded(row.request, 'at most')}${significant(tokensPerSecond)} tokens/s over all of it${leftOut}`,
    ...expectedRequestLines(expected),
  ];
}

/** The same request as an engine is expected to answer it. */
function expectedRequestLines(expected: ExpectedRequest): string[] {
  const { engine, firstTokenMs, firstTokenInterval, totalMs, totalInterval, tokensPerSecond } = expected;
  const { evidence, warnings } = expected;
  if (engine === 'peak') return [];
  if (firstTokenMs === null || firstTokenInterval === null || totalMs === null || totalInterval === null) {
    return [`           ${engine}: ${evidence}`];
  }
  const between = (interval: readonly number[]): string => interval.map((ms) => msText(ms)).join(' to ');
  return [
    `           ${engine} is expected to have the first token after ${msText(firstTokenMs)} (95 %: ${between(firstTokenInterval)}), all after ${msText(totalMs)} (${between(totalInterval)}); ${significant(tokensPerSecond ?? Number.NaN)} tokens/s`,
    `           ${evidence}`,
    ...warnings.map((warning) => `! ${warning}: the interval is wider`),
  ];
}

function draftLine(row: AnsweredPrediction): string[] {
  if (!row.drafts) return [];
  const { model, drafted, accepted, tokensPerSecondPerUser, speedUp } = row.drafts;
  const how = `${placeOf(row)} with ${countText(drafted, 'draft')} of ${model}, ${givenText(100 * accepted)} % accepted`;
  return speedUp === null || tokensPerSecondPerUser === null
    ? [`! ${how}: both models do not fit together`]
    : [
        `drafts     ${how}: ${significant(tokensPerSecondPerUser)} tokens/s each, ${significant(speedUp)} times as fast`,
      ];
}

function costLine(row: AnsweredPrediction): string[] {
  if (!row.cost) return [];
  const { expected, basis } = row.cost;
  const law = `${row.isUpperBound ? 'at least' : 'by the law'} ${costText(row.cost).join(' and ')}`;
  const parts = expected
    ? `${costText(expected, expected.joulesInterval, expected.dollarsInterval).join(' and ')} at the expected speed; ${law}`
    : law;
  return [`cost       ${placeOf(row)}: ${parts} (${basis})`];
}

/** Joules to a token and dollars to a million, as far as they are known. */
function costText(
  { joulesPerToken, dollarsPerMillionTokens }: Pick<CostAnswer, 'joulesPerToken' | 'dollarsPerMillionTokens'>,
  joules: readonly number[] | null = null,
  dollars: readonly number[] | null = null,
): string[] {
  const within = (interval: readonly number[] | null): string =>
    interval ? ` (95 %: ${interval.map((end) => significant(end)).join(' to ')})` : '';
  return [
    ...(joulesPerToken === null ? [] : [`${significant(joulesPerToken)} J to a token${within(joules)}`]),
    ...(dollarsPerMillionTokens === null
      ? []
      : [`$${significant(dollarsPerMillionTokens)} to a million tokens${within(dollars)}`]),
  ];
}

/**
 * How much faster the second of two machines is, a line for each point: as an engine is expected to run there, and by the
 * law.
 */
export function comparisonLines(one: readonly AnsweredPrediction[], other: readonly AnsweredPrediction[]): string[] {
  return one.flatMap((row, i) => {
    const second = other[i];
    if (!second) return [];
    const at = `${row.model} at context ${integerText(row.context)}`;
    const batches = row.batch === second.batch ? `, batch ${integerText(row.batch)}` : '';
    const [a, b] = [row.tokensPerSecond, second.tokensPerSecond];
    if (a === null || b === null) {
      const fits = [row, second]
        .filter(({ tokensPerSecond }) => tokensPerSecond !== null)
        .map(({ machine }) => machine);
      return [`compared   ${at}${batches}: fits ${fits.length === 0 ? 'neither' : `${fits[0]} only`}`];
    }
    if (row.atSpeed && second.atSpeed) {
      const users = comparedUsersText([row, row.atSpeed], [second, second.atSpeed]);
      return [`compared   ${at}, ${givenText(row.atSpeed.tokensPerSecondPerUser)} tokens/s each: ${users}`];
    }
    const most = `room for ${integerText(row.maxBatch)} or ${countText(second.maxBatch, 'sequence')}`;
    const law = { times: significant(b / a), by: row.isUpperBound && second.isUpperBound ? 'the bounds' : 'the law' };
    return [`compared   ${at}${batches}: ${comparedText(row, second, law)}; ${most}`];
  });
}

/** The users of both at the speed that was asked for: their batches differ, so that their tokens say nothing. */
function comparedUsersText(
  [one, atOne]: readonly [AnsweredPrediction, SpeedAnswer],
  [other, atOther]: readonly [AnsweredPrediction, SpeedAnswer],
): string {
  const [first, second] = [atOne.expectedUsers, atOther.expectedUsers];
  const law = `${one.isUpperBound && other.isUpperBound ? 'at most' : 'by the law'} ${countText(atOther.users, 'user')} on ${other.machine}, and ${integerText(atOne.users)} on ${one.machine}`;
  if (one.expected.engine !== other.expected.engine || first === null || second === null) return law;
  return `${other.machine} is expected to serve ${countText(second, 'user')}, and ${one.machine} ${integerText(first)}; ${law}`;
}

/** The expected ratio, and that by the law. Where two engines are expected, more than the machines would be compared. */
function comparedText(
  one: AnsweredPrediction,
  other: AnsweredPrediction,
  { times, by }: { readonly times: string; readonly by: string },
): string {
  const [first, second] = [one.expected, other.expected];
  const ratio = first.engine === second.engine ? expectedRatio(first, second) : undefined;
  if (!ratio) return `${other.machine} makes ${times} times the tokens of ${one.machine} by ${by}`;
  const between = ratio.interval.map((end) => significant(end)).join(' to ');
  return `${other.machine} is expected to make ${significant(ratio.ratio)} times the tokens of ${one.machine} (95 %: ${between}); ${times} times by ${by}`;
}
