/** A tab without data: why there is none, and what to do. */

import type { PageParams } from '../../../../session/params.ts';

export interface Missing {
  readonly title: string;
  /** Why there is nothing to see, in a sentence. */
  readonly why: string;
  /** What to do, in a sentence. */
  readonly todo: string;
  /** The form that would measure it. Undefined: nothing can. */
  readonly form?: PageParams;
}

export const isMissing = (shown: object): shown is Missing => 'todo' in shown;
