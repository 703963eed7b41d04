/**
 * `npm run bench:long-tasks`: does the page stay responsive while decode steps are planned, built and timed? Times the
 * steps of a small model on headless Chromium's software adapter, and prints the main thread's long tasks (50 ms and
 * more), as the browser's own observer sees them. The gate does not run it: on a busy machine any task may take long,
 * so run nothing else meanwhile.
 */

import { test } from 'vitest';
import { launchChromium } from '../../src/cli/hosts/chromium.ts';
import { TINY_CONFIG } from '../support/model-files.ts';
import { npmStart } from '../support/npm-start.ts';

const ADDRESS = '?kernels=stream-read&context=128&batch=1,4&memory=0.2&budget=20';

const RUN_MS = 500_000;

interface LongTask {
  readonly startTime: number;
  readonly duration: number;
}

test('long tasks of the main thread', { timeout: RUN_MS }, async () => {
  const server = await npmStart();
  const browser = await launchChromium({ adapter: 'swiftshader' });
  try {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const tasks: LongTask[] = [];
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) tasks.push({ startTime, duration });
      }).observe({ type: 'longtask', buffered: true });
      Object.assign(globalThis, { longTasks: tasks });
    });
    await page.goto(server.address + ADDRESS);
    const beganMs = await page.evaluate(() => performance.now());
    await page.getByText('Decode a whole model').click();
    // The model is small enough for software adapters to time. The main thread does the same for any model.
    const buffer = Buffer.from(JSON.stringify(TINY_CONFIG));
    await page
      .locator('input[name="model-files"]')
      .setInputFiles({ name: 'config.json', mimeType: 'application/json', buffer });
    await page.locator('[data-plan]').first().waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Download record' }).waitFor({ timeout: RUN_MS });
    const { tasks, endedMs } = await page.evaluate(() => ({
      tasks: (globalThis as unknown as { longTasks: LongTask[] }).longTasks,
      endedMs: performance.now(),
    }));
    const status = await page.locator('[data-step]').first().getAttribute('data-step');
    console.log(`a run of ${((endedMs - beganMs) / 1000).toFixed(1)} s, its first decode step ${status}`);
    console.log(`${tasks.length} long tasks`);
    for (const { startTime, duration } of tasks) {
      console.log(
        `${((startTime - beganMs) / 1000).toFixed(1).padStart(8)} s after the page had loaded: ${duration} ms`,
      );
    }
  } finally {
    await browser.close();
    await server.stop();
  }
});
