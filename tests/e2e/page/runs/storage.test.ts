/** What the page does where its browser keeps nothing, and where another tab measures. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { casesOf } from '../../../../results/record/cases.ts';
import { readRecord } from '../../../../results/record/check.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { ALL } from '../../../support/tier.ts';
import { beforeWorker, newBrowser } from '../opened.ts';
import { type Reports, SHORT_RUN, watched } from '../reports.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const watch = (page: Page): Promise<Reports> => watched(page, site.address + SHORT_RUN);

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Saves the run so far, and returns it. */
async function saved(page: Page): Promise<RunRecord> {
  const download = page.waitForEvent('download');
  await button(page, 'Save the run so far').click();
  return readRecord(JSON.parse(readFileSync(await (await download).path(), 'utf8')));
}

test('a storage that is full: the page says so, and saves the run so far', async () => {
  const context = await newBrowser(site.browser);
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  const { origin } = new URL(site.address);
  const reports = await watch(page);
  await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await button(page, 'Run').click();
  await page.locator('.error-card[data-code="storage-full"]').waitFor();
  const record = await saved(page);
  expect(casesOf(record).some(({ status }) => status === 'measured')).toBe(true);
  // There is room again: the next time that the run is kept, the card goes.
  await devTools.send('Storage.overrideQuotaForOrigin', { origin });
  await page.locator('.error-card[data-code="storage-full"]').waitFor({ state: 'detached' });
  await button(page, 'Cancel').click();
  expect((await reports.record()).created).toBe(record.created);
  await context.close();
});

test('a storage that is denied: the page says so, and saves the run so far', async () => {
  const context = await newBrowser(site.browser);
  const page = await context.newPage();
  await beforeWorker(page, `IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); }`);
  const reports = await watch(page);
  await button(page, 'Run').click();
  await page.locator('.error-card[data-code="storage-denied"]').waitFor();
  await button(page, 'Cancel').click();
  const { id } = await reports.record();
  expect((await saved(page)).id).toBe(id);
  await context.close();
});

test('a run that is cancelled before it has begun does not begin', async () => {
  const context = await newBrowser(site.browser);
  const page = await context.newPage();
  let answer: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.exposeFunction('hbmarkOtherRun', () => asked);
  await watch(page);
  await button(page, 'Run').click();
  await button(page, 'Cancel').click();
  answer?.();
  await page.locator('.notice', { hasText: 'Cancelled before it began' }).waitFor();
  await button(page, 'Run').waitFor();
  await context.close();
});

// Two terminals: kills.test.ts.
test.runIf(ALL)('a second tab waits for the first, says so, and its record has the label', async () => {
  const context = await newBrowser(site.browser);
  const [first, second] = [await context.newPage(), await context.newPage()];
  const [before, after] = [await watch(first), await watch(second)];
  await button(first, 'Run').click();
  await before.measured(1);
  await button(second, 'Run').click();
  await second.getByText('another tab of this browser is measuring').waitFor();
  await button(first, 'Cancel').click();
  await before.record();
  await after.measured(1);
  await button(second, 'Cancel').click();
  const record = await after.record();
  expect(record.events.filter(({ kind }) => kind === 'other-run')).toHaveLength(1);
  await second.locator('[data-label="other-run"]').waitFor();

  // A tab that waits can be cancelled.
  await button(first, 'Run again').click();
  await before.measured(1);
  await button(second, 'Run again').click();
  await second.getByText('another tab of this browser is measuring').waitFor();
  await button(second, 'Cancel').click();
  await second.locator('.notice', { hasText: 'Cancelled while another tab was measuring' }).waitFor();
  await context.close();
});
