/**
 * The outputs of a case that its record keeps, so that whoever has the kernels can compute them again from the seed.
 * Which ones follows from the seed and the case: nobody can pick those that are right.
 */

import { digest } from '../../results/record/digest.ts';
import type { Case } from '../../results/record/schema.ts';
import type { Output } from '../../shaders/kernel.ts';

/**
 * The outputs that are kept of each output buffer. The error is relative to what is compared, so with fewer of them all
 * might lie near zero by chance. A digest has bits for as many.
 */
const SPOTS = 8;

/** The hex digits of a digest that choose an output: 32 bits. */
const DIGITS = 8;

/** Returns the elements of an output that are kept of a case, ascending; fewer than `SPOTS` where some coincide. */
export function spotsIn(seed: number, of: Case, { name, elements }: Pick<Output, 'name' | 'elements'>): number[] {
  const bits = digest({ seed, case: of, output: name });
  const drawn = Array.from({ length: SPOTS }, (_, i) => {
    const share = Number.parseInt(bits.slice(i * DIGITS, (i + 1) * DIGITS), 16) / 2 ** 32;
    return Math.floor(share * elements);
  });
  return [...new Set(drawn)].sort((a, b) => a - b);
}
