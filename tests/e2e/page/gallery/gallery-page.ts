/** The gallery, built and opened in Chromium. */

import type { Browser, Page } from 'playwright';
import { build, preview } from 'vite';
import { launchShell } from '../../../support/hosts/shell.ts';
import { patient } from '../../../support/patience.ts';

const CONFIG = { configFile: 'vite.gallery.config.ts', logLevel: 'error' } as const;

export interface Gallery {
  readonly browser: Browser;
  readonly page: Page;
  /** The warnings and errors that the page logged. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openGallery(): Promise<Gallery> {
  await build(CONFIG);
  const server = await preview({ ...CONFIG, preview: { port: 0, host: '127.0.0.1' } });
  const browser = await launchShell();
  const page = patient(await browser.newPage());
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.locator('[data-item]').first().waitFor();
  return {
    ...{ browser, page, complaints },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Brings each chart into view once: its library is loaded when it comes near. */
export async function seeCharts(page: Page): Promise<void> {
  for (const canvas of await page.locator('canvas').all()) {
    await canvas.evaluate(async (element) => {
      element.scrollIntoView();
      // The observer of what is near speaks after a frame.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
  }
}
