/**
 * Decode steps that several claims share, and the rates that follow from them. Each sweep changes one thing and keeps
 * the rest, so that a slope over it needs no model of the rest. All steps are in f16. Their batches are too small for
 * arithmetic in f32 to bind, which it does from batch 18 on an H100.
 */

import type { DecodeCase } from '../../../results/record/schema.ts';
import type { Estimate } from '../../../results/statistics.ts';
import { countText } from '../../../results/text/figures.ts';
import { type AffineFit, fitAffine } from '../gemv-line/line.ts';
import { NARROW, SLICE, WIDE } from '../models/slices.ts';
import { coldSteps, type Evidence, type MeasuredStep } from './evidence.ts';

export const sliced = (batch: number, context: number): DecodeCase => ({
  ...{ model: SLICE.id, weights: 'f16', kv: 'f16', batch, context },
});

/** A context whose KV cache is negligible beside the weights. */
export const SHORT = 512;
/** A context at which a sequence's KV cache is a thirteenth of the weights. */
export const LONG = 8192;

/** Weight bytes grow, while KV bytes, dispatches and batch stay the same. */
export const OVER_WEIGHTS: readonly DecodeCase[] = [NARROW, SLICE, WIDE].map((model) => ({
  ...sliced(1, SHORT),
  model: model.id,
}));

/** KV bytes grow with the context alone. */
export const OVER_CONTEXT: readonly DecodeCase[] = [SHORT, LONG, 2 * LONG, 4 * LONG].map((context) =>
  sliced(4, context),
);

/** KV bytes grow with the number of sequences. */
export const OVER_BATCH: readonly DecodeCase[] = [1, 2, 4, 8].map((batch) => sliced(batch, LONG));

/** All bytes that a step reads. */
export const bytesOf = ({ work }: MeasuredStep): number => work.weightBytes + work.kvBytes;

/** The line of step times over `bytes`, if all steps were read from memory; otherwise what is missing. */
function lineOver(
  evidence: Evidence,
  cases: readonly DecodeCase[],
  bytes: (step: MeasuredStep) => number,
): AffineFit | string {
  const steps = coldSteps(evidence, cases);
  if (typeof steps === 'string') return steps;
  const fit = fitAffine(steps.map((step) => ({ bytes: bytes(step), ms: step.ms })));
  return (
    fit ?? `a line needs three sizes; there ${steps.length === 1 ? 'is' : 'are'} ${countText(steps.length, 'step')}`
  );
}

const rateOf = (fit: AffineFit | string): Estimate | string => (typeof fit === 'string' ? fit : fit.gbps);

/** β_w in GB/s: the rate of further bytes of weights. */
export const weightGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_WEIGHTS, ({ work }) => work.weightBytes));

/** β_kv in GB/s: the rate of further bytes of KV cache, over growing contexts. */
export const kvGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_CONTEXT, ({ work }) => work.kvBytes));

/** The rate of further sequences in GB/s: the bytes of a sequence's KV cache over all that the sequence costs. */
export const sequenceGBps = (evidence: Evidence): Estimate | string =>
  rateOf(lineOver(evidence, OVER_BATCH, ({ work }) => work.kvBytes));
