/**
 * The headless Firefox that `--host firefox` and the tests measure in, driven by WebDriver BiDi. Both start it with
 * these preferences, so that the tests see what the terminal gets.
 */

import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { HarnessError } from '../../../../harness/errors.ts';
import { findFirefox, MIN_FIREFOX } from '../find-programs.mjs';
import { MAX_START_MS } from '../host.ts';
import { notStarted } from '../not-started.ts';
import { vulkanEnvironment } from '../vulkan.ts';

export interface FirefoxOptions {
  /** `lavapipe`, on Linux. Default: Firefox's choice. */
  readonly adapter?: string | undefined;
  /** More of Firefox's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

const PREFERENCES = {
  // Firefox has WebGPU switched on on Windows and on Macs only
  // (https://github.com/gpuweb/gpuweb/wiki/Implementation-Status). Delete both when it is on everywhere.
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

/** A snap's Firefox cannot read the profile in /tmp; docs/troubleshooting.md has the source. */
const ADVICE = `install Firefox ${MIN_FIREFOX} or newer from Mozilla or your distribution, and not as a snap`;

/** Starts Firefox. @throws HarnessError, with what to install, if there is none, or if it does not start */
export async function launchFirefox({ adapter, env }: FirefoxOptions = {}): Promise<Browser> {
  const executablePath = findFirefox();
  if (executablePath === undefined) {
    throw new HarnessError('no-adapter', 'install Firefox (on Debian: firefox-esr): it was not found on this machine');
  }
  const { launch } = await importPuppeteer();
  const vulkan = vulkanEnvironment(adapter);
  const home = writableHome();
  try {
    const browser = await launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      extraPrefsFirefox: PREFERENCES,
      env: { ...vulkan, ...home.env, ...env },
      timeout: MAX_START_MS,
      protocolTimeout: MAX_START_MS,
      // A signal ends a run with what it has, for which the browser must stay open: it is closed afterwards.
      ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    });
    browser.on('disconnected', home.remove);
    return browser;
  } catch (error) {
    home.remove();
    throw notStarted('Firefox', error, ADVICE);
  }
}

/**
 * Firefox does not start where HOME cannot be written, nor as root in a home that belongs to someone else, as
 * containers have it (https://bugzilla.mozilla.org/show_bug.cgi?id=1323302). It then gets a home of its own, which
 * `remove` deletes.
 */
function writableHome(): { env: NodeJS.ProcessEnv; remove(): void } {
  if (isOurs(homedir())) return { env: {}, remove() {} };
  const home = mkdtempSync(join(tmpdir(), 'hbmark-home-'));
  return { env: { HOME: home }, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }) };
}

function isOurs(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    // Windows has no owners of this kind.
    return process.getuid === undefined || statSync(folder).uid === process.getuid();
  } catch {
    return false;
  }
}

/**
 * Imports puppeteer-core where it is used: the rest of the command line tool runs without it.
 *
 * @throws HarnessError if it is not installed
 */
async function importPuppeteer(): Promise<typeof import('puppeteer-core')> {
  try {
    return await import('puppeteer-core');
  } catch {
    throw new HarnessError(
      'no-adapter',
      'run "npm install puppeteer-core": Firefox is driven through it, and it is not here',
    );
  }
}
