/** Files that are dropped on the page where they do not belong: one clear card each, and nothing is lost. */

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_CONFIG } from '../../../support/models/model-files.ts';
import { LAVAPIPE, recordIn, SWIFTSHADER } from '../kept.ts';
import { cancelButton, downloadButton, drop, openIn, runButton } from '../opened.ts';
import { servedSite } from '../site.ts';
import { routeAt } from '../states.ts';

/** A disk holds only the first bytes of it. */
const HUGE_BYTES = 500_000_000;

const site = servedSite();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-drops-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file that begins with this text. @param bytes its size. Default: as long as the text */
function file(name: string, text: string | Uint8Array, bytes?: number): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  if (bytes !== undefined) truncateSync(path, bytes);
  return path;
}

/** The first bytes of a ZIP archive. */
const ZIP = Buffer.from('PK\u0003\u0004');

const cards = (page: Page) => page.locator('.error-card');

/** Checks that the page shows one card, with these words. */
async function expectOneCard(page: Page, words: RegExp): Promise<void> {
  await cards(page).filter({ hasText: words }).waitFor();
  expect(await cards(page).count()).toBe(1);
  expect(await cards(page).locator('li').count()).toBeGreaterThan(0);
  await expect.poll(() => cards(page).evaluate((card) => card.getBoundingClientRect().top < innerHeight)).toBe(true);
}

describe('on Bench', () => {
  test('what is no model gets a card, and the model that was chosen stays', async () => {
    const { page, complaints, close } = await openIn(site.browser, `${site.address}?decode=smollm2-135m`);
    await page.locator('[data-plan]').first().waitFor();
    // Whoever drops a file at the foot of the page sees what becomes of it.
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' }));
    for (const [path, words] of [
      [SWIFTSHADER, /is a record of HBMark, not a model\..*History/s],
      [file('run.zip', ZIP), /run\.zip/],
      [file('model.gguf', ZIP, HUGE_BYTES), /model\.gguf/],
      [file('model.safetensors', '', HUGE_BYTES), /model\.safetensors/],
      [file('config.json', '{"model_type": "llama"', HUGE_BYTES), /config\.json/],
    ] as const) {
      await drop(page, [path]);
      await expectOneCard(page, words);
      expect(await page.locator('select[name="decode"]').inputValue()).toBe('smollm2-135m');
      expect(await runButton(page).isEnabled()).toBe(true);
    }
    await drop(page, [file('config.json', JSON.stringify(TINY_CONFIG))]);
    await cards(page).waitFor({ state: 'detached' });
    expect(await page.locator('select[name="decode"]').inputValue()).not.toBe('smollm2-135m');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a file during a run gets a card, and the run goes on', async () => {
    const address = `${site.address}?kernels=stream-read,working-set-read&memory=0.2&seed=1`;
    const { page, complaints, close } = await openIn(site.browser, address);
    await runButton(page).click();
    await page.locator('tr[data-status="measured"]').first().waitFor();
    await drop(page, [file('config.json', JSON.stringify(TINY_CONFIG))]);
    await expectOneCard(page, /A run is going on.*config\.json was not read\. Drop it again/s);
    const measured = await page.locator('tr[data-status="measured"]').count();
    await expect.poll(() => page.locator('tr[data-status="measured"]').count()).toBeGreaterThan(measured);
    await cancelButton(page).click();
    await downloadButton(page).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

test('on History, what is no record gets a card, and the records that are there stay', async () => {
  const { page, complaints, close } = await openIn(site.browser, routeAt(site.address, 'history'));
  const rows = page.locator('tr[data-run]');
  await page.getByText('No runs yet').waitFor();
  await drop(page, [SWIFTSHADER]);
  await expect.poll(() => rows.count()).toBe(1);
  for (const [path, words] of [
    [file('config.json', JSON.stringify(TINY_CONFIG)), /config\.json.*drop it on the page “Bench”/s],
    [file('runs.zip', ZIP), /It is a ZIP archive\..*Unpack it/s],
    [file('model.gguf', 'GGUF', HUGE_BYTES), /is too large to be a record.*a GGUF file/s],
    [file('huge.json', '{"schema": 2,', HUGE_BYTES), /is too large to be a record.*500 MB/s],
  ] as const) {
    await drop(page, [path]);
    await expectOneCard(page, words);
    expect(await rows.count()).toBe(1);
    await page.getByRole('button', { name: 'Close' }).click();
  }
  await drop(page, [LAVAPIPE]);
  await page.locator(`[data-run="${recordIn(LAVAPIPE).id}"]`).waitFor();
  expect(await cards(page).count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});
