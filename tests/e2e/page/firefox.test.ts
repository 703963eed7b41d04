/**
 * The built page in Firefox, on lavapipe through wgpu: a run of two kernels that is reloaded, a tab that is hidden, a
 * lost device, and a server that is gone. Firefox's content processes cannot be told to hang or to run out of memory, so those are left out.
 */

import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isMeasured, streamingGBps } from '../../../results/derived/derive.ts';
import { gbpsText } from '../../../results/text/figures.ts';
import { launchFirefox } from '../../../src/cli/hosts/browsers/firefox.ts';
import { PageCalls } from '../../../src/cli/hosts/browsers/page-calls.ts';
import { createServer, drain, listen } from '../../../src/collector/server.ts';
import { HANG_MS } from '../../support/patience.ts';
import { ALL } from '../../support/tier.ts';
import { siteKept } from './opened.ts';
import {
  expectLoss,
  expectPause,
  expectWhole,
  LOSES_DEVICE,
  labels,
  loseDevice,
  Reports,
  SHORT_RUN,
  samplesOf,
} from './reports.ts';
import { servedTo } from './site.ts';

const BUILT = fileURLToPath(new URL('../../../dist/app', import.meta.url));

const site = servedTo(launchFirefox);
/** Each test has its own, and with it a browser without earlier runs. */
let context: BrowserContext;

beforeEach(async () => {
  context = await site.browser.createBrowserContext();
});

afterEach(() => context.close());

interface Opened {
  readonly page: Page;
  readonly reports: Reports;
  /** The errors that the page logged. */
  readonly complaints: readonly string[];
}

/** Opens the page with these parameters. `prepare` gets the page before it loads anything. */
async function open(parameters: string, prepare: (page: Page) => unknown = () => {}): Promise<Opened> {
  const page = await context.newPage();
  page.setDefaultTimeout(HANG_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const reports = new Reports();
  const calls = new PageCalls(page);
  await calls.expose('hbmarkReport', reports.put);
  await prepare(page);
  // A document that is left can no longer be asked: its successor is.
  page.on('load', () => void calls.answerAll());
  await page.goto(site.address + parameters);
  return { page, reports, complaints };
}

/**
 * Clicks the button with this name; `*` after it stands for the rest of the name. It is scrolled to the middle of the
 * window, since the banner of a software adapter lies over the lower end.
 */
async function click(page: Page, name: string): Promise<void> {
  const selector = name.endsWith('*')
    ? `button[aria-label^="${name.slice(0, -1)}"]`
    : `::-p-aria([name="${name}"][role="button"])`;
  const button = await page.waitForSelector(selector);
  await button?.evaluate((one) => one.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await page.locator(selector).click();
}

const seen = (page: Page, text: string) => page.waitForSelector(`::-p-text(${text})`);

test('a run that is reloaded: it keeps what it had, goes on, and measures nearly all there is', async () => {
  const { page, reports, complaints } = await open(SHORT_RUN);
  await click(page, 'Run');
  await reports.measured(2);
  await page.reload();
  await seen(page, 'cut short');
  await click(page, 'Show the run of*');
  const before = await reports.record();
  expect(samplesOf(before).length).toBeGreaterThan(0);
  await page.reload();
  await click(page, 'Continue the run of*');
  const record = await reports.record();

  const version = Number.parseInt((await site.browser.version()).replace(/^\D+/, ''), 10);
  expect(record.host).toMatchObject({ kind: 'browser', brand: 'Firefox', majorVersion: version });
  expect(record.profile).toBe('quick');
  const { measurements } = record;
  const left = measurements.flatMap((m) => (isMeasured(m) ? [] : [`${m.case.kernel} ${m.case.variant}: ${m.reason}`]));
  expect(left.length, left.join('\n')).toBeLessThanOrEqual(0.1 * measurements.length);
  expectWhole(record);
  expect(record.created).toBe(before.created);
  expect(labels(record)).toContain('resumed');
  for (const sample of samplesOf(before)) expect(samplesOf(record)).toContainEqual(sample);
  const streaming = streamingGBps(record);
  const shown = await page.$eval('[data-figure="streaming"] [data-value]', (element) => element.textContent);
  expect(shown).toBe(streaming && gbpsText(streaming).value);
  expect(complaints).toEqual([]);
});

test('after one visit, pages work without the server: opened, by a link, and reloaded', async () => {
  const site = createServer({ appFolder: BUILT });
  const address = await listen(site, { port: 0 });
  const page = await context.newPage();
  page.setDefaultTimeout(HANG_MS);
  await page.goto(address);
  await page.evaluate(siteKept);
  await drain(site, 0);
  await page.goto(`${address}what-if/?batch=3`);
  await page.waitForSelector('.sentence');
  await page.locator('a[href$="/history/"]').click();
  await seen(page, 'No runs yet');
  await page.reload();
  await seen(page, 'No runs yet');
  expect(await page.evaluate(() => [location.href, crossOriginIsolated])).toEqual([`${address}history/`, true]);
});

// The engine has the same in Chromium: tests/contract/survival.browser.test.ts.
test.runIf(ALL)(
  'a tab that is hidden, and then loses its device: the run waits, requests another, and says both',
  async () => {
    const { page, reports } = await open(SHORT_RUN, sabotage);
    await click(page, 'Run');
    await reports.measured(1, 1);
    const other = await context.newPage();
    await other.bringToFront();
    await expect.poll(() => page.evaluate(() => document.hidden)).toBe(true);
    await reports.paused();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await page.bringToFront();
    await reports.measured(2, 1);
    await loseDevice(page);
    const whole = await reports.record();
    expectWhole(whole);
    expectPause(whole);
    expectLoss(whole);
  },
);

/** Gives the engine's worker a first line that loses its device. */
async function sabotage(page: Page): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', async (request) => {
    if (!/worker.*\.js/.test(request.url())) return request.continue();
    const response = await fetch(request.url());
    const body = `${LOSES_DEVICE}\n${await response.text()}`;
    // The body is no longer compressed, and has another length.
    const { 'content-encoding': _, 'content-length': __, ...headers } = Object.fromEntries(response.headers);
    await request.respond({ status: 200, headers, body });
  });
}
