/**
 * A request from end to end: its prompt is worked through at once (prefill), which makes the first token, and the others
 * follow one by one (decode), each over a longer context.
 *
 * A prefill of P tokens multiplies them by all weights that they touch, reads those once, and looks from each position at
 * those before it. It writes the KV cache and reads it once; kernels keep what they read of it again in caches (T. Dao
 * et al., "FlashAttention", arXiv 2205.14135). Engines need the logits of the last token only.
 */

import {
  attentionFlopsPerToken,
  kvBytesHeld,
  ROUTING,
  type StepWork,
  weightBytesRead,
  weightFlopsPerToken,
} from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { isMultiplied, type SizedTensor, weightsIn } from '../models/tensors.ts';
import type { PromptAtPeak } from '../theory/engine-time.ts';
import { sumOver } from './sum-over.ts';

/** The work of a prefill of one prompt of `tokens`. Its batch is its tokens: so many rows pass each matrix. */
export function promptWork(model: Model, tensors: readonly SizedTensor[], tokens: number, kv: string): StepWork {
  const headFlops =
    2 * tensors.filter((one) => one.kind === 'head' && isMultiplied(one)).reduce((sum, one) => sum + weightsIn(one), 0);
  return {
    batch: tokens,
    weightBytes: weightBytesRead(tensors, tokens, ROUTING),
    weightFlops: tokens * weightFlopsPerToken(model) - (tokens - 1) * headFlops,
    kvBytes: 2 * kvBytesHeld(model, tokens, kv, 'window'),
    kvFlops: sumOver(1, tokens, (context) => attentionFlopsPerToken(model, context)),
  };
}

/** A prompt at the peaks of a GPU. */
export const promptAtPeak = (work: StepWork, gbps: number, tflops: number): PromptAtPeak => ({
  tokens: work.batch,
  computeSeconds: (work.weightFlops + work.kvFlops) / (tflops * 1e12),
  readSeconds: (work.weightBytes + work.kvBytes) / (gbps * 1e9),
});

/** The times of a request, in seconds. */
export interface RequestTime {
  /** Time to first token: the prefill. */
  readonly firstSeconds: number;
  /** Time of all further tokens. */
  readonly restSeconds: number;
}

/**
 * The time of a request whose prompt has `prompt` tokens and whose answer has `output`.
 * @param prefillSeconds of the prompt
 * @param stepSeconds of a decode step at a context
 */
export const requestTime = (
  { prompt, output }: { readonly prompt: number; readonly output: number },
  prefillSeconds: number,
  stepSeconds: (context: number) => number,
): RequestTime => ({
  firstSeconds: prefillSeconds,
  // The token that the prefill made is the newest position of the first step.
  restSeconds: output > 1 ? sumOver(prompt + 1, prompt + output - 1, stepSeconds) : 0,
});
