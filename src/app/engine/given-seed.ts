/** A run's seed by this site's collector. */

import type { GivenSeed } from '../../../results/record/schema.ts';
import { NoSeed, seedFrom } from '../../session/challenge.ts';

/** A person waits for the run: an answer that takes longer, in ms, is not worth it. */
const MAX_WAIT_MS = 2000;

/** Null: there is no collector, or it gives no seed soon. A seed of the page's own is as good for measuring. */
export async function givenSeed(collector: string | null): Promise<GivenSeed | null> {
  if (collector === null) return null;
  try {
    return await seedFrom(collector, { maxWaitMs: MAX_WAIT_MS });
  } catch (error) {
    if (error instanceof NoSeed) return null;
    throw error;
  }
}
