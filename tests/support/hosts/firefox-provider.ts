/** Firefox as a browser of vitest, driven by WebDriver BiDi. Vitest's own providers cannot start one that is installed. */

import { defineBrowserProvider } from '@vitest/browser';
import type { Browser, Page } from 'puppeteer-core';
import type { BrowserProvider } from 'vitest/node';
import { type FirefoxOptions, launchFirefox } from '../../../src/cli/hosts/browsers/firefox.ts';

/** Returns the provider of `browser.provider`. */
export const firefox = (options: FirefoxOptions) =>
  defineBrowserProvider({
    name: 'firefox',
    supportedBrowser: ['firefox'],
    options,
    providerFactory: () => new FirefoxProvider(options),
  });

class FirefoxProvider implements BrowserProvider {
  readonly name = 'firefox';
  readonly supportsParallelism = false;
  readonly #options: FirefoxOptions;
  readonly #pages = new Map<string, Page>();
  #browser: Promise<Browser> | undefined;

  constructor(options: FirefoxOptions) {
    this.#options = options;
  }

  getCommandsContext(sessionId: string) {
    return { page: this.#pages.get(sessionId) };
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#browser ??= launchFirefox(this.#options);
    const browser = await this.#browser;
    const page = await browser.newPage();
    this.#pages.set(sessionId, page);
    await page.goto(url, { timeout: 0 });
  }

  async close(): Promise<void> {
    const browser = await this.#browser?.catch(() => undefined);
    await browser?.close();
  }
}
