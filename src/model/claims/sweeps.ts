/**
 * The decode steps that claims share, and the rates that they give: each sweep changes one thing and keeps all else, so
 * that a slope over it needs no model of the rest. All in f16; batches below those at which a GPU that computes in f32
 * is bound by its arithmetic (at 18 on an H100), but where that is looked for.
 */

import type { DecodeCase } from '../../../results/schema.ts';
import type { Estimate } from '../../../results/statistics.ts';
import { type AffineFit, fitAffine } from '../gemv-line/line.ts';
import { NARROW, SLICE, WIDE } from '../models/slices.ts';
import { coldSteps, type Evidence, type MeasuredStep } from './evidence.ts';

export const sliced = (batch: number, context: number): DecodeCase => ({
  ...{ model: SLICE.id, weights: 'f16', kv: 'f16', batch, context },
});

/** So short that its KV cache is nothing beside the weights. */
export const SHORT = 512;
/** So long that the KV cache of a sequence is a thirteenth of the weights. */
export const LONG = 8192;

/** Weight bytes grow; KV bytes, dispatches and batch stay. */
export const OVER_WEIGHTS: readonly DecodeCase[] = [NARROW, SLICE, WIDE].map((model) => ({
  ...sliced(1, SHORT),
  model: model.id,
}));

/** KV bytes grow, by context alone. */
export const OVER_CONTEXT: readonly DecodeCase[] = [SHORT, LONG, 2 * LONG, 4 * LONG].map((context) =>
  sliced(4, context),
);

/** KV bytes grow, by the number of sequences. */
export const OVER_BATCH: readonly DecodeCase[] = [1, 2, 4, 8].map((batch) => sliced(batch, LONG));

/** Of a step, all that it reads. */
export const bytesOf = ({ work }: MeasuredStep): number => work.weightBytes + work.kvBytes;

/** The line of step times over `bytes`, through steps that are all read from memory; or what is missing. */
function lineOver(
  evidence: Evidence,
  cases: readonly DecodeCase[],
  bytes: (step: MeasuredStep) => number,
): AffineFit | string {
  const steps = coldSteps(evidence, cases);
  if (typeof steps === 'string') return steps;
  const fit = fitAffine(steps.map((step) => ({ bytes: bytes(step), ms: step.ms })));
  return fit ?? `three sizes make a line; there are ${steps.length}`;
}

const rateOf = (fit: AffineFit | string): Estimate | string => (typeof fit === 'string' ? fit : fit.gbps);

/** β_w in GB/s: what each further byte of weights costs. */
export const weightGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_WEIGHTS, ({ work }) => work.weightBytes));

/** β_kv in GB/s: what each further byte of KV cache costs, where contexts grow. */
export const kvGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_CONTEXT, ({ work }) => work.kvBytes));

/** The same, where sequences are added: all that a sequence costs, over the bytes of its KV cache. */
export const sequenceGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_BATCH, ({ work }) => work.kvBytes));
