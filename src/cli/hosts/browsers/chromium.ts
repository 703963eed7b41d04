/**
 * The headless Chromium that `--host chromium` and the tests measure in. Both start it with these flags, so that the
 * tests see what the terminal gets.
 */

import { existsSync } from 'node:fs';
import type { Browser, LaunchOptions } from 'playwright';
import { HarnessError } from '../../../../harness/errors.ts';
import { findChromium } from '../find-programs.mjs';
import { MAX_START_MS } from '../host.ts';
import { notStarted } from '../not-started.ts';

export interface ChromiumOptions {
  /** Chromium's own software adapter instead of the machine's GPU. */
  readonly adapter?: 'swiftshader' | undefined;
  /** The path of another Chromium than the system's. */
  readonly program?: string | undefined;
}

/** Returns Playwright's launch options. @throws HarnessError, with what to install, if there is no Chromium */
export async function chromiumOptions({ adapter, program }: ChromiumOptions = {}): Promise<LaunchOptions> {
  return {
    executablePath: program ?? findChromium() ?? (await playwrightChromium()),
    args: chromiumArgs(adapter),
    timeout: MAX_START_MS,
    // A signal ends a run with what it has, for which the browser must stay open: it is closed afterwards.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  };
}

const ADVICE =
  'install it anew, with all that it needs (on Debian and Ubuntu: "npx playwright install --with-deps chromium")';

/** Starts Chromium. @throws HarnessError, with what to install, if there is none, or if it does not start */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const { chromium } = await importPlaywright();
  const launching = await chromiumOptions(options);
  try {
    return await chromium.launch(launching);
  } catch (error) {
    throw notStarted('Chromium', error, ADVICE);
  }
}

function chromiumArgs(adapter: ChromiumOptions['adapter']): string[] {
  return [
    // Without it, Chromium on Linux has no WebGPU adapter except on Intel GPUs of generation 12 and later (Chrome 144,
    // https://developer.chrome.com/blog/new-in-webgpu-144#webgpu_on_linux). It also makes timestamp queries precise:
    // Chromium rounds them to 65.536 µs without it. That reason stays when Chrome ships WebGPU on all of Linux.
    '--enable-unsafe-webgpu',
    ...(adapter === undefined ? gpuArgs() : [`--use-webgpu-adapter=${adapter}`]),
    // Chromium does not start with its sandbox as root, the usual user of a container (https://crbug.com/638180).
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    // Keeps Chromium from updating and synchronising while a measurement runs.
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
}

/**
 * Vulkan on Linux, which Chromium leaves switched off and WebGPU on a GPU needs there. Delete this when Chrome ships
 * WebGPU on all of Linux (https://github.com/gpuweb/gpuweb/wiki/Implementation-Status).
 */
const gpuArgs = (): string[] => (process.platform === 'linux' ? ['--enable-features=Vulkan'] : []);

async function playwrightChromium(): Promise<string> {
  const path = (await importPlaywright()).chromium.executablePath();
  if (existsSync(path)) return path;
  throw new HarnessError(
    'no-adapter',
    'install Chromium or Chrome, or run "npx playwright install chromium": neither was found on this machine',
  );
}

/**
 * Imports playwright where it is used: the rest of the command line tool runs without it.
 *
 * @throws HarnessError if it is not installed
 */
async function importPlaywright(): Promise<typeof import('playwright')> {
  try {
    return await import('playwright');
  } catch {
    throw new HarnessError(
      'no-adapter',
      'run "npm install playwright": a browser is driven through it, and it is not here',
    );
  }
}
