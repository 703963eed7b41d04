/** A page whose script does not run, or whose later parts cannot be loaded: never blank, and never more than one card. */

import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../../src/app/shell/routes.ts';
import { ALL } from '../../../support/tier.ts';
import { openIn, overflow, PHONE, runButton, violations, WORKERS } from '../opened.ts';
import { servedSite } from '../site.ts';

const RECORD = fileURLToPath(new URL('../../../../results/data/2026-11-24-lavapipe-quick.json', import.meta.url));
const PATHS = ROUTES.map(({ id }) => (id === 'bench' ? '' : `${id}/`));

const site = servedSite();

/** Keeps the scripts of the site from the page from now on. */
const block = (page: Page) => page.route(/\/assets\/.*\.js$/, (route) => route.abort());

const open = (path: string, options: Parameters<typeof openIn>[2] = {}) =>
  openIn(site.browser, `${site.address}${path}`, { driven: false, ...options });

const WORDS = /The script of this page has not run\s+Without it, nothing can be measured/;

// Side by side, since each waits for the seconds after which the text is shown.
describe.concurrent.each(ALL ? PATHS : ['', 'privacy/', 'crowd/'])('/%s', (path) => {
  test('says what it is and what to do where its script is blocked', async () => {
    const { page, close } = await open(path, { prepare: block, viewport: PHONE });
    const text = page.locator('#unscripted');
    await text.waitFor();
    expect(await text.innerText()).toMatch(WORDS);
    expect((await text.locator('h1').innerText()).length).toBeGreaterThan(5);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await close();
  });
});

// One page of each kind: the text is written by the same line into all.
describe.each(['', 'privacy/'])('/%s', (path) => {
  test('says so where scripts are switched off', async () => {
    const { page, close } = await open(path, { javaScriptEnabled: false });
    const text = page.locator('#unscripted');
    await text.waitFor();
    expect(await text.innerText()).toMatch(WORDS);
    await close();
  });

  test('has nothing of that once it is drawn', async () => {
    const { page, close } = await open(path);
    await page.locator('.page').waitFor();
    expect(await page.locator('#unscripted').count()).toBe(0);
    await close();
  });
});

describe('a part that cannot be loaded gets one card', () => {
  const cards = (page: Page) => page.locator('.error-card');
  const expectOne = async (page: Page, words: RegExp) => {
    await cards(page).first().waitFor();
    expect(await cards(page).count()).toBe(1);
    expect(await cards(page).innerText()).toMatch(words);
    expect(await violations(page)).toEqual([]);
  };

  test('the charts of “What if”', async () => {
    const { page, close } = await open('what-if/', { viewport: { width: 1280, height: 400 } });
    await page.locator('.sentence').waitFor();
    await block(page);
    await page.locator('.charts').scrollIntoViewIfNeeded();
    await expectOne(page, /^What draws the charts could not be loaded[\s\S]*reload the page/);
    await close();
  });

  test('what shows a record', async () => {
    const { page, close } = await open('result/');
    await page.getByRole('button', { name: 'Open a record…' }).waitFor();
    await block(page);
    await page.getByLabel('Record file').setInputFiles(RECORD);
    await expectOne(page, /^What shows a record could not be loaded/);
    await close();
  });

  test('what a run shows', async () => {
    const { page, close } = await open('?kernels=stream-read&memory=0.1&budget=5&seed=1');
    await expect.poll(() => runButton(page).isEnabled()).toBe(true);
    await block(page);
    await runButton(page).click();
    await expectOne(page, /^What a run shows could not be loaded[\s\S]*the browser keeps it/);
    await close();
  });

  /** Keeps one of the page's workers from loading: the one with words that no other has. */
  const blockWorker = (words: string) => (page: Page) =>
    page.route(WORKERS, async (route) => {
      const response = await route.fetch();
      const isMeant = (await response.text()).includes(words);
      await (isMeant ? route.abort() : route.fulfill({ response }));
    });

  test('the worker of figures', async () => {
    const { page, close } = await open('', { prepare: blockWorker('the points fit as well without it') });
    await expectOne(page, /^What works out the figures could not be loaded/);
    await close();
  });

  test('the worker of models', async () => {
    const { page, close } = await open('', { prepare: blockWorker('tie_word_embeddings') });
    await page.getByText('Decode a whole model').click();
    await page.locator('input[name="model-files"]').setInputFiles(RECORD);
    await expectOne(page, /^What reads models and plans their memory could not be loaded/);
    await close();
  });
});
