/**
 * How long the tests wait. A timeout is for hangs: it says nothing of how long a test takes. Beside four busy programs,
 * on a machine whose shader caches are cold, tests take up to five times as long as on an idle one.
 */

import type { BrowserContext, Page } from 'playwright';

/** The time after which a test or a hook hangs, in ms. */
export const HANG_MS = 900_000;

/** The time after which a poll fails, in ms. It is under `HANG_MS`, so that the failure says what the value was. */
export const POLL_MS = 600_000;

/** Makes a page, or the pages of a context, wait for as long as the test may take. Playwright's default is 30 s. */
export function patient<T extends BrowserContext | Page>(waiting: T): T {
  waiting.setDefaultTimeout(HANG_MS);
  return waiting;
}
