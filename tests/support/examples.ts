/** Which examples a project of vitest.config.ts verifies. */

import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * Which examples of a kernel are verified: all of them; all with the portable variant, and one of each family with
     * the others, which read the same bytes in another order; or one of each family and variant. Default: all. Of what is
     * one of each family, `half` takes a half.
     */
    examples?: 'all' | 'most' | 'few';
    /** Which of two projects this is that share what is left. Default: this one has everything. */
    half?: 0 | 1;
  }
}

export const EXAMPLES = inject('examples') ?? 'all';

/** Whether every test runs here (tier.ts). */
export const IS_WHOLE = inject('half') === undefined;

/** Returns every other one, where another project has the rest. Few are not worth sharing. */
export function shared<T>(all: readonly T[]): readonly T[] {
  const half = inject('half');
  return half === undefined || all.length < 3 ? all : all.filter((_, i) => i % 2 === half);
}
