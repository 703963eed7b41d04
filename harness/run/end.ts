/** The end of a run: it holds on any machine, and what is not reached by then is listed. */

import { isSoftware } from '../../results/machine/identity.ts';
import type { AdapterInfo } from '../../results/record/schema.ts';
import type { Deadline } from '../deadline.ts';
import type { Profile } from '../profiles.ts';

export interface RunEnd {
  readonly deadline: Deadline;
  /** The time of the whole run, in ms. */
  readonly ms: number;
  /** Whether the decode steps that a person asked for must end by then as well. Otherwise their time comes on top. */
  readonly holdsForAll: boolean;
}

/**
 * Returns the time that a run has, in ms: its budget, or else what the profile has for the adapter. While no adapter has
 * been met, it may be a GPU.
 */
export function endMs(
  { profile, budgetMs }: { readonly profile: Profile; readonly budgetMs?: number | undefined },
  { adapter }: { readonly adapter: AdapterInfo | undefined },
): number {
  const { gpu, software } = profile.endMs;
  return budgetMs ?? (adapter && isSoftware(adapter) ? software : gpu);
}
