/**
 * Weights that do not fit the GPU's memory and lie in the CPU's. A step reads them at the bandwidth of the way to where
 * they are multiplied: of PCIe where the GPU multiplies, of the CPU's memory where the CPU does. Experts go first: a
 * step reads few of them. So llama.cpp is asked to do by `--n-cpu-moe` and `-ngl`.
 *
 * A step, or a prompt, waits for both, one after the other, since each layer waits for the one before. Compute of the CPU
 * is left out.
 */

import { ROUTING, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import type { SizedTensor } from '../models/tensors.ts';

export interface Offloaded {
  /** Bytes that lie in the CPU's memory. */
  readonly heldBytes: number;
  /** Bytes of those that a step reads. */
  readonly readBytes: number;
}

/**
 * The part of `tensors` that lies in the CPU's memory, and the bytes of it that a step or a prompt reads.
 *
 * @param roomBytes of the GPU's memory are for weights
 * @param rows of activations that pass the weights: sequences of a step, or tokens of a prompt
 */
export function offloaded(tensors: readonly SizedTensor[], roomBytes: number, rows: number): Offloaded {
  const heldBytes = Math.max(0, weightBytesHeld(tensors) - roomBytes);
  if (heldBytes === 0) return { heldBytes, readBytes: 0 };
  const experts = tensors.filter(({ reads }) => typeof reads === 'object');
  const others = tensors.filter(({ reads }) => typeof reads !== 'object');
  const [expertBytes, otherBytes] = [weightBytesHeld(experts), weightBytesHeld(others)];
  const ofExperts = Math.min(heldBytes, expertBytes);
  const ofOthers = heldBytes - ofExperts;
  const shareOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
  return {
    heldBytes,
    readBytes:
      shareOf(ofExperts, expertBytes) * weightBytesRead(experts, rows, ROUTING) +
      shareOf(ofOthers, otherBytes) * weightBytesRead(others, rows, ROUTING),
  };
}
