/** The site as `npm start` serves it, and a browser: what the tests of a file share. */

import type { Browser } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { npmStart, type Started } from '../../support/hosts/npm-start.ts';
import { launchShell } from '../../support/hosts/shell.ts';

interface Site<B> {
  readonly address: string;
  readonly browser: B;
}

/** Starts both before the first test of the file that calls it, and before its own hooks; ends them after its last. */
export const servedSite = (...flags: readonly string[]): Site<Browser> => servedTo(launchShell, ...flags);

/** The same with a browser that `launch` starts. @param flags of `npm start`, beside those that tests have */
export function servedTo<B extends { close(): Promise<void> }>(
  launch: () => Promise<B>,
  ...flags: readonly string[]
): Site<B> {
  let server: Started | undefined;
  let browser: B | undefined;
  beforeAll(async () => {
    server = await npmStart(...flags);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get address() {
      return started(server).address;
    },
    get browser() {
      return started(browser);
    },
  };
}

function started<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('the site is served from beforeAll on, and not before');
  return one;
}
