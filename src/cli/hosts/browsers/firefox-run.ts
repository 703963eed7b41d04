/** `--host firefox`: the page in a headless Firefox. */

import { messageOf } from '../../../../harness/errors.ts';
import { EXIT } from '../../errors.ts';
import { onceEnded } from '../../signals.ts';
import { MAX_START_MS } from '../host.ts';
import { LAVAPIPE } from '../vulkan.ts';
import { launchFirefox } from './firefox.ts';
import { pageHost } from './in-page.ts';
import { PageCalls } from './page-calls.ts';

export const firefox = pageHost({
  id: 'firefox',
  help: 'the same',
  adapters: [LAVAPIPE],
  async start({ adapter, signal }) {
    exitOnSecondSignal(signal);
    const browser = await launchFirefox({ adapter });
    const page = await browser.newPage();
    page.setDefaultTimeout(MAX_START_MS);
    const calls = new PageCalls(page);
    let broken = (_why: string) => {};
    return {
      expose: (name, answer) => calls.expose(name, answer),
      async open(address) {
        await page.goto(address);
        void calls.answerAll().then((why) => {
          broken(`the page crashed, or the browser closed, before the run was done: ${messageOf(why)}`);
        });
      },
      click: (name) => page.locator(`::-p-aria([name="${name}"][role="button"])`).setTimeout(0).click(),
      onBroken(tell) {
        broken = tell;
      },
      // A browser that has closed by itself cannot be told to.
      close: () => browser.close().catch(() => {}),
    };
  },
});

/**
 * Makes this process exit by itself at the second signal, also while Firefox starts. Puppeteer then ends Firefox, which
 * would stay if the signal ended this process.
 */
function exitOnSecondSignal(first: AbortSignal): void {
  const exitOnNext = () => void onceEnded(() => process.exit(EXIT.interrupted));
  if (first.aborted) exitOnNext();
  else first.addEventListener('abort', exitOnNext, { once: true });
}
