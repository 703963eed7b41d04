/**
 * Interruptions of a run in a real browser: its tab is hidden or reloaded, or it loses its GPU. No measurement is lost,
 * the run completes, and its record says what happened.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumOptions, launchChromium } from '../../../src/cli/hosts/chromium.ts';
import { npmStart, type Started } from '../../support/npm-start.ts';
import { patient } from '../../support/patience.ts';
import { beforeWorker, newBrowser, WORKERS } from './opened.ts';
import {
  expectLoss,
  expectPause,
  expectWhole,
  LOSES_DEVICE,
  loseDevice,
  type Reports,
  SHORT_RUN,
  samplesOf,
  watched,
} from './reports.ts';

let server: Started;
let browser: Browser;

beforeAll(async () => {
  server = await npmStart();
  browser = await launchChromium({ adapter: 'swiftshader' });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, 1000 * n));

/** A page, and what its engine reports. */
const watch = async (page: Page): Promise<{ page: Page; reports: Reports }> => ({
  page,
  reports: await watched(page, server.address + SHORT_RUN),
});

test('a reload: what was measured is kept, and the run is resumed', async () => {
  const context = await newBrowser(browser);
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

test('a tab that is hidden, and then loses its device: the run waits, requests another, and says both', async () => {
  const { own, close } = await browserOfItsOwn();
  const context = patient(own.contexts()[0] ?? (await own.newContext()));
  const page = await context.newPage();
  await beforeWorker(page, LOSES_DEVICE);
  const { reports } = await watch(page);
  await button(page, 'Run').click();
  // Both happen early, so that the run has time left.
  await reports.measured(1, 1);
  const other = await context.newPage();
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(true);
  await reports.paused();
  await seconds(3);
  await page.bringToFront();
  await other.close();
  await reports.measured(2, 1);
  await loseDevice(page);
  const whole = await reports.record();
  expectWhole(whole);
  expectPause(whole);
  expectLoss(whole);
  await page.locator('[data-label="hidden-tab"]').waitFor();
  await page.locator('[data-label="device-lost"]').waitFor();
  await close();
});

/**
 * Starts a browser without Playwright, and connects to it. In a browser that Playwright starts, every page believes
 * that it is visible (microsoft/playwright#2286). Delete this once Playwright can hide a page.
 */
async function browserOfItsOwn(): Promise<{ own: Browser; close(): Promise<void> }> {
  const { executablePath = '', args = [] } = await chromiumOptions({ adapter: 'swiftshader' });
  const profile = mkdtempSync(join(tmpdir(), 'hbmark-profile-'));
  const flags = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(executablePath, [...args, ...flags, 'about:blank']);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      const [found] = /ws:\/\/\S+/.exec(said) ?? [];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`the browser ended: ${said}`)));
  });
  const own = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  return {
    own,
    async close() {
      await own.close();
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
