/**
 * Forms that the law may take: how compute shares a step with memory, and whether weights and KV cache pass through one
 * door. Which of them a machine follows is for its held-out error to say (`fit-law.ts`).
 */

export interface LawForm {
  /**
   * `one`: weights and KV cache share a β. `two`: each weight format and the KV cache have their own. `three`: so have the
   * caches of layers with a sliding window.
   */
  readonly doors: 'one' | 'two' | 'three';
  /** p of the norm of memory and compute, from 1 (one after the other) to Infinity (wholly at once); null: compute is left out. */
  readonly overlap: number | null;
  /** Does a step of several sequences pay a cost that one of a single sequence does not? Engines take other kernels then. */
  readonly onset?: boolean;
}

const OVERLAPS = [null, Number.POSITIVE_INFINITY, 1, 2, 4] as const;

/** All, the simplest first: a law without compute, then the rooflines, then what lies between. */
export const LAW_FORMS: readonly LawForm[] = OVERLAPS.flatMap((overlap) =>
  (['one', 'two'] as const).map((doors) => ({ doors, overlap })),
);

/** Those of engines that may take other kernels for one sequence than for several, and for windows. */
export const ENGINE_FORMS: readonly LawForm[] = [false, true].flatMap((onset) =>
  OVERLAPS.flatMap((overlap) =>
    (['one', 'two', 'three'] as const).map((doors): LawForm => ({ doors, overlap, ...(onset && { onset }) })),
  ),
);

/** `memory alone, two doors`; `…, onset` where a step of several sequences pays one. */
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
