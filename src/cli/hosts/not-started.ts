/** Browsers that do not start. */

import { HarnessError, messageOf } from '../../../harness/errors.ts';

/** Returns the error of a browser that did not start: why, and what to do. @param error puppeteer's or Playwright's */
export function notStarted(browser: string, error: unknown, advice: string): HarnessError {
  return new HarnessError('no-adapter', `${browser} did not start (${messageOf(reasonIn(error))}): ${advice}`);
}

/**
 * Returns the reason in an error of puppeteer or Playwright, which are pages long: what the browser wrote to its
 * stderr, or else the first line.
 */
function reasonIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  const ofPuppeteer = /^stderr:$(.*?)(?:^TROUBLESHOOTING|$(?!\n))/ms.exec(message)?.[1] ?? '';
  // Playwright repeats the browser's lines in its own log.
  const [browserLogs = ''] = message.split('Call log:');
  const ofPlaywright = [...browserLogs.matchAll(/^\[pid=\d+\]\[err\] (.*)$/gm)].map(([, line]) => line);
  return [ofPuppeteer, ...ofPlaywright].join('\n').trim() || first;
}
