/**
 * Speculative decoding of a model by a smaller one (`theory/speculation.ts`), with the bytes and operations of both: a
 * check multiplies γ + 1 tokens of each sequence, and reads weights and caches once.
 */

import { ROUTING, type StepWork, weightBytesRead } from '../models/accounting.ts';
import type { SizedTensor } from '../models/tensors.ts';
import { tokensPerCheck } from '../theory/speculation.ts';

export interface Drafting {
  /** γ: tokens that are drafted for each check. */
  readonly drafted: number;
  /** α: the probability that a drafted token is accepted. */
  readonly accepted: number;
}

/** The work of a check, from that of a step. More tokens of a sequence touch more experts. */
export const checkWork = (step: StepWork, tensors: readonly SizedTensor[], { drafted }: Drafting): StepWork => ({
  ...step,
  weightBytes: weightBytesRead(tensors, step.batch * (drafted + 1), ROUTING),
  weightFlops: step.weightFlops * (drafted + 1),
  kvFlops: step.kvFlops * (drafted + 1),
});

/** The mean time of a token of each sequence, in seconds: γ steps of the small model, and a check. */
export const secondsPerToken = ({ accepted, drafted }: Drafting, draftSeconds: number, checkSeconds: number): number =>
  (drafted * draftSeconds + checkSeconds) / tokensPerCheck(accepted, drafted);
