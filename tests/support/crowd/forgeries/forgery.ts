/**
 * Forgeries of records by kind, as a collection has to expect them, each with the rules that may give it away. The rules
 * were written with these in view; those of `held-out.ts` were not.
 */

import type { RunRecord } from '../../../../results/record/schema.ts';
import type { RandomSource } from '../../../../results/statistics.ts';

export interface CrowdForgery {
  readonly kind: string;
  readonly name: string;
  /** @param donor an honest record of another machine */
  forge(record: RunRecord, random: RandomSource, donor: RunRecord): unknown;
  /** The rules of which one must object. */
  readonly rules: readonly string[];
  /** Whether it was written after the rules, and no rule was changed for it. */
  readonly heldOut?: true;
  /** Whether the collection has the honest record already. */
  readonly known?: true;
  /** Whether the forgery can be made of this record. Default: of every one. */
  readonly needs?: (record: RunRecord, donor: RunRecord) => boolean;
}
