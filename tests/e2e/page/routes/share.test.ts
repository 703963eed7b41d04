/** Results that are sent and received: both links in a fresh profile, files, and what is none of them. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { beforeAll, expect, test } from 'vitest';
import { MAX_RECORD_BYTES } from '../../../../results/record/bounds.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { MAX_SUMMARY_LINK } from '../../../../src/app/share/links.ts';
import { type Opened, openIn, overflow, PHONE, violations } from '../opened.ts';
import { servedSite } from '../site.ts';

const FILE = new URL('../../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url);
const TEXT = readFileSync(FILE, 'utf8');
const RECORD: RunRecord = JSON.parse(TEXT);

const site = servedSite();
let sender: Opened;
/** The texts that the sender has copied. */
const links = { short: '', complete: '' };

const result = (more = ''): string => `${site.address.replace(/\/?$/, '/')}result/${more}`;
const open = (address: string) => openIn(site.browser, address, { driven: false });

beforeAll(async () => {
  sender = await openIn(site.browser, result(), { driven: false, permissions: ['clipboard-read', 'clipboard-write'] });
  await give(sender.page, 'run.json', TEXT);
  for (const kind of ['short', 'complete'] as const) {
    await sender.page.getByRole('button', { name: `Copy ${kind} link` }).click();
    await sender.page
      .getByRole('status')
      .filter({ hasText: kind === 'short' ? 'Short link copied.' : 'Complete link copied.' })
      .waitFor();
    links[kind] = await sender.page.evaluate(() => navigator.clipboard.readText());
  }
});

/** Chooses a file, as a person would. */
async function give(page: Page, name: string, text: string): Promise<void> {
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a record' }).click();
  await (await chosen).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

const card = (page: Page) => page.locator('[data-refusal]');
const sentence = (page: Page) => page.locator('.masthead h1');

/** The figures of the measured cases of a page that shows a whole record. */
async function figures(page: Page): Promise<string[]> {
  const table = page.locator('[aria-labelledby="measurements-title"]');
  if ((await table.count()) === 0) await page.getByText('Every sample', { exact: true }).click();
  await table.waitFor();
  return table.locator('td[data-label="Bandwidth"] .value').allInnerTexts();
}

test('a complete link shows the same numbers in a fresh profile, and where they come from', async () => {
  const { page, complaints, close } = await open(links.complete);
  await sentence(page).filter({ hasText: 'tokens/s' }).waitFor();
  expect(await sentence(page).innerText()).toBe(await sentence(sender.page).innerText());
  expect((await figures(page)).length).toBeGreaterThan(0);
  expect(await figures(page)).toEqual(await figures(sender.page));
  expect(await page.locator('.origin').innerText()).toContain('out of a link');
  expect(await sender.page.locator('.origin').innerText()).toContain('out of the file run.json');
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('a short link shows the same numbers, without samples', async () => {
  expect(links.short.length).toBeLessThanOrEqual(MAX_SUMMARY_LINK);
  const { page, complaints, close } = await open(links.short);
  await page.getByRole('heading', { name: 'without its samples' }).waitFor();
  const shown = await page.locator('td[data-label="Measured"] .value').allInnerTexts();
  const measured = await figures(sender.page);
  for (const one of measured) expect(shown).toContain(one);
  expect(await page.getByText('software adapter, not a GPU').count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('the record that a link carries is saved as it was written', async () => {
  const { page, close } = await open(links.complete);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Record (JSON)' }).click(),
  ]);
  expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toEqual(RECORD);
  await close();
});

test('a shared record that is kept has an address in this browser, which a reload shows again', async () => {
  const { page, close } = await open(links.complete);
  await page.getByRole('button', { name: 'Keep in this browser' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('run')).toBe(RECORD.id);
  expect(new URL(page.url()).hash).toBe('');
  const before = await sentence(page).innerText();
  await page.reload();
  await expect.poll(() => sentence(page).innerText()).toBe(before);
  await close();
});

test('“Skip to the content” leaves the result in the address', async () => {
  const { page, close } = await open(links.short);
  await page.getByRole('heading', { name: 'without its samples' }).waitFor();
  await page.getByRole('link', { name: 'Skip to the content' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toBe(links.short);
  expect(await page.getByRole('heading', { name: 'without its samples' }).count()).toBe(1);
  await close();
});

test.each([
  ['cut', (link: string) => link.slice(0, -100), 'This link was cut'],
  ['changed', (link: string) => `${link.slice(0, -2)}__`, 'This link is broken'],
  ['of a newer version', (link: string) => link.replace('record=1.', 'record=2.'), 'newer HBMark'],
  ['of another page', (link: string) => link.replace(/#.*/, '#state=abc'), 'holds no result'],
  ['too long', (link: string) => link.padEnd(510_000, 'A'), 'This link is too long'],
])('a link that was %s gets one card', async (_, change, title) => {
  const { page, close } = await open(change(links.complete));
  await card(page).filter({ hasText: title }).waitFor();
  expect(await card(page).count()).toBe(1);
  expect(await card(page).locator('li').count()).toBeGreaterThan(0);
  expect(await violations(page)).toEqual([]);
  await close();
});

test('a run that is not kept, and a parameter that there is not, each get a card', async () => {
  const { page, close } = await open(result('?run=2026-01-01T00%3A00%3A00.000Z+1&fast=1'));
  await card(page).filter({ hasText: 'not kept in this browser' }).waitFor();
  await card(page).filter({ hasText: 'Unknown parameter "fast"' }).waitFor();
  await close();
});

test('files that are no record leave the result that is shown', async () => {
  const { page } = sender;
  const before = await sentence(page).innerText();
  for (const [name, text, title] of [
    ['config.json', '{"model_type": "llama"}', 'no record of HBMark'],
    ['package.json', '{"name": "x"}', 'no record of HBMark'],
    ['newer.json', JSON.stringify({ ...RECORD, schema: 99 }), 'newer HBMark'],
    ['edited.json', JSON.stringify({ ...RECORD, seed: RECORD.seed + 1 }), 'damaged record'],
    ['huge.json', ' '.repeat(MAX_RECORD_BYTES + 1), 'too large'],
  ] as const) {
    await give(page, name, text);
    await card(page).filter({ hasText: title }).waitFor();
    expect(await card(page).count()).toBe(1);
    expect(await sentence(page).innerText()).toBe(before);
  }
  await give(page, 'run.json', TEXT);
  await card(page).waitFor({ state: 'detached' });
});

test('a phone shows a whole result without sideways scroll', async () => {
  const { page, close } = await openIn(site.browser, links.complete, { driven: false, viewport: PHONE });
  await page.getByRole('button', { name: 'Copy complete link' }).waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await close();
});

test('tables, badge and charts are saved as files of their kind', async () => {
  const { page } = sender;
  const save = async (name: string | RegExp): Promise<Buffer> => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name }).first().click();
    return readFileSync(await (await saved).path());
  };
  expect((await save('Table (CSV)')).toString().split('\r\n').length).toBe(RECORD.measurements.length + 2);
  expect((await save('Badge (SVG)')).toString()).toMatch(/^<svg xmlns=/);
  expect((await save(/^Save as PNG/)).subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
});
