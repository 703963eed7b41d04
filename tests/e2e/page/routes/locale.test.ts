/** Numbers and dates as the browser's user reads and types them, on every page; what is saved and sent is in English. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../../src/app/shell/routes.ts';
import { openIn, overflow, PHONE } from '../opened.ts';
import { servedSite } from '../site.ts';

const RECORD = fileURLToPath(new URL('../../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url));
const PATHS = ROUTES.map(({ id }) => (id === 'bench' ? '' : `${id}/`));

const site = servedSite();

const open = (path: string, locale: string) =>
  openIn(site.browser, `${site.address}${path}`, { driven: false, locale, viewport: PHONE });

const sentence = (page: Page) => page.locator('.sentence').innerText();
const field = (page: Page, name: string) => page.getByRole('textbox', { name });

async function saved(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).first().click()]);
  return readFile(await file.path(), 'utf8');
}

/** The table of a chart of “What if” as it is saved. */
async function savedCharts(locale: string): Promise<string> {
  const { page, close } = await open('what-if/?mem=1234.5', locale);
  await page.locator('.charts').scrollIntoViewIfNeeded();
  await page.locator('.plot svg').first().waitFor();
  const csv = await saved(page, 'Save as CSV: ');
  await close();
  return csv;
}

describe('in German', () => {
  test('“What if” writes and reads numbers with a comma, its address and its files have a point', async () => {
    const { page, close } = await open('what-if/?mem=1000', 'de-DE');
    expect(await sentence(page)).toMatch(/with 1\.000 GB at 1\.008 GB\/s, .* ×\d,\d\d\./);
    for (const [typed, shown, address] of [
      ['1.234,5', '1234,5', '1234.5'],
      ['1.234', '1234', '1234'],
      ['2.5', '2,5', '2.5'],
    ] as const) {
      await field(page, 'Door: bandwidth').fill(typed);
      await field(page, 'Door: bandwidth').blur();
      expect(await field(page, 'Door: bandwidth').inputValue()).toBe(shown);
      await expect.poll(() => page.evaluate(() => location.search)).toBe(`?mem=1000&bw=${address}`);
    }
    await field(page, 'Door: bandwidth').fill('viel');
    await page
      .getByText(/Door: bandwidth must be a number from 0,\d+ to [\d.]+ GB\/s\. The picture shows 2,5\./)
      .waitFor();
    await close();
    expect(await savedCharts('de-DE')).toEqual(await savedCharts('en-US'));
  });

  test('a result has the locale in all that its page and its workers write', async () => {
    const { page, close } = await open('result/', 'de-DE');
    await page.getByLabel('Record file').setInputFiles(RECORD);
    await page.locator('.share').waitFor();
    expect(await page.locator('.origin').innerText()).toMatch(/· \d\d\.\d\d\.2026, \d\d:\d\d ·/);
    await page.locator('main details').evaluateAll((all) => {
      for (const one of all) if (one instanceof HTMLDetailsElement) one.open = true;
    });
    // Names and versions have points of their own.
    const shown = async () =>
      (await page.locator('main').innerText()).replace(
        // What a run has noted is in its record, in English.
        /(Llama|Qwen\d?|Mesa|Phi|HBMark|LLVM|Gemma)[- ]?\d+(\.\d+)+|at \d+\.\d+ GB\/s by the wall clock/g,
        '',
      );
    await expect.poll(async () => (await shown()).match(/\d+,\d+/g)?.length).toBeGreaterThan(20);
    const text = await shown();
    expect(text.match(/.{20}(?<![.\d])\d+\.\d{1,2}(?![.\d]).{0,20}/g) ?? []).toEqual([]);
    const csv = await saved(page, 'Table (CSV)');
    expect(csv).toMatch(/4,096/);
    expect(csv).not.toMatch(/4\.096/);
    await close();
  });
});

describe.each(['ar-EG', 'fa-IR', 'he-IL', 'bn-BD'])('in %s', (locale) => {
  test('no page is wider than the window, and digits are those of the words', async () => {
    const { page, complaints, close } = await open('', locale);
    for (const path of PATHS) {
      await page.goto(`${site.address}${path}`);
      await page.locator('.page h1').waitFor();
      expect([path, await overflow(page)]).toEqual([path, 0]);
      expect(await page.locator('main').innerText()).not.toMatch(/[^\P{Nd}0-9]/u);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test('digits of any script can be typed', async () => {
    const { page, close } = await open('what-if/', locale);
    await field(page, 'Cabin: memory').fill('٤٨٫٥');
    await expect.poll(() => page.evaluate(() => location.search)).toBe('?mem=48.5');
    await field(page, 'Cabin: memory').fill('۸۰');
    await expect.poll(() => page.evaluate(() => location.search)).toBe('?mem=80');
    await close();
  });
});
