/** The built page, opened in a browser of its own context, and what the tests do with it. */

import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { expect } from 'vitest';
import type { EngineReport } from '../../../harness/tuning/events.ts';
import { type RunRecord, recordSchema } from '../../../results/record/schema.ts';
import { type FigureText, NONE } from '../../../results/text/figures.ts';
import { patient } from '../../support/patience.ts';

export const PHONE = { width: 390, height: 844 };

export interface Opened {
  readonly page: Page;
  /** The warnings and errors that the page logged. */
  readonly complaints: readonly string[];
  /** The reports of the page to a program that drives it. Empty where none does. */
  readonly reports: readonly EngineReport[];
  close(): Promise<void>;
}

interface OpenOptions extends BrowserContextOptions {
  /** Whether a program drives the page, so that its address may start a run. Default: true. */
  readonly driven?: boolean;
  /** Prepares the page before it loads anything. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** What Playwright says where it keeps a page from registering a service worker. */
const BLOCKED = 'Service Worker registration blocked by Playwright';

/**
 * Makes a browser that keeps nothing, and has no service worker, which would answer in place of routes of a test. Its
 * pictures hold still: moving them takes a core.
 */
export const newBrowser = async (browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> =>
  patient(await browser.newContext({ serviceWorkers: 'block', reducedMotion: 'reduce', ...options }));

/** The warnings and errors that a page logs from now on. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && message.text() !== BLOCKED) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** Opens an address in a browser of its own. */
export async function openIn(
  browser: Browser,
  address: string,
  { driven = true, prepare, ...options }: OpenOptions = {},
): Promise<Opened> {
  const context = await newBrowser(browser, options);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const reports: EngineReport[] = [];
  if (driven) await page.exposeFunction('hbmarkReport', (report: EngineReport) => void reports.push(report));
  await prepare?.(page);
  await page.goto(address);
  return { page, complaints, reports, close: () => context.close() };
}

/** Runs in the page: resolves once the whole site is kept, and answers this page. */
export async function siteKept(): Promise<void> {
  await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
}

/** The bytes, by gzip, of the scripts that a page's HTML names: all that must come before it is alive. */
export async function firstScriptBytes(address: string): Promise<number> {
  const html = await (await fetch(address)).text();
  const scripts = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path = '']) => new URL(path, address));
  const sizes = scripts.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length);
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

/** The scripts of the page's workers. */
export const WORKERS = /\/assets\/worker-.*\.js$/;

/** Gives each worker of a page a first line. */
export const beforeWorker = (page: Page, line: string) =>
  page.route(WORKERS, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${line};\n${await response.text()}` });
  });

export const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
export const cancelButton = (page: Page) => page.getByRole('button', { name: 'Cancel' });
export const downloadButton = (page: Page) => page.getByRole('button', { name: 'Download record' });
export const figure = (page: Page, id: string) => page.locator(`[data-figure="${id}"]`);

/** Downloads the record, as a person would. */
export async function download(page: Page): Promise<{ name: string; text: string; record: RunRecord }> {
  const [file] = await Promise.all([page.waitForEvent('download'), downloadButton(page).click()]);
  const text = await readFile(await file.path(), 'utf8');
  return { name: file.suggestedFilename(), text, record: recordSchema.parse(JSON.parse(text)) };
}

/** Waits until the figure with this id shows `text` or, if that is undefined, shows that there is no figure. */
export async function expectFigure(page: Page, id: string, text: FigureText | undefined): Promise<void> {
  await expect.poll(() => figure(page, id).locator('[data-value]').innerText()).toBe(text?.value ?? NONE);
  if (!text) return;
  const interval = await figure(page, id).locator('[data-interval]').innerText();
  expect(interval).toBe(`95\u00a0% interval within this run: ${text.interval} ${text.unit}`);
}

/**
 * The rules of WCAG 2.2 AA that the page breaks, as far as axe finds them, and what else axe calls serious; with the
 * elements that break them.
 * @param rules the rules to check. Default: all
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const chosen = rules ? { runOnly: [...rules] } : { rules: { 'target-size': { enabled: true } } };
  // The pages have no film that axe would load first. Selectors of all that passes would take most of its time.
  const options = { ...chosen, preload: false, resultTypes: ['violations'], selectors: false };
  const found = await page.evaluate<AxeResults['violations']>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return found
    .filter(({ impact, tags }) => impact === 'serious' || impact === 'critical' || tags.some((tag) => WCAG.has(tag)))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

const WCAG = new Set(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);

/** The rules whose outcome depends on the colours of a page. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** The number of pixels by which the page is wider than its window. */
export const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Shows each part of a page once, as a person who scrolls does: charts are loaded as they come near. */
export const seeAll = (page: Page) =>
  page.evaluate(async () => {
    // The observer of what is near speaks after a frame.
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' });
      await drawn();
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await drawn();
  });

/** Drops files of this machine on the middle of a page, as the browser itself passes a drop on. */
export async function drop(page: Page, files: readonly string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await devTools.detach();
}
