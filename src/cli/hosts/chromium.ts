/**
 * The headless Chromium that `--host chromium` and the tests measure in. Its flags are kept in this one place, so
 * that what the tests see is what the terminal gets.
 */

import { existsSync } from 'node:fs';
import type { Browser, LaunchOptions } from 'playwright';
import { HarnessError } from '../../../harness/errors.ts';
import { findChromium } from './find-chromium.mjs';

export interface ChromiumOptions {
  /** Chromium's own software adapter instead of the machine's GPU. */
  readonly adapter?: 'swiftshader' | undefined;
}

/** Playwright's launch options. @throws HarnessError naming what to install, if there is no Chromium. */
export async function chromiumOptions({ adapter }: ChromiumOptions = {}): Promise<LaunchOptions> {
  return {
    executablePath: findChromium() ?? (await playwrightChromium()),
    args: chromiumArgs(adapter),
    // Ctrl-C ends a run with what it has: the browser is closed after that, not before.
    handleSIGINT: false,
  };
}

/** @throws HarnessError naming what to install, if there is no Chromium. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const { chromium } = await importPlaywright();
  return chromium.launch(await chromiumOptions(options));
}

function chromiumArgs(adapter: ChromiumOptions['adapter']): string[] {
  return [
    // Headless Chromium on Linux has no adapter without it. It also lifts the quantum of timestamp queries.
    '--enable-unsafe-webgpu',
    ...(adapter === undefined ? gpuArgs() : [`--use-webgpu-adapter=${adapter}`]),
    // Chromium's sandbox refuses to run as root, which is what a container's user usually is.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    // Nothing else on the machine or the network while a measurement runs.
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
}

/** Chromium on Linux leaves Vulkan, and with it WebGPU on a GPU, switched off. */
const gpuArgs = (): string[] => (process.platform === 'linux' ? ['--enable-features=Vulkan'] : []);

async function playwrightChromium(): Promise<string> {
  const path = (await importPlaywright()).chromium.executablePath();
  if (existsSync(path)) return path;
  throw new HarnessError(
    'no-adapter',
    'install Chromium or Chrome, or run "npx playwright install chromium": neither was found on this machine',
  );
}

/** Only where it is used: the rest of the command line tool runs without it. */
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
