/**
 * Forms that the law may take: how compute shares a step with memory, and whether weights and KV cache pass through one
 * door. Which of them a machine follows is for its held-out error to say (`fit-law.ts`).
 */

export interface Variant {
  /** `two`: each weight format and the KV cache have a β of their own. `one`: they share it. */
  readonly doors: 'one' | 'two';
  /** p of the norm of memory and compute, from 1 (one after the other) to Infinity (wholly at once); null: compute is left out. */
  readonly overlap: number | null;
}

const OVERLAPS = [null, Number.POSITIVE_INFINITY, 1, 2, 4] as const;

/** All, the simplest first: a law without compute, then the rooflines, then what lies between. */
export const VARIANTS: readonly Variant[] = OVERLAPS.flatMap((overlap) =>
  (['one', 'two'] as const).map((doors) => ({ doors, overlap })),
);

/** `memory alone, two doors` */
export function variantName({ doors, overlap }: Variant): string {
  const compute =
    overlap === null
      ? 'memory alone'
      : overlap === 1
        ? 'sum of memory and compute'
        : overlap === Number.POSITIVE_INFINITY
          ? 'larger of memory and compute'
          : `${overlap}-norm of memory and compute`;
  return `${compute}, ${doors} door${doors === 'one' ? '' : 's'}`;
}
