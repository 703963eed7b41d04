/** Whether this site has a collector, before anything is sent to one. */

import type { CollectorState } from './api.ts';

/** The time after which an answer is not waited for any more. */
const MAX_ANSWER_MS = 15_000;

/** @param site the address of the site's first page */
export async function collectorState(
  site: string,
  ask: typeof fetch = (...args) => fetch(...args),
): Promise<CollectorState> {
  try {
    const response = await ask(new URL('v1/runs?limit=1', site), {
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' },
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
    });
    if (response.status === 429 || response.status >= 500) return 'silent';
    if (!response.ok) return 'none';
    // A host of files may answer any address with a page.
    const answer: unknown = await response.json().catch(() => undefined);
    return typeof answer === 'object' && answer !== null && 'runs' in answer ? 'there' : 'none';
  } catch {
    // The browser is offline, nothing listens, or the answer did not come in time. It does not say which.
    return 'silent';
  }
}
