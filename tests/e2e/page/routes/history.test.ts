/** The pages about kept runs in Chromium: History and Compare, with committed records as files. */

import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright';
import { expect, test } from 'vitest';
import { streamingGBps } from '../../../../results/derived/derive.ts';
import { ratioOf } from '../../../../results/derived/ratio.ts';
import { gbpsText } from '../../../../results/text/figures.ts';
import { sentencesOf } from '../../../../src/app/pages/compare/sentence.ts';
import { keepRun, LAVAPIPE, recordIn, SWIFTSHADER, unfinished } from '../kept.ts';
import { beforeWorker, openIn, violations } from '../opened.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const open = (path: string, prepare?: (page: Page) => Promise<unknown>) =>
  openIn(site.browser, new URL(path, site.address).href, { driven: false, ...(prepare && { prepare }) });

const add = (page: Page, files: Parameters<Locator['setInputFiles']>[0]) =>
  page.locator('input[name="records"]').setInputFiles(files);

const rows = (page: Page) => page.locator('tr[data-run]');
const button = (page: Page, name: RegExp) => page.getByRole('button', { name });
const isFocusLost = (page: Page) => page.evaluate(() => document.activeElement === document.body);

test('records out of files are listed with their figures, named, deleted and put back', async () => {
  const { page, complaints, close } = await open('history/');
  await page.getByText('No runs yet').waitFor();
  await add(page, [SWIFTSHADER, LAVAPIPE]);
  await expect.poll(() => rows(page).count()).toBe(2);
  for (const file of [SWIFTSHADER, LAVAPIPE]) {
    const record = recordIn(file);
    const streaming = streamingGBps(record);
    if (!streaming) throw new Error('the record has no streaming bandwidth');
    const { value, interval, unit } = gbpsText(streaming);
    const row = page.locator(`[data-run="${record.id}"]`);
    await row.getByText(`${value} ${unit}`, { exact: true }).waitFor();
    await row.getByText(`${interval} ${unit}`, { exact: true }).waitFor();
  }
  await add(page, SWIFTSHADER);
  await page.getByText('is here already').waitFor();

  await button(page, /^Rename/)
    .first()
    .click();
  // The field has the focus once it is drawn.
  await page.locator('input:focus').waitFor();
  await page.keyboard.type('At night');
  await page.keyboard.press('Enter');
  await page.getByText('The run is called At night now.').waitFor();
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await page.reload();
  await page.locator('.title', { hasText: 'At night' }).waitFor();

  await button(page, /^Delete At night/).press('Enter');
  await page.locator('[data-deleted]').waitFor();
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await page.keyboard.press('Enter');
  await page.locator('.title', { hasText: 'At night' }).waitFor();
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await button(page, /^Delete At night/).click();
  await page.locator('[data-deleted]').waitFor();
  await page.mouse.move(0, 0);
  await expect.poll(() => page.locator('[data-deleted]').count()).toBe(0);
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await page.reload();
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.getByText(/^This site uses .* of the .* that the browser lets it have\.$/).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a file that is no record gets one card, and leaves what is there', async () => {
  const { page, complaints, close } = await open('history/');
  await add(page, SWIFTSHADER);
  await expect.poll(() => rows(page).count()).toBe(1);
  const text = readFileSync(LAVAPIPE, 'utf8');
  const file = (name: string, content: string) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await add(page, [
    file('package.json', '{"name": "x"}'),
    file('cut.json', text.slice(0, 10_000)),
    file('new.json', JSON.stringify({ ...JSON.parse(text), schema: 3 })),
    file('model.gguf', 'GGUF'),
  ]);
  const titles = page.locator('[data-refusal] h2');
  await expect
    .poll(() => titles.allInnerTexts())
    .toEqual([
      'package.json is no record of HBMark',
      'cut.json is no record of HBMark',
      'new.json is a record of a newer HBMark',
      'model.gguf is no record of HBMark',
    ]);
  expect(await violations(page)).toEqual([]);
  const dropped = await page.evaluateHandle((json) => {
    const data = new DataTransfer();
    data.items.add(new File([json], 'lavapipe.json'));
    return data;
  }, text);
  await page.locator('.masthead').dispatchEvent('drop', { dataTransfer: dropped });
  await expect.poll(() => rows(page).count()).toBe(2);
  for (let left = 4; left > 0; left--)
    await button(page, /^Close$/)
      .first()
      .click();
  expect(await titles.count()).toBe(0);
  await expect.poll(() => isFocusLost(page)).toBe(false);
  expect(complaints).toEqual([]);
  await close();
});

test('two runs are compared: what differs, a sentence, and a ratio for each case', async () => {
  const { page, complaints, close } = await open('history/');
  await add(page, [SWIFTSHADER, LAVAPIPE]);
  await expect.poll(() => rows(page).count()).toBe(2);
  const [a, b] = [recordIn(SWIFTSHADER), recordIn(LAVAPIPE)];
  for (const { id } of [a, b]) await page.locator(`[data-run="${id}"] input`).check();
  await page.getByRole('link', { name: 'Compare 2 runs' }).click();
  const [ofA, ofB] = [streamingGBps(a), streamingGBps(b)];
  if (!ofA || !ofB) throw new Error('a record has no streaming bandwidth');
  const [sentence] = sentencesOf({ ratios: [ratioOf(ofA, ofB)] });
  await page.getByText(sentence?.text ?? '', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe(`?a=${a.id}&b=${b.id}`);
  expect(await page.locator('[data-differences] th[scope="row"]').allInnerTexts()).toContain('adapter');
  const chart = page.getByRole('slider');
  await chart.focus();
  await page.keyboard.press('ArrowDown');
  expect(await chart.getAttribute('aria-valuetext')).toBe(`Reading memory: ${sentence?.text}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
  await button(page, /^Make it A: B,/).click();
  await expect.poll(() => new URL(page.url()).search).toBe(`?a=${b.id}&b=${a.id}`);
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await page.goto(new URL(`compare/?a=${a.id}&b=gone&x=1`, site.address).href);
  await page.getByText('A run is not in this browser').waitFor();
  await page.getByText('Unknown parameter "x".', { exact: false }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('where storage is denied the pages say so, and compare files all the same', async () => {
  const { page, close } = await open('compare/', (page) =>
    page.route(/worker.*\.js/, async (route) => {
      const response = await route.fetch();
      const denied = `IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };`;
      await route.fulfill({ response, body: `${denied}\n${await response.text()}` });
    }),
  );
  await add(page, [SWIFTSHADER, LAVAPIPE]);
  await page.locator('[data-ratio-headline]').waitFor();
  await page.getByText('was added until this page is closed', { exact: false }).waitFor();
  await page.goto(new URL('history/', site.address).href);
  await page.getByText('This browser has no storage for this page').waitFor();
  expect(await violations(page)).toEqual([]);
  await close();
});

/** The name that a GPU got after its run. Runs in the page, as `src/app/shelf/gpu-names.ts` does. */
async function gpuName({ key, given }: { key: string; given?: string }): Promise<unknown> {
  const resultOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open('hbmark-gpu-names', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('names');
  const db = await resultOf(opening);
  const names = db.transaction('names', 'readwrite').objectStore('names');
  if (given !== undefined) await resultOf(names.put(given, key));
  const name = await resultOf(names.get(key));
  db.close();
  return name;
}

test('records that cannot be read for once keep the names of their GPUs', async () => {
  const { page, close } = await open('history/');
  const { id: key } = recordIn(SWIFTSHADER);
  await add(page, SWIFTSHADER);
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.evaluate(gpuName, { key, given: 'My GPU' });
  await beforeWorker(
    page,
    `{ const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name, version) {
      if (name === 'hbmark-shelf') throw new DOMException('denied', 'SecurityError');
      return open.call(this, name, version);
    }; }`,
  );
  await page.reload();
  await page.getByText('This browser has no storage for this page').waitFor();
  expect(await page.evaluate(gpuName, { key })).toBe('My GPU');
  await close();
});

test('a record that could not be put back is not deleted', async () => {
  const { page, close } = await open('history/', (page) =>
    beforeWorker(
      page,
      `{ const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.get = function (key) {
        if (this.name === 'texts') throw new DOMException('unreadable', 'UnknownError');
        return get.call(this, key);
      }; }`,
    ),
  );
  await add(page, SWIFTSHADER);
  await expect.poll(() => rows(page).count()).toBe(1);
  await button(page, /^Delete/).click();
  await page.getByText('Not deleted: the browser has no storage for this page.').waitFor();
  await page.reload();
  await expect.poll(() => rows(page).count()).toBe(1);
  await close();
});

test('a link that continues a run asks first; Continue on this site does not', async () => {
  const { page, close } = await open('');
  await button(page, /^Run$/).waitFor();
  const key = await keepRun(page, unfinished(SWIFTSHADER));
  const link = new URL(`?${new URLSearchParams({ continue: key })}`, site.address).href;
  await page.goto(link);
  await page.locator('[data-offer]').waitFor();
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect.poll(() => isFocusLost(page)).toBe(false);
  await page.goto(`${link}gone`);
  await page.locator('.notice', { hasText: 'is not kept in this browser' }).waitFor();
  await page.goto(new URL('history/', site.address).href);
  await page.getByText(/^stopped: \d+ of \d+$/).waitFor();
  await page.getByRole('link', { name: /^Continue/ }).click();
  // The run begins, or says why it cannot: the record is of another build.
  await page.locator('[data-offer]').waitFor({ state: 'detached' });
  await page.locator('.error-card, .run-strip').first().waitFor();
  await close();
});
