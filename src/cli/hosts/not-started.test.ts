import { describe, expect, test } from 'vitest';
import { notStarted } from './not-started.ts';

const MISSING = 'error while loading shared libraries: libgtk-3.so.0: cannot open shared object file';

/** Messages of puppeteer-core 24.43.1 and Playwright 1.65.1. */
describe.each([
  [
    'puppeteer',
    `Failed to launch the browser process:  Code: 127\n\nstderr:\nfirefox: ${MISSING}\n\nTROUBLESHOOTING: https://pptr.dev/troubleshooting\n`,
    `firefox: ${MISSING}`,
  ],
  [
    'puppeteer, of a silent browser',
    'Failed to launch the browser process:  Code: 1\n\nstderr:\n\n\nTROUBLESHOOTING: https://pptr.dev/troubleshooting\n',
    'Failed to launch the browser process: Code: 1',
  ],
  [
    'puppeteer, of a browser without BiDi',
    'Timed out after 300000 ms while waiting for the WS endpoint URL to appear in stdout!',
    'Timed out after 300000 ms while waiting for the WS endpoint URL to appear in stdout!',
  ],
  [
    'Playwright',
    `browserType.launch: Target page, context or browser has been closed\nBrowser logs:\n\n<launching> /usr/bin/chromium --headless\n<launched> pid=945\n[pid=945][err] chromium: ${MISSING}\n[pid=945][err] a second line\nCall log:\n  - [pid=945][err] chromium: ${MISSING}\n`,
    `chromium: ${MISSING} a second line`,
  ],
])('an error of %s', (_, message, reason) => {
  test('becomes one line that says why, and what to do', () => {
    expect(notStarted('It', new Error(message), 'install it')).toMatchObject({
      code: 'no-adapter',
      message: `It did not start (${reason}): install it`,
    });
  });
});
