/**
 * `npm run bench:long-tasks`: does the page stay responsive, and leave the processor to what is measured? Runs the
 * quick profile with the decode steps of a small model on headless Chromium's software adapter, and prints the main
 * thread's share of the run and its long tasks (50 ms and more), as Chromium's tracing sees them, and how right the
 * time left was. The gate does not run it: on a busy machine any task may take long, so run nothing else meanwhile.
 */

import { test } from 'vitest';
import { launchChromium } from '../../src/cli/hosts/browsers/chromium.ts';
import { openIn } from '../e2e/page/opened.ts';
import { npmStart } from '../support/hosts/npm-start.ts';
import { TINY_CONFIG } from '../support/models/model-files.ts';
import { mainThreadTasks } from './trace.ts';

const ADDRESS = '?context=128&batch=1,4&memory=0.2&seed=1';

const LONG_MS = 50;

const RUN_MS = 900_000;

/** The time left as the page said it, and when it said so. */
interface Said {
  readonly atMs: number;
  readonly fraction: number;
  readonly low: number;
  readonly high: number;
}

test('the main thread during a run', { timeout: RUN_MS }, async () => {
  const server = await npmStart();
  const browser = await launchChromium({ adapter: 'swiftshader' });
  try {
    const said: Said[] = [];
    const { page } = await openIn(browser, server.address + ADDRESS, {
      // The run's own reports, with the time of each: a page that a program drives is the page itself.
      driven: false,
      prepare: (page) =>
        page.exposeFunction('hbmarkReport', (event: { type: string; fraction: number; leftMs: [number, number] }) => {
          if (event.type !== 'progress') return;
          const [low, high] = event.leftMs;
          said.push({ atMs: performance.now(), fraction: event.fraction, low, high });
        }),
    });
    await page.getByText('Decode a whole model').click();
    // The model is small enough for software adapters to time. The main thread does the same for any model.
    const buffer = Buffer.from(JSON.stringify(TINY_CONFIG));
    await page
      .locator('input[name="model-files"]')
      .setInputFiles({ name: 'config.json', mimeType: 'application/json', buffer });
    await page.locator('[data-plan]').first().waitFor();
    let [beganMs, endedMs] = [0, 0];
    const tasks = await mainThreadTasks(browser, page, async () => {
      beganMs = performance.now();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('button', { name: 'Download record' }).waitFor({ timeout: RUN_MS });
      endedMs = performance.now();
    });
    const runMs = endedMs - beganMs;
    const sum = (of: (task: (typeof tasks)[number]) => number) => tasks.reduce((all, task) => all + of(task), 0);
    const share = (ms: number) => `${((100 * ms) / runMs).toFixed(1)} %`;
    console.log(`a run of ${(runMs / 1000).toFixed(1)} s: ${tasks.length} tasks of the main thread`);
    console.log(`busy ${share(sum(({ ms }) => ms))} of it, on a core ${share(sum(({ cpuMs }) => cpuMs))}`);
    const long = tasks.filter(({ ms }) => ms >= LONG_MS);
    const ownLong = long.filter(({ cpuMs }) => cpuMs >= LONG_MS);
    console.log(`${long.length} long tasks, of which ${ownLong.length} had a core for ${LONG_MS} ms`);
    for (const { atMs, ms, cpuMs } of long) {
      console.log(
        `${(atMs / 1000).toFixed(1).padStart(8)} s: ${ms.toFixed(0)} ms, on a core for ${cpuMs.toFixed(0)} ms`,
      );
    }
    const looks = said.filter(({ atMs, fraction }) => fraction >= 0.25 && endedMs - atMs > 1000);
    const right = looks.filter(({ atMs, low, high }) => endedMs - atMs > low / 2 && endedMs - atMs < 2 * high);
    console.log(
      `time left, after a quarter: within a factor of two of its range in ${right.length} of ${looks.length} looks`,
    );
  } finally {
    await browser.close();
    await server.stop();
  }
});
