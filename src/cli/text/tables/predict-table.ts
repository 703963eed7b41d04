/** Predictions as the terminal prints them: the machine, a table of points, and what would fit or be bought. */

import { bytesText, countText, integerText, msText, NONE, significant } from '../../../../results/text/figures.ts';
import type { Expected } from '../../../model/predict/expected.ts';
import type { Prediction, WouldFit } from '../../../model/predict/predict.ts';
import { table } from './table.ts';

/**
 * Returns the line of the machine's compute. `flopsPerSecond` is infinite where compute is left out.
 * @param why it is, in words
 */
export const computeLine = (flopsPerSecond: number, why = ''): string =>
  flopsPerSecond === Number.POSITIVE_INFINITY
    ? `compute    left out${why}: --flops TFLOP/s counts it`
    : `compute    ${significant(flopsPerSecond / 1e12)} TFLOP/s`;

const HEADER = [
  ...['model', 'weights', 'KV', 'context', 'batch', 'tokens/s', 'per user', 'expected', '95 %', 'step'],
  ...['weights read', 'KV read', 'max batch', 'bound'],
];

/** Changes that would each make a point fit, and the largest quantisation of llama.cpp that would; null for none. */
export type WouldFitSomehow = WouldFit & { readonly quantisation: string | null };

/** A prediction, and the speed that an engine is expected to reach. */
export type ExpectedPrediction = Omit<Prediction, 'wouldFit'> & {
  readonly expected: Expected;
  readonly wouldFit: WouldFitSomehow | null;
};

/** Returns the table of all points, then a line for each point that does not fit. */
export const predictionLines = (rows: readonly ExpectedPrediction[]): string[] => [
  table(
    rows.map((p) => [
      ...[p.model, p.weights, p.kv, integerText(p.context), integerText(p.batch)],
      ...[p.tokensPerSecond, p.tokensPerSecondPerUser].map((rate) => significant(rate ?? Number.NaN)),
      significant(p.expected.tokensPerSecond ?? Number.NaN),
      p.expected.interval?.map((end) => significant(end)).join(' to ') ?? NONE,
      ...[p.stepMs === null ? NONE : msText(p.stepMs), bytesText(p.weightBytes), bytesText(p.kvBytes)],
      ...[integerText(p.maxBatch), p.bound],
    ]),
    HEADER,
  ),
  ...rows.flatMap(missingLine),
];

/** Returns the lengths of mixed sequences: each mix once. */
export function mixLines(rows: readonly Prediction[]): string[] {
  const lines = rows.flatMap(({ mix, context }) => {
    if (!mix) return [];
    const shares = mix.map((one) => `${significant(100 * one.share)} % at ${integerText(one.context)}`);
    return [`mix        ${shares.join(', ')}; ${countText(context, 'position')} on average`];
  });
  return [...new Set(lines)];
}

/** Returns what would fit in place of a point that does not; nothing for a point that fits. */
function missingLine({ model, context, batch, wouldFit }: ExpectedPrediction): string[] {
  if (!wouldFit) return [];
  const alone = [
    ...(wouldFit.batch > 0 ? [`batch ${integerText(wouldFit.batch)}`] : []),
    ...(wouldFit.context > 0 ? [`context ${integerText(wouldFit.context)}`] : []),
    ...(wouldFit.weights.length > 0 ? [`weights in ${wouldFit.weights.join(', ')}`] : []),
    ...(wouldFit.quantisation === null ? [] : [`weights in llama.cpp’s ${wouldFit.quantisation}`]),
  ];
  const point = `${model} at context ${integerText(context)}, batch ${integerText(batch)}`;
  return [
    `! ${point} needs ${bytesText(wouldFit.memoryBytes)}; ${alone.length > 0 ? `would fit: ${alone.join('; or ')}` : 'nothing smaller here would fit'}`,
  ];
}

/** Returns what is to know of the models: a file's own quantisation, and the share of the caches that a step reads. */
export function aboutModels(rows: readonly Prediction[]): string[] {
  const lines = rows.flatMap(({ model, context, quantisation, cacheShareRead, weightBytesHeld }) => [
    ...(quantisation === null
      ? []
      : [`weights    ${model}: the file’s own quantisation, ${quantisation}; ${bytesText(weightBytesHeld)}`]),
    // The text has three digits.
    ...(Math.abs(cacheShareRead - 1) < 0.0005
      ? []
      : [
          `ρ          ${model} at context ${integerText(context)}: a step reads ${significant(cacheShareRead)} of the KV cache and states that it keeps`,
        ]),
  ]);
  return [...new Set(lines)];
}

/** Returns what the best batch makes, and what more would buy: a line for each model and context that fits at all. */
export function fullLines(rows: readonly Prediction[]): string[] {
  const lines = rows.flatMap(({ model, context, full }) => {
    if (!full) return [];
    const { batch, tokensPerSecond, twiceBandwidth, twiceMemory } = full;
    const at = `${model} at context ${integerText(context)}, batch ${integerText(batch)}`;
    return `full       ${at}: ${significant(tokensPerSecond)} tokens/s; ${significant(twiceBandwidth)} times that with twice the bandwidth, ${significant(twiceMemory)} times with twice the memory`;
  });
  return [...new Set(lines)];
}

/** Returns a line for each model and context that is longer than those that the model was made for. */
export function tooLongLines(rows: readonly Prediction[]): string[] {
  const lines = rows.flatMap(({ model, context, mix, positions }) => {
    const longest = Math.max(context, ...(mix ?? []).map((one) => one.context));
    return positions === null || longest <= positions
      ? []
      : [`! ${model} was made for ${integerText(positions)} positions, and ${integerText(longest)} are more`];
  });
  return [...new Set(lines)];
}

/** Returns what the expected speeds rest on, and where they lie outside of it: each once. */
export function expectedLines(rows: readonly ExpectedPrediction[]): string[] {
  const lines = rows
    .filter(({ fits }) => fits)
    .flatMap(({ expected: { engine, tokensPerSecond, evidence, warnings } }) => [
      tokensPerSecond === null ? `expected   ${engine}: ${evidence}` : `expected   ${engine}, from ${evidence}`,
      ...warnings.map((warning) => `! ${warning}: the interval is wider`),
    ]);
  return [...new Set(lines)];
}
