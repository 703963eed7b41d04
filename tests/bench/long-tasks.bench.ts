/**
 * `npm run bench:long-tasks`: does the page stay responsive while decode steps are planned, built and timed? Runs those
 * of a preset in headless Chromium's software adapter, and prints the main thread's long tasks, of 50 ms and more, as
 * the browser's own observer sees them. No test of the gate: on a busy machine any task may take long. Nothing else
 * should be going on.
 */

import { test } from 'vitest';
import { launchChromium } from '../../src/cli/chromium.ts';
import { npmStart } from '../support/npm-start.ts';

/** A large model of which a layer at least fits: planning and building are as long as they get. */
const ADDRESS = '?kernels=stream-read&decode=llama-3.1-8b&weights=int4-g32&context=128&memory=0.8&budget=20&autorun=1';

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
    await page.getByRole('button', { name: 'Download record' }).waitFor({ timeout: RUN_MS });
    const { tasks, endedMs } = await page.evaluate(() => ({
      tasks: (globalThis as unknown as { longTasks: LongTask[] }).longTasks,
      endedMs: performance.now(),
    }));
    const status = await page.locator('[data-step]').getAttribute('data-step');
    console.log(`a run of ${((endedMs - beganMs) / 1000).toFixed(1)} s, its decode step ${status}`);
    for (const [when, those] of [
      ['while the page loaded', tasks.filter(({ startTime }) => startTime < beganMs)],
      ['during the run', tasks.filter(({ startTime }) => startTime >= beganMs)],
    ] as const) {
      const longest = Math.max(0, ...those.map(({ duration }) => duration));
      console.log(`${when}: ${those.length} long tasks${those.length > 0 ? `, the longest of ${longest} ms` : ''}`);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
});
