/**
 * `npx vitest run --project bench crowd`: how soon is the page Crowd there, and does it stay fluid? A collection that does
 * not exist is put in the place of the dataset, of as many runs as HBMARK_RUNS says (default: 100,000). Prints when the
 * first chart is there and when the runs are, what a filter takes, and the longest task of the page's main thread.
 */

import type { Page, Route } from 'playwright';
import { beforeAll, test } from 'vitest';
import { datasetOf, type MadeFile } from '../../src/crowd/dataset/make.ts';
import { servedSite } from '../e2e/page/site.ts';
import { crowdRows } from '../support/crowd/crowd-rows.ts';

const RUNS = Number(process.env.HBMARK_RUNS ?? 100_000);

const site = servedSite('--page-only');
let files: readonly MadeFile[];

beforeAll(async () => {
  const newest = Date.now() - 86_400_000;
  // The generator's dates, moved so that the newest run is of yesterday.
  const rows = crowdRows(RUNS);
  const last = rows.reduce((latest, { claimed }) => Math.max(latest, Date.parse(claimed)), 0);
  const dated = rows.map((row) => ({
    ...row,
    claimed: new Date(Date.parse(row.claimed) - last + newest).toISOString(),
  }));
  files = datasetOf(dated, new Date().toISOString().slice(0, 10));
});

/** Answers as a host of files does, ranges included. */
async function serve(route: Route): Promise<void> {
  const name = new URL(route.request().url()).pathname.split('/').at(-1);
  const file = files.find((one) => one.name === name);
  if (!file) return route.fulfill({ status: 404 });
  const whole = Buffer.from(file.content);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(route.request().headers().range ?? '') ?? [];
  if (from === undefined || to === undefined) return route.fulfill({ body: whole });
  return route.fulfill({
    status: 206,
    headers: { 'content-range': `bytes ${from}-${to}/${whole.length}`, etag: '"1"' },
    body: whole.subarray(Number(from), Number(to) + 1),
  });
}

/** Runs in the page before its script: keeps the longest task. */
function watchTasks(): void {
  Object.assign(globalThis, { longest: 0 });
  new PerformanceObserver((list) => {
    const before: number = Reflect.get(globalThis, 'longest');
    Object.assign(globalThis, { longest: Math.max(before, ...list.getEntries().map(({ duration }) => duration)) });
  }).observe({ type: 'longtask', buffered: true });
}

const longest = (page: Page) =>
  page.evaluate(() => {
    const ms: number = Reflect.get(globalThis, 'longest');
    Object.assign(globalThis, { longest: 0 });
    return ms;
  });

/** Runs in the page. */
const isListed = (): boolean =>
  document.querySelector('[data-crowd-run]') !== null ||
  document.querySelector('.runs-of-crowd .lead')?.textContent?.startsWith('There are too many') === true;

/** How often the page is loaded, each time in a fresh profile: what a busy machine adds is not the page's. */
const LOADS = 3;

const report = (what: string, ms: number): void => console.log(`${ms.toFixed(0).padStart(7)} ms  ${what}`);

/** Opens the page in a fresh profile. Resolves to the page, and to what it took until each part was there, in ms. */
async function load(): Promise<{ readonly page: Page; readonly took: readonly number[] }> {
  const page = await (await site.browser.newContext({ serviceWorkers: 'block' })).newPage();
  await page.addInitScript(watchTasks);
  await page.route('**/crowd/data/*', serve);
  const began = performance.now();
  const since = async (done: Promise<unknown>): Promise<number> => {
    await done;
    return performance.now() - began;
  };
  await page.goto(new URL('crowd/?when=all', site.address).href);
  const took = await Promise.all([
    since(page.locator('.plot .pickable svg').waitFor()),
    since(page.locator('.filters select').first().waitFor()),
    since(page.waitForFunction(isListed, undefined, { timeout: 600_000 })),
  ]);
  return { page, took };
}

test('the page Crowd', { timeout: 1_800_000 }, async () => {
  console.log(`${RUNS} runs: ${files.map(({ name, content }) => `${name} ${content.length} bytes`).join(', ')}`);
  const loads = [await load()];
  while (loads.length < LOADS) {
    await loads.at(-1)?.page.context().close();
    loads.push(await load());
  }
  const parts = ['the first chart', 'the filters', 'the runs, or that there are too many to list'];
  for (const [i, what] of parts.entries()) {
    report(`${what}, the best of ${LOADS}`, Math.min(...loads.map(({ took }) => took[i] ?? Number.NaN)));
  }
  const page = loads.at(-1)?.page;
  if (!page) return;
  report('the longest task of the main thread until then', await longest(page));
  if ((await page.locator('[data-crowd-run]').count()) === 0) return;
  for (const browserName of ['firefox', 'node', '']) {
    const sentence = await page.locator('.sentence').innerText();
    const asked = performance.now();
    await page.locator('select[name="program"]').selectOption(browserName);
    await page.waitForFunction((text) => document.querySelector('.sentence')?.textContent !== text, sentence);
    report(`a filter by browser: ${browserName || 'all'}`, performance.now() - asked);
  }
  const scrolled = await page.evaluate(async () => {
    const list = document.querySelector('.runs-of-crowd .scrolls');
    const frames: number[] = [];
    for (let i = 1; list && i <= 60; i++) {
      const from = performance.now();
      list.scrollTop = (i / 60) * list.scrollHeight;
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - from);
    }
    return frames.sort((a, b) => a - b);
  });
  report('a frame while the whole list is scrolled through, median', scrolled[30] ?? 0);
  report('the same, longest', scrolled.at(-1) ?? 0);
  report('the longest task of the main thread since', await longest(page));
});
