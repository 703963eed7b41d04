/** The tabs of a result in Chromium: by keyboard, by address, on a phone; and a GPU that is named after its run. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { TABS, type TabId } from '../../../../src/app/pages/result/tabs/tabs.ts';
import { unnamed } from '../kept.ts';
import { openIn, overflow, PHONE, violations } from '../opened.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const open = (query = '', options: Partial<Parameters<typeof openIn>[2]> = {}) =>
  openIn(site.browser, `${site.address.replace(/\/?$/, '/')}result/${query}`, { driven: false, ...options });

/** Gives the page a record as a file, and waits until it is shown whole. */
async function give(page: Page, record: RunRecord): Promise<void> {
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a record' }).click();
  const buffer = Buffer.from(JSON.stringify(record));
  await (await chosen).setFiles({ name: 'run.json', mimeType: 'application/json', buffer });
  await page.getByRole('tablist').waitFor();
}

const panel = (page: Page, tab: TabId) => page.locator(`[role="tabpanel"][data-tab="${tab}"]`);

/** The first heading of a tab that has been worked out. */
const heading = (page: Page, tab: TabId) => panel(page, tab).locator('h2').first();

const tabInAddress = (page: Page) => new URL(page.url()).searchParams.get('tab');

test('arrow keys go through the tabs, each with its heading and its address', async () => {
  const { page, complaints, close } = await open();
  await give(page, unnamed());
  await page.getByRole('tab', { name: 'Why this fast?' }).focus();
  for (const { id, title } of TABS) {
    await heading(page, id).waitFor();
    expect(await page.getByRole('tab', { name: title }).getAttribute('aria-selected')).toBe('true');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(title);
    expect(tabInAddress(page)).toBe(id === 'why' ? null : id);
    // Among the runs of others there is a chart only if some have the same part: crowd.test.ts has that.
    if (id !== 'crowd') expect(await panel(page, id).getByText('Data table').count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
  }
  await heading(page, 'why').waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a claim opens its chart, which has a legend and says what follows from it', async () => {
  const { page, complaints, close } = await open('?tab=claims');
  await give(page, unnamed());
  const claim = panel(page, 'claims').locator('[data-claim]').first();
  await claim.locator('summary').first().click();
  const chart = claim.getByRole('application');
  await chart.waitFor();
  const said = page.locator(`[id="${await chart.getAttribute('aria-describedby')}"]`);
  expect(await said.innerText()).toMatch(/the claim needs/);
  const strokes = claim
    .locator('.legend path.line, .legend path.dash')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).stroke));
  expect(await strokes).toEqual([expect.stringMatching(/^rgb/)]);
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('a chart’s points are read out by arrow keys, and its table opens', async () => {
  const { page, close } = await open();
  await give(page, unnamed());
  await heading(page, 'why').waitFor();
  await panel(page, 'why').getByRole('application').focus();
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => panel(page, 'why').locator('.point-line').innerText())
    .toMatch(/^weights: .* of the step, derived$/);
  await panel(page, 'why').getByText('Data table').click();
  await expect.poll(() => panel(page, 'why').locator('.data-table tbody tr').count()).toBeGreaterThan(0);
  await close();
});

test('a tab’s address opens it, with the kept result, and names one that there is not', async () => {
  const { page, close } = await open();
  await give(page, unnamed());
  await page.getByRole('button', { name: 'Keep in this browser' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('run')).not.toBeNull();
  await page.getByRole('tab', { name: 'Claims' }).click();
  await page.reload();
  await heading(page, 'claims').waitFor();
  expect(await panel(page, 'claims').locator('[data-claim]').count()).toBeGreaterThan(5);
  await page.goto(page.url().replace('tab=claims', 'tab=weather'));
  await page.locator('[data-refusal]').filter({ hasText: '"tab" must be one of why' }).waitFor();
  await heading(page, 'why').waitFor();
  await close();
});

test('on a phone every tab fits, light and dark', async () => {
  const { page, close } = await open('', { viewport: PHONE });
  await give(page, unnamed());
  for (const { id, title } of TABS) {
    await page.getByRole('tab', { name: title }).click();
    await heading(page, id).waitFor();
    await expect.poll(() => overflow(page), { message: id }).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page)).toEqual([]);
  await close();
});

test('a GPU is named after its run: labels use the name, and the record stays as it was', async () => {
  const { page, close } = await open();
  const record = unnamed();
  await give(page, record);
  await page.getByRole('button', { name: 'Keep in this browser' }).click();
  await page.locator('.gpu-name summary').click();
  await page.getByLabel('GPU name').fill('RTX 4090');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'The GPU is called RTX 4090 now.' }).waitFor();
  await page.locator('.origin').filter({ hasText: 'RTX 4090' }).waitFor();
  await page.getByText(/^Read with care/).click();
  await page.locator('[data-label="below-peak"]').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Record (JSON)' }).click(),
  ]);
  expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toEqual(record);
  await page.reload();
  await page.locator('.origin').filter({ hasText: 'RTX 4090' }).waitFor();
  await close();
});

test('every sample and how it was measured are closed, and open', async () => {
  const { page, close } = await open();
  const record = unnamed();
  await give(page, record);
  expect(await page.locator('tr[data-status]').count()).toBe(0);
  await page.getByText('Every sample', { exact: true }).click();
  await expect.poll(() => page.locator('tr[data-status]').count()).toBe(record.measurements.length);
  await page.getByText('How was this measured?').click();
  await page.getByText('Which clock?').waitFor();
  await close();
});
