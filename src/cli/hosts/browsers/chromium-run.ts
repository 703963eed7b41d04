/** `--host chromium`: the page in a headless Chromium. */

import { MAX_START_MS } from '../host.ts';
import { launchChromium } from './chromium.ts';
import { pageHost } from './in-page.ts';

export const chromium = pageHost({
  id: 'chromium',
  help: 'the page, headless',
  adapters: ['swiftshader'],
  async start({ adapter }) {
    const browser = await launchChromium({ adapter: adapter === undefined ? undefined : 'swiftshader' });
    const page = await browser.newPage();
    page.setDefaultTimeout(MAX_START_MS);
    return {
      expose: (name, answer) => page.exposeFunction(name, answer),
      open: (address) => page.goto(address),
      click: (name) => page.getByRole('button', { name }).click(),
      onBroken(tell) {
        page.on('crash', () => tell('the page crashed: the browser ran out of memory, or its GPU process died'));
        browser.on('disconnected', () => tell('the browser closed before the run was done'));
      },
      close: () => browser.close(),
    };
  },
});
