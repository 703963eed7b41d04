/**
 * What happens to a run in a real browser: its tab is hidden, reloaded, or loses its GPU. Nothing that was measured is
 * lost, the run completes, and its record tells the story.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineReport } from '../../../harness/tuning/events.ts';
import { checkRecord } from '../../../results/check.ts';
import { isMeasured, streamingGBps } from '../../../results/derive.ts';
import { labelsOf } from '../../../results/labels.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { chromiumOptions, launchChromium } from '../../../src/cli/hosts/chromium.ts';
import { npmStart, type Started } from '../../support/npm-start.ts';

/** A short run of a few cases, which take a compiler no time; long enough to be gone on with where the machine is busy. */
const SHORT = '?kernels=stream-read,working-set-read&memory=0.2&seed=1&budget=20';

const RUN_MS = 150_000;

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

/** A page that says what its engine does. */
interface Watched {
  readonly page: Page;
  /** Resolves once `n` cases have been seen in a second round, or in this one. */
  measured(n: number, round?: number): Promise<void>;
  /** The next record, of a run that has ended, or of one that is shown. */
  record(): Promise<RunRecord>;
}

async function watch(page: Page): Promise<Watched> {
  const reports: EngineReport[] = [];
  await page.exposeFunction('hbmarkReport', (report: EngineReport) => void reports.push(report));
  await page.goto(server.address + SHORT);
  const patience = { timeout: RUN_MS, interval: 100 };
  const seen = (round: number) =>
    new Set(
      reports.flatMap((r) =>
        r.type === 'measurement' && r.measurement.status === 'measured' && r.measurement.checks.length >= round
          ? [r.index]
          : [],
      ),
    ).size;
  return {
    page,
    measured: (n, round = 2) => expect.poll(() => seen(round), patience).toBeGreaterThanOrEqual(n),
    async record() {
      await expect.poll(() => reports.some(({ type }) => type === 'done' || type === 'error'), patience).toBe(true);
      const last = reports.find(({ type }) => type === 'done' || type === 'error');
      reports.length = 0;
      if (last?.type !== 'done') throw new Error(JSON.stringify(last));
      const { record } = last;
      expect(checkRecord(record)).toMatchObject({ ok: true });
      return record;
    },
  };
}

/** Done to its end. */
function expectWhole(record: RunRecord): void {
  expect(labels(record)).not.toContain('incomplete');
  expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  for (const m of record.measurements.filter(isMeasured)) expect(['interval', 'plateau', 'time']).toContain(m.stopped);
}

const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);
const samplesOf = ({ measurements }: RunRecord) => measurements.filter(isMeasured).flatMap(({ samples }) => samples);

test('a reload half-way: what was measured is there, and the run is gone on with', async () => {
  const context = await browser.newContext();
  const { page, measured, record } = await watch(await context.newPage());
  await button(page, 'Run').click();
  await measured(2);
  await page.reload();
  await page.getByText(/cut short: \d+ of \d+ cases done/).waitFor();

  await button(page, /^Show the run of/).click();
  const before = await record();
  expect(samplesOf(before).length).toBeGreaterThan(0);

  await page.reload();
  await button(page, /^Go on with the run of/).click();
  const whole = await record();
  expectWhole(whole);
  expect(whole.created).toBe(before.created);
  expect(whole.events.map(({ kind }) => kind)).toContain('resumed');
  // Sample for sample.
  for (const sample of samplesOf(before)) expect(samplesOf(whole)).toContainEqual(sample);
  expect(samplesOf(whole).length).toBeGreaterThan(samplesOf(before).length);
  await page.locator('[data-label="resumed"]').waitFor();

  await page.reload();
  await page.getByText(`quick, ${whole.measurements.length} cases`).waitFor();
  await button(page, /^Forget the run of/).click();
  await expect.poll(() => page.getByText('Earlier runs').count(), { timeout: 20_000 }).toBe(0);
  await context.close();
});

test('a device that is destroyed half-way: another is asked for, and the run completes', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  // The engine's own worker, and before it a line that takes its first device away when it is told to.
  await page.route(/worker.*\.js/, async (route) => {
    const response = await route.fetch();
    const sabotage = `{
      const { requestDevice } = GPUAdapter.prototype;
      const devices = [];
      GPUAdapter.prototype.requestDevice = async function (...args) {
        devices.push(await requestDevice.apply(this, args));
        return devices.at(-1);
      };
      new BroadcastChannel('sabotage').onmessage = () => devices[0]?.destroy();
    }`;
    await route.fulfill({ response, body: `${sabotage}\n${await response.text()}` });
  });
  const { measured, record } = await watch(page);
  await button(page, 'Run').click();
  // Soon: what it takes to go on is left of its time.
  await measured(1, 1);
  await page.evaluate(() => new BroadcastChannel('sabotage').postMessage('now'));
  const whole = await record();
  expectWhole(whole);
  expect(whole.events.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
  const lostMs = whole.events.find(({ kind }) => kind === 'lost')?.atMs ?? 0;
  expect(samplesOf(whole).some(({ atMs }) => atMs < lostMs)).toBe(true);
  expect(samplesOf(whole).some(({ atMs }) => atMs > lostMs)).toBe(true);
  await page.locator('[data-label="device-lost"]').waitFor();
  await context.close();
});

test('a hidden tab: the run pauses, goes on when it is shown, and says so', async () => {
  const { own, close } = await browserOfItsOwn();
  const context = own.contexts()[0] ?? (await own.newContext());
  const { page, measured, record } = await watch(await context.newPage());
  await button(page, 'Run').click();
  await measured(2);
  const other = await context.newPage();
  await expect.poll(() => page.evaluate(() => document.hidden), { timeout: 20_000 }).toBe(true);
  await seconds(3);
  await page.bringToFront();
  await other.close();
  const whole = await record();
  expectWhole(whole);
  const [pause] = whole.events.filter(({ kind }) => kind === 'hidden');
  expect(pause?.detail).toMatch(/paused for [2-9]\.\d s/);
  const atMs = pause?.atMs ?? 0;
  expect(samplesOf(whole).filter((s) => s.atMs > atMs - 2000 && s.atMs < atMs)).toEqual([]);
  await page.locator('[data-label="hidden-tab"]').waitFor();
  await close();
});

/** One that Playwright did not start: in those that it starts, every page believes that it is seen. */
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
