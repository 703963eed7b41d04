/**
 * Forms of the law: how compute shares a step with memory, and through how many doors weights and KV cache pass. The
 * points decide which form a machine follows (`weights.ts`).
 */

export interface LawForm {
  /**
   * `one`: weights and KV cache share a β. `two`: each weight format and the KV cache have a β of their own. `three`:
   * the caches of layers with a sliding window have one, too.
   */
  readonly doors: 'one' | 'two' | 'three';
  /**
   * p of the p-norm of memory and compute, from 1 (one after the other) to Infinity (fully overlapped). Null: no
   * compute.
   */
  readonly overlap: number | null;
  /** Whether steps of several sequences pay an extra cost, since engines use other kernels for them. */
  readonly onset?: boolean;
}

const OVERLAPS = [null, Number.POSITIVE_INFINITY, 1, 2, 4] as const;

/**
 * All forms, the simplest first: without compute, then the rooflines, then what lies between; and each of them with an
 * onset. Windows of their own need points that say what windows read.
 */
export const LAW_FORMS: readonly LawForm[] = [false, true].flatMap((onset) =>
  OVERLAPS.flatMap((overlap) =>
    (['one', 'two', 'three'] as const).map((doors): LawForm => ({ doors, overlap, ...(onset && { onset }) })),
  ),
);

/** The name of a form: `memory alone, two doors`, or `memory alone, two doors, onset`. */
export function formName({ doors, overlap, onset }: LawForm): string {
  const compute =
    overlap === null
      ? 'memory alone'
      : overlap === 1
        ? 'sum of memory and compute'
        : overlap === Number.POSITIVE_INFINITY
          ? 'larger of memory and compute'
          : `${overlap}-norm of memory and compute`;
  return `${compute}, ${doors} door${doors === 'one' ? '' : 's'}${onset ? ', onset' : ''}`;
}
