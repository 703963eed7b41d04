/**
 * Sequences of one length, or of several: a batch of B sequences of which a share s_i has c_i positions reads and holds
 * B·Σ s_i·κ(c_i) bytes of KV cache, where κ(c) are those of one sequence. B·s_i need not be whole: it is a mean over
 * steps.
 */

import type { StepWork } from '../models/accounting.ts';

/** A share of the sequences, and the positions that each of them has. */
export interface LengthShare {
  readonly context: number;
  /** The share of all sequences. The shares of a mix add up to 1. */
  readonly share: number;
}

export type Mix = readonly LengthShare[];

/** The positions of each sequence: of all alike, or by shares. */
export type Lengths = number | Mix;

const sharesOf = (lengths: Lengths): Mix => (typeof lengths === 'number' ? [{ context: lengths, share: 1 }] : lengths);

/** The mean of a function of the context over the sequences. */
export const meanOver = (lengths: Lengths, of: (context: number) => number): number =>
  sharesOf(lengths).reduce((sum, { context, share }) => sum + share * of(context), 0);

/** The work of a step whose sequences have these lengths. @param of the work where all have one */
export function meanWork(lengths: Lengths, of: (context: number) => StepWork): StepWork {
  if (typeof lengths === 'number') return of(lengths);
  const works = lengths.map(({ context, share }) => ({ share, work: of(context) }));
  const mean = (part: (work: StepWork) => number): number =>
    works.reduce((sum, { share, work }) => sum + share * part(work), 0);
  return {
    batch: mean(({ batch }) => batch),
    weightBytes: mean(({ weightBytes }) => weightBytes),
    weightFlops: mean(({ weightFlops }) => weightFlops),
    kvBytes: mean(({ kvBytes }) => kvBytes),
    kvFlops: mean(({ kvFlops }) => kvFlops),
  };
}
