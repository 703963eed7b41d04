/** What is asked for when decode steps are to be timed: data, for terminal and page. */

/** What the kernels of attention read. */
export const KV_FORMATS: readonly string[] = ['f16', 'int8', 'int4-g32'];

/** What the numbers of a sweep may be; how large a batch really may be is for the memory to say. */
export const SWEEP_RANGES = {
  context: { least: 1, most: 1e7, whole: true, unit: 'positions' },
  batch: { least: 1, most: 4096, whole: true },
} as const;

export interface DecodeSweep {
  /** Format of all matrices, the head's and the embedding among them. */
  readonly weights: string;
  /** Format of the KV cache. */
  readonly kv: string;
  /** Positions of each sequence, the new one included; of the longest, where lengths are mixed. */
  readonly contexts: readonly number[];
  /** Lengths are mixed: other sequences have so many positions at the least. Absent: all have one length. */
  readonly shortest?: number | undefined;
  /** Sequences, one token of each. */
  readonly batches: readonly number[];
}

/** Where nothing else is asked for. */
export const DEFAULT_SWEEP: DecodeSweep = { weights: 'f16', kv: 'f16', contexts: [1024], batches: [1] };

/** The rule that a sweep's `shortest` breaks, and the value met; undefined where it breaks none. */
export function brokenShortest({ shortest, contexts }: Pick<DecodeSweep, 'shortest' | 'contexts'>): string | undefined {
  const least = Math.min(...contexts);
  return shortest !== undefined && shortest > least
    ? `must be at most the ${contexts.length > 1 ? 'least ' : ''}context, ${least}; got ${shortest}`
    : undefined;
}
