/**
 * The page's report to whoever drives it from outside, such as the terminal's `--host chromium`.
 *
 * If `globalThis.hbmarkReport` is a function, it is called with every event of a run as it is received, and, where a
 * run could not start or broke, with `{ type: 'error', error: { code, message } }`. A run ends with one `done` or one
 * `error`, never both. Together with the URL parameters (params.ts) this is all that is needed to run HBMark unseen:
 *
 *     await page.exposeFunction('hbmarkReport', (message) => …);
 *     await page.goto(`${origin}/?profile=quick&autorun=1`);
 */

import type { RunReport } from '../../harness/events.ts';

export function report(message: RunReport): void {
  if (typeof globalThis.hbmarkReport === 'function') globalThis.hbmarkReport(message);
}
