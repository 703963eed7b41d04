/** The memory of runs on the page: said before a run, less on a phone, and less again after a run that ended the page. */

import type { BrowserContext, Page } from 'playwright';
import { expect, test } from 'vitest';
import { ALL } from '../../../support/tier.ts';
import { beforeWorker, cancelButton, newBrowser, overflow, PHONE, runButton, violations } from '../opened.ts';
import { type Reports, watched } from '../reports.ts';
import { servedSite } from '../site.ts';

const SHORT = '?kernels=stream-read&seed=1&budget=30';

const site = servedSite();

/** Makes the engine's worker believe that it runs on a phone. */
const ON_A_PHONE = `Object.defineProperty(WorkerNavigator.prototype, 'userAgentData', {
  get: () => ({ brands: [{ brand: 'Chromium', version: '144' }], platform: 'Android' }),
});`;

/** Makes the worker's memory stop growing, for ever, at its second slab. */
const STUCK = `{
  const { createBuffer, popErrorScope } = GPUDevice.prototype;
  let slabs = 0;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    if (descriptor.size >= 2 ** 26) slabs++;
    return createBuffer.call(this, descriptor);
  };
  GPUDevice.prototype.popErrorScope = function () {
    return slabs > 1 ? new Promise(() => {}) : popErrorScope.call(this);
  };
}`;

/** Opens the page as a phone would. `sabotage` is run first in the engine's worker. */
async function openOn(context: BrowserContext, sabotage = ''): Promise<{ page: Page; reports: Reports }> {
  const page = await context.newPage();
  await beforeWorker(page, ON_A_PHONE + sabotage);
  return { page, reports: await watched(page, site.address + SHORT) };
}

const phone = async () => await newBrowser(site.browser, { viewport: PHONE });
const card = (page: Page) => page.locator('.error-card');
const line = (page: Page) => page.locator('.memory-line');

/** Starts a run whose memory is stuck on its way from 134 MB to 268 MB. */
async function stuckRun(context: BrowserContext): Promise<Page> {
  const { page } = await openOn(context, STUCK);
  await runButton(page).click();
  await page.getByText('filling 268 MB of').waitFor();
  return page;
}

test.runIf(ALL)('a run on a phone takes at most half a GB, says so before, and grows step by step', async () => {
  const context = await phone();
  const { page, reports } = await openOn(context);
  await expect
    .poll(() => line(page).innerText())
    .toMatch(/up to 500 MB .* less than the 1\.07 GB of the profile, since phones/);
  expect(await overflow(page)).toBe(0);
  await runButton(page).click();
  const { plan } = await reports.record();
  expect(plan.memory).toMatchObject({
    budgetBytes: 5e8,
    reason: expect.stringMatching(/phones and tablets/),
    steps: [128, 256, 384].map((megabytes) => ({ bytes: megabytes * 2 ** 20, given: true })),
  });
  expect(plan.memory?.slabs.map(({ bytes }) => bytes)).toEqual([2 ** 27, 2 ** 27, 2 ** 27]);
  await page.reload();
  await line(page).waitFor();
  expect(await card(page).count()).toBe(0);
  await context.close();
});

test('a run that ends the page: the next page says what happened, and its runs stay at what was survived', async () => {
  const context = await phone();
  const page = await stuckRun(context);
  const crashed = page.waitForEvent('crash');
  const session = await context.newCDPSession(page);
  // The command is never answered: the page is gone.
  session.send('Page.crash').catch(() => {});
  await crashed;

  const { page: next, reports } = await openOn(context);
  await card(next).waitFor();
  expect(await card(next).getAttribute('data-code')).toBe('page-ended');
  expect(await card(next).innerText()).toMatch(/grew from 134 MB to 268 MB.*at most 134 MB/s);
  expect(await violations(next)).toEqual([]);
  expect(await overflow(next)).toBe(0);
  await expect.poll(() => line(next).innerText()).toMatch(/up to 134 MB .* since a larger run ended this page/);
  await runButton(next).click();
  await reports.measured(1, 1);
  await cancelButton(next).click();
  const { plan } = await reports.record();
  expect(plan.memory).toMatchObject({ budgetBytes: 2 ** 27, reason: 'a larger run ended this page' });

  // The card is shown once; the limit stays until it is lifted.
  await next.reload();
  await expect.poll(() => line(next).innerText()).toMatch(/up to 134 MB/);
  expect(await card(next).count()).toBe(0);
  await next.getByRole('button', { name: 'Use as much as before' }).click();
  await expect.poll(() => line(next).innerText()).toMatch(/up to 500 MB/);
  await context.close();
});

test('a page that a person leaves while memory grows has not been ended by it', async () => {
  const context = await phone();
  const page = await stuckRun(context);
  await page.reload();
  await expect.poll(() => line(page).innerText()).toMatch(/up to 500 MB/);
  expect(await card(page).count()).toBe(0);
  await context.close();
});

test('a run in another tab whose memory is growing has not ended', async () => {
  const context = await phone();
  await stuckRun(context);
  const { page } = await openOn(context);
  await expect.poll(() => line(page).innerText()).toMatch(/up to 500 MB/);
  expect(await card(page).count()).toBe(0);
  await context.close();
});
