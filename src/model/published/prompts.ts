/**
 * What engines reach of GPUs' compute in prompts, fitted to published figures: `T = a + bytes/(η_0·BW) + ops/(η_p·F)`
 * (`theory/engine-time.ts`), shrunk as the costs of decode steps are (`engine-fit.ts`). F is that of the shader cores
 * (`serving/shader-peak.ts`).
 */

import { gpusCalled } from '../../../results/gpus/by-name.ts';
import { deviceOf } from '../../../results/gpus/kinds.ts';
import { groupBy, maxOf, minOf } from '../../../results/lists.ts';
import type { PromptFit } from '../../../results/reference/engine-costs.ts';
import { type BATCH_1, type LOCALSCORE, vendorBackend } from '../../../results/reference/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { modelById } from '../models/predicted.ts';
import { promptAtPeak, promptWork } from '../serving/prompt.ts';
import { shaderTflopsOf } from '../serving/shader-peak.ts';
import { meanPromptSpeed, meanPromptTime, type PromptAtPeak } from '../theory/engine-time.ts';
import { architectureOf, type EngineFigure, type EngineLaw, fittedGroups, rounded } from './engine-fit.ts';
import { backendOf, buildOf } from './engines.ts';

/** A published speed of prompts, or the inverse of a time to first token. */
export interface PromptRow extends EngineFigure {
  /** The prompts that the figure is a mean of. */
  readonly prompts: readonly PromptAtPeak[];
  /** The mean of speeds in tokens/s, or of times, of which `tokensPerSecond` is the inverse. */
  readonly mean: 'speed' | 'time';
  /** Time of the decode step that a time includes, in seconds. */
  readonly stepSeconds: number;
  /** Operations/s of the shader cores over bytes/s of the memory, at their peaks. */
  readonly flopsPerByte: number;
}

export const PROMPT_LAW: EngineLaw<PromptRow> = {
  // The rate of the shader cores, and 20 ms.
  means: [Math.log(1), Math.log(0.02)],
  spreads: { backend: [0.6, 1], architecture: [0.3, 0.5], device: [0.1], build: [0.2, 0.3] },
  noise: 0.1,
  time: ({ prompts, mean, stepSeconds }, quantities) =>
    mean === 'speed' ? meanPromptSpeed(prompts, quantities) : meanPromptTime(prompts, stepSeconds, quantities),
};

interface Known extends Pick<EngineFigure, 'device' | 'model' | 'quantisation' | 'build'> {
  readonly gbps: number;
  readonly head?: string | undefined;
  readonly tokens: readonly number[];
}

/** A row without its figure, if its GPU has a peak. */
function rowOf(known: Known, backend: string): Omit<PromptRow, 'tokensPerSecond' | 'mean' | 'stepSeconds'> | undefined {
  const { device, model: id, quantisation, head, gbps, tokens, build } = known;
  const [, cores] = /(\d+)c\b/.exec(device) ?? [];
  const [gpu] = gpusCalled(device);
  const tflops = gpu && shaderTflopsOf(gpu, cores === undefined ? undefined : Number(cores));
  if (tflops === undefined) return undefined;
  const model = modelById(id);
  const tensors = quantisedTensors(model, quantisation, head);
  const prompts = tokens.map((count) => promptAtPeak(promptWork(model, tensors, count, 'f16'), gbps, tflops));
  return {
    ...{ device, backend, architecture: architectureOf(device), model: id, quantisation, build, prompts },
    flopsPerByte: (1000 * tflops) / gbps,
  };
}

/** The prompts of llama.cpp, each of one length. */
export const llamaCppPrompts = ({ rows, sources }: typeof BATCH_1): PromptRow[] =>
  rows.flatMap((row): PromptRow[] => {
    const { prompt } = sources[row.source] ?? {};
    if (prompt === undefined || row.promptTokensPerSecond === undefined) return [];
    const about = rowOf({ ...row, tokens: [prompt], build: buildOf(row.source) }, backendOf(row));
    return about ? [{ ...about, tokensPerSecond: row.promptTokensPerSecond, mean: 'speed', stepSeconds: 0 }] : [];
  });

/** The prompts of LocalScore: the mean speed over its tests, and the mean time to the end of the first decode step. */
export const localScorePrompts = ({ devices, prompts: tokens }: typeof LOCALSCORE): PromptRow[] =>
  devices.flatMap(({ device, gbps, rows }) =>
    rows.flatMap(([model, quantisation, decoding, speed, firstMs]): PromptRow[] => {
      const about = rowOf({ device, gbps, model, quantisation, tokens }, vendorBackend(device));
      if (!about) return [];
      return [
        { ...about, tokensPerSecond: speed, mean: 'speed', stepSeconds: 0 },
        { ...about, tokensPerSecond: 1000 / firstMs, mean: 'time', stepSeconds: 1 / decoding },
      ];
    }),
  );

/** Fits an engine to all of its prompts. @param reach see `reachOf` */
export function promptFit(rows: readonly PromptRow[], reach: PromptFit['reach']): PromptFit {
  const tokens = rows.flatMap(({ prompts }) => prompts.map((prompt) => prompt.tokens));
  const groups = fittedGroups(rows, PROMPT_LAW);
  const reached = ({ device, backend, flopsPerByte }: PromptRow): number =>
    flopsPerByte *
    (groups.find(({ group }) => group.backend === backend && group.device === deviceOf(device))?.share ?? 1);
  return {
    ...{ noise: PROMPT_LAW.noise, reach },
    tokens: [minOf(tokens), maxOf(tokens)],
    flopsPerByte: Object.fromEntries(
      [...groupBy(rows, ({ backend }) => backend)].map(([backend, mine]) => [
        backend,
        rounded(minOf(mine.map(reached))),
      ]),
    ),
    costs: groups.map(({ group, share, fixedSeconds, covariance }) => ({
      ...group,
      ...{ computeShare: share, promptSeconds: fixedSeconds, covariance },
    })),
  };
}
