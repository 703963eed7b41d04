/**
 * A run whose page is reloaded: no measurement is lost, the run completes, and its record says what happened.
 * `firefox.test.ts` has a tab that is hidden and a lost device as well, and the contract tests have them in Chromium.
 */

import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { ALL } from '../../../support/tier.ts';
import { beforeWorker, newBrowser, WORKERS } from '../opened.ts';
import { expectWhole, type Reports, SHORT_RUN, samplesOf, watched } from '../reports.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A page, and what its engine reports. */
const watch = async (page: Page): Promise<{ page: Page; reports: Reports }> => ({
  page,
  reports: await watched(page, site.address + SHORT_RUN),
});

// In Firefox: firefox.test.ts.
test.runIf(ALL)('a reload: what was measured is kept, and the run is resumed', async () => {
  const context = await newBrowser(site.browser);
  const { page, reports } = await watch(await context.newPage());
  await button(page, 'Run').click();
  await reports.measured(2);
  await page.reload();
  await page.getByText(/cut short: \d+ of \d+ cases done/).waitFor();

  await button(page, /^Show the run of/).click();
  const before = await reports.record();
  expect(samplesOf(before).length).toBeGreaterThan(0);

  await page.reload();
  await button(page, /^Continue the run of/).click();
  const whole = await reports.record();
  expectWhole(whole);
  expect(whole.created).toBe(before.created);
  expect(whole.events.map(({ kind }) => kind)).toContain('resumed');
  // The resumed run has every sample of the first session.
  for (const sample of samplesOf(before)) expect(samplesOf(whole)).toContainEqual(sample);
  expect(samplesOf(whole).length).toBeGreaterThan(samplesOf(before).length);
  await page.locator('[data-label="resumed"]').waitFor();

  // A browser whose WebGPU is gone, by an update or a setting, still shows what it measured.
  await beforeWorker(page, 'delete WorkerNavigator.prototype.gpu');
  await page.reload();
  await page.locator('.error-card[data-code="no-webgpu"]').waitFor();
  await button(page, /^Show the run of/).click();
  await page.locator('[data-label="resumed"]').waitFor();
  await page.unroute(WORKERS);

  await page.reload();
  await page.getByText(`quick, ${whole.measurements.length} cases`).waitFor();
  await button(page, /^Forget the run of/).click();
  await expect.poll(() => page.getByText('Kept runs').count()).toBe(0);
  await context.close();
});
